"""What is wrong in a body and shows only when blocks and links are both known."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from vaultkit.model.expression import expression
from vaultkit.model.note import Link, Problem, Table
from vaultkit.model.text import Span
from vaultkit.parse.lines import Lines
from vaultkit.parse.scanner import Scanner

MOST_DELIMITERS = 2000
"""So many runs of emphasis signs in one paragraph are read; renderers need time that grows with their square."""

_DELIMITERS = expression(r"\*+|(?<!\w)_+|_+(?!\w)|~~+|==+")
_PARAGRAPH = expression(r"[^\n]*\S[^\n]*(?:\n(?![ \t]*\r?(?:\n|\Z))[^\n]*)*")
_LINE = expression(r"[^\n]+")
_BARE_PIPE = expression(r"(?<!\\)\|")
_COMMENT = expression(r"%%[^%]*%%|<!--[^<]*?-->")
_PUNCTUATION = "*_.,;:!?()"
_CONFLICT = expression(
    r"^(<{7}(?: [^\r\n]*)?)\r?\n(?:(?!<{7}|={7}\r?$|>{7}).*\n)*={7}\r?\n(?:(?!<{7}|>{7}).*\n)*>{7}(?: .*)?$",
    re.MULTILINE,
)
"""Both sides of a conflict as git, and others, write them down."""
_BLOCK_TARGET = expression(r"(.+)\^([A-Za-z0-9-]+)\Z")


def all_problems(text: str, before: tuple[Problem, ...], lines: Lines, found: Scanner) -> tuple[Problem, ...]:
    """All problems of a note in order of place: those of the front matter, of the blocks, and of what is in them."""
    problems = [*before, *_typed_as_tags(text, lines.problems)]
    if "<<<<<<<" in text:
        problems = list(_conflicts(text, problems, lines))
    if lines.tables:
        problems += _bare_pipes(text, lines.tables, found.links)
    if "^" in text:
        problems += _missing_signs(found.links)
    if len(text) > 2 * MOST_DELIMITERS and sum(map(text.count, ("*", "_", "~~", "=="))) > MOST_DELIMITERS:
        problems += _too_complex(lines)
    if len(problems) < 2:
        return tuple(problems)
    problems.sort(key=lambda problem: problem.span)
    return tuple(_without_consequences(text, problems))


def _without_consequences(text: str, problems: list[Problem]) -> Iterator[Problem]:
    """Where one `%%` has no second, all behind it find the wrong partner: only the first is reported."""
    said = False
    for problem in problems:
        percent = problem.rule == "comment-unclosed" and text.startswith("%%", problem.span.start)
        if not (percent and said):
            yield problem
        said = said or percent


def _typed_as_tags(text: str, problems: list[Problem]) -> Iterator[Problem]:
    """All problems but the numbers behind `#` that nobody meant as tags: "issue #93" is running text. A number is meant
    as a tag on a line of tags, or behind a label such as `tags:`."""
    known = (-1, False)
    for problem in problems:
        if problem.rule == "tag-invalid":
            line = text.rfind("\n", 0, problem.span.start) + 1
            if line != known[0]:
                end = text.find("\n", line)
                known = (line, _is_line_of_tags(text[line : end if end >= 0 else len(text)]))
            if not known[1]:
                continue
        yield problem


def _is_line_of_tags(line: str) -> bool:
    words = _COMMENT.sub("", line).lstrip("> \t-*+").replace(",", " ").split()
    labelled = (
        bool(words)
        and words[0].endswith((":", ":**", ":*"))
        and words[0].strip(_PUNCTUATION).lower() in ("tag", "tags")
    )
    names = [word.strip(_PUNCTUATION) for word in words[labelled:]]
    if any(len(name) < 2 or name[0] != "#" for name in names):
        return False
    return labelled or not all(name[1:].isdecimal() for name in names)


def _conflicts(text: str, problems: list[Problem], lines: Lines) -> Iterator[Problem]:
    """The other problems, and the conflicts that a merge left open, outside code; what is wrong within one is its own
    doing, and properties with a conflict in them cannot be read."""
    found = [match for match in _CONFLICT.finditer(text) if not _is_in_code(match, lines)]
    ends = [match.end() for match in found]
    for problem in problems:
        index = bisect_right(ends, problem.span.start)
        if index == len(found) or found[index].start() > problem.span.start:
            yield problem
    for match in found:
        yield Problem("merge-conflict", Span(*match.span(1)), "a merge left both sides of a conflict in this note")


def _is_in_code(conflict: re.Match[str], lines: Lines) -> bool:
    index = bisect_right(lines.code, conflict.start(), key=lambda code: code.span.start) - 1
    return index >= 0 and conflict.end() <= lines.code[index].span.end


def _bare_pipes(text: str, tables: list[Table], links: list[Link]) -> Iterator[Problem]:
    """A `|` between the brackets of a wikilink ends the cell of a table."""
    for link in links:
        index = bisect_right(tables, link.span.start, key=lambda table: table.span.start) - 1
        if index >= 0 and link.span.start < tables[index].span.end and text.startswith(("[[", "!["), link.span.start):
            pipe = _BARE_PIPE.search(text, *link.span)
            if pipe:
                message = "in a table this `|` ends the cell; a link's is written `\\|` there"
                yield Problem("link-unescaped-pipe", Span(*pipe.span()), message)


def _missing_signs(links: list[Link]) -> Iterator[Problem]:
    for link in [link for link in links if "^" in link.target]:
        block = _BLOCK_TARGET.match(link.target) if not link.subpath else None
        if block and link.kind != "markdown" and not link.hidden:
            message = f"a `#` is missing before `^{block[2]}`: write `[[{block[1]}#^{block[2]}]]`"
            yield Problem("link-malformed", link.span, message)


def _too_complex(lines: Lines) -> Iterator[Problem]:
    """Paragraphs with more emphasis signs than can be told apart in good time; code does not count."""
    code = {hole.start for hole in lines.holes}
    ends = [*lines.edges[1:], lines.size]
    for start, end in zip(lines.edges, ends, strict=True):
        if start in code or end - start <= MOST_DELIMITERS:
            continue
        owner = lines.owners.get(start)
        pattern = _LINE if owner and owner.kind == "flat" else _PARAGRAPH
        for paragraph in pattern.finditer(lines.text, start, end):
            signs = sum(1 for _ in _DELIMITERS.finditer(lines.text, *paragraph.span()))
            if signs > MOST_DELIMITERS:
                message = f"this paragraph has {signs} signs of emphasis; more than {MOST_DELIMITERS} are not rendered"
                yield Problem("too-complex", Span(*paragraph.span()), message)
