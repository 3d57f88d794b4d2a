"""What a reader sees of a whole note: its text, its highlights, the lines of its paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from vaultkit.model.expression import expression
from vaultkit.model.note import Facts
from vaultkit.model.text import Span
from vaultkit.parse.blocks import read_blocks
from vaultkit.parse.inline import Piece, inline_pieces, plain, with_pieces, without_comments
from vaultkit.parse.lines import EMPTY_LINE, Lines
from vaultkit.parse.note import body_start

_LINE_MARKS = expression(
    r"^[ \t]*(?:(?:>[ \t]?|(?:[-+*]|[0-9]{1,9}[.)])[ \t]+|#{1,6}[ \t]+|\[\^[^\[\]\s]+\]:[ \t]*)[ \t]*)+"
    r"(?:\[[^\r\n]\][ \t]+)?|^[ \t]*[-=_*][-=_* \t]+(?=\r?$)",
    re.MULTILINE,
)
_CALLOUT = expression(r"\[!([^\]|\r\n]+)(?:\|[^\]\r\n]*)?\][+-]?[ \t\u00a0]*")
_PIPE = expression(r"\\?\|")
_HIGHLIGHT = expression(r"==(?![\s=])((?:(?!==).)++)(?<!\s)==", re.DOTALL)
_BLOCK = expression(r"[ \t]*(?:[-+*>]|[0-9]+[.)])[ \t]")
_HARD_BREAK = expression(r"(?:  +|\\)\r?\n(?=[^\r\n])|<br ?/?>(?:\r?\n)?")
_SOFT_BREAK = expression(r"[ \t]*\r?\n[ \t]*")
_BREAK = "\v"
"""White space: emphasis begins and ends beside it as it does beside the line end in whose place it stands."""
_ESCAPED = expression(r"\\[!-/:-@\[-`{-~]")


def visible(text: str, facts: Facts) -> str:
    """The text of a note as a reader sees it, without front matter, comments and signs of Markdown."""
    pieces = [(facts.frontmatter.span, ""), *inline_pieces(text, facts), *_block_pieces(text, facts)]
    pieces += _line_marks(text, facts)
    pieces += ((Span(bound, bound), "") for bound in _lines(text, facts).bounds())
    return with_pieces(text, pieces)


def highlights(text: str, facts: Facts) -> list[str]:
    """The source between the signs of each `==highlight==`; code, formulas, comments, HTML and addresses hold none."""
    lines = _lines(text, facts)
    hiding = [facts.frontmatter.span, *(span for span, _ in inline_pieces(text, facts))]
    hiding += (Span(start, end) for start, end, _ in lines.holes)
    masked = _ESCAPED.sub("\0\0", _masked(text, hiding))
    bounds = pairwise([0, *lines.bounds(), len(text)])
    return [text[slice(*found.span(1))] for bound in bounds for found in _HIGHLIGHT.finditer(masked, *bound)]


def rendered_lines(text: str, facts: Facts, strict_line_breaks: bool) -> list[str] | None:
    """The visual lines of a note that is one paragraph, None for any other.

    Every line end is a break unless the setting asks for CommonMark's: two spaces, a backslash or `<br>`.
    """
    body = without_comments(text, facts).strip("\r\n").replace(_BREAK, " ")
    structured = facts.headings or facts.tables or facts.tasks or facts.callouts or _BLOCK.match(body)
    if not body or structured or EMPTY_LINE.search(body) or any(code.kind != "inline" for code in facts.code):
        return None
    shown = plain(_HARD_BREAK.sub(_BREAK, body))
    return [line.strip() for line in _SOFT_BREAK.sub(" " if strict_line_breaks else _BREAK, shown).split(_BREAK)]


def _lines(text: str, facts: Facts) -> Lines:
    """The blocks of a note; its facts do not say where paragraphs end."""
    return read_blocks(text, body_start(text, facts.frontmatter.span.end))


def _masked(text: str, spans: Iterable[Span]) -> str:
    """The text with the spans blanked out, every offset kept."""
    parts, at = [], 0
    for start, end in sorted(spans):
        if end > at:
            parts += [text[at : max(at, start)], "\0" * (end - max(at, start))]
            at = end
    return "".join(parts) + text[at:]


def _line_marks(text: str, facts: Facts) -> Iterator[Piece]:
    """What stands before the words of a line; what looks so in code that is set in belongs to the code."""
    code = {
        text.rfind("\n", 0, at) + 1: at for at in (code.span.start for code in facts.code if code.kind == "indented")
    }
    for mark in _LINE_MARKS.finditer(text):
        start, end = mark.span()
        yield Span(start, min(end, code.get(start, end))), ""


def _block_pieces(text: str, facts: Facts) -> Iterator[Piece]:
    for table in facts.tables:
        header = text.index("\n", table.span.start)
        rows = text.find("\n", header + 1, table.span.end)
        rows = rows if rows >= 0 else table.span.end
        yield Span(header, rows), ""
        for part in (Span(table.span.start, header), Span(rows, table.span.end)):
            for pipe in _PIPE.finditer(text, *part):
                yield Span(*pipe.span()), "|" if pipe[0] == "\\|" else " "
    for heading in facts.headings:
        yield Span(heading.text_span.end, heading.span.end), ""
    for callout in facts.callouts:
        mark = _CALLOUT.search(text, *callout.span)
        if mark:
            titled = text[mark.end() : mark.end() + 1].strip("\r\n")
            yield Span(*mark.span()), "" if titled else callout.title
