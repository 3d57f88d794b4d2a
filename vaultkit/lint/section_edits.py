"""Edits of whole sections: add, move, re-level. Each keeps a blank line between sections and touches no other text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vaultkit.model.note import Heading
from vaultkit.model.text import Span, TextEdit

if TYPE_CHECKING:
    from vaultkit.schema.section_match import Misleveled, Missing, Moved, SectionMatch
    from vaultkit.schema.section_plan import Entry

_UNDERLINES = {1: "=", 2: "-"}


def stubs(match: SectionMatch, text: str) -> Iterator[tuple[Missing, TextEdit, bool]]:
    """Each missing section with the edit that adds its heading where it belongs, and whether the edit adds only that.
    Sections that belong to the same place share one edit, which adds them in their order, the deeper ones first."""
    places: dict[int, list[Missing]] = {}
    for item in sorted(match.missing, key=lambda item: (-item.level, item.entry.position)):
        places.setdefault(_place_of(match, item, text), []).append(item)
    for at, group in places.items():
        headings = [
            heading
            for item in group
            for _ in range(item.entry.section.least - item.times)
            for heading in _headings(item.entry, item.level)
        ]
        edit = TextEdit(Span(at, at), _between(text, at, headings))
        yield from ((item, edit, len(headings) == 1) for item in group)


def _headings(entry: Entry, level: int) -> Iterator[str]:
    """The headings of a section and of those that are required within it."""
    yield f"{'#' * level} {entry.section.heading}"
    for inner in entry.inner.entries if entry.inner else ():
        for _ in range(inner.section.least):
            yield from _headings(inner, min(level + 1, 6))


def moves(match: SectionMatch, moved: Sequence[Moved], text: str) -> tuple[TextEdit, ...]:
    """The edits that put all sections in order."""
    places: dict[int, list[Moved]] = {}
    edits = []
    for item in sorted(moved, key=lambda item: (-match.headings[item.heading].level, item.entry.position)):
        start, end = _lines(match, item.heading, text)
        edits.append(TextEdit(Span(start, end), ""))
        places.setdefault(_place_of(match, item, text), []).append(item)
    for at, group in places.items():
        blocks = [text[slice(*_lines(match, item.heading, text))].rstrip("\r\n") for item in group]
        edits.append(TextEdit(Span(at, at), _between(text, at, blocks)))
    return _ending_alike(text, edits)


def _ending_alike(text: str, edits: list[TextEdit]) -> tuple[TextEdit, ...]:
    """The edits, with those that reach the end of the text made one, after which it ends in as many line ends."""
    left, new, start = sorted(edits), "", len(text)
    while left and left[-1].span.end == start:
        edit = left.pop()
        new, start = edit.text + new, edit.span.start
    if start == len(text) and not new:
        return tuple(left)
    last = len(text[:start].rstrip("\r\n"))
    ends = text[len(text.rstrip("\r\n")) :]
    return (*left, TextEdit(Span(last, len(text)), (text[last:start] + new).rstrip("\r\n") + ends))


def releveled(match: SectionMatch, item: Misleveled, text: str) -> tuple[TextEdit, ...]:
    """The edits that put a section, and the headings below it, on the level that is asked for; none when one of them
    cannot be written on its new level."""
    headings = match.headings
    top = headings[item.heading]
    sections = match.named()
    edits = []
    for index in range(item.heading, len(headings)):
        heading = headings[index]
        if index > item.heading and (heading.level <= top.level or index in sections):
            break
        edit = _with_level(heading, heading.level + item.level - top.level, text)
        if edit is None:
            return ()
        edits.append(edit)
    return tuple(edits)


def _with_level(heading: Heading, level: int, text: str) -> TextEdit | None:
    start, end = heading.span
    source = text[start:end]
    indent = len(source) - len(source.lstrip(" "))
    if source.startswith("#" * heading.level, indent) and level <= 6:
        return TextEdit(Span(start + indent, start + indent + heading.level), "#" * level)
    sign = _UNDERLINES.get(heading.level, "#")
    line = len(source.rstrip()) - len(source.rstrip().rstrip(sign))
    if level not in _UNDERLINES or not line:
        return None
    below = start + len(source.rstrip())
    return TextEdit(Span(below - line, below), _UNDERLINES[level] * line)


def _lines(match: SectionMatch, heading: int, text: str) -> Span:
    """The lines of a whole section."""
    start, end = match.extent(heading, text)
    return Span(_line_start(text, start), _line_start(text, end) if end < len(text) else end)


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _place_of(match: SectionMatch, item: Missing | Moved, text: str) -> int:
    """The offset where a section belongs: behind the one before it, else before the one behind it."""
    if item.after is not None:
        return _lines(match, item.after, text).end
    if item.before is not None:
        return _lines(match, item.before, text).start
    parent = getattr(item, "parent", None)
    return len(text) if parent is None else _lines(match, parent, text).end


def _between(text: str, at: int, blocks: list[str]) -> str:
    """Blocks of text as they go in at the start of a line or the end of the text, with blank lines around them."""
    end = "\r\n" if text.startswith("\r", max(text.find("\n") - 1, 0)) else "\n"
    above = text[max(at - 4, 0) : at]
    gap = ""
    if above:
        blank = above.endswith(("\n\n", "\n\r\n", "\r\r"))
        gap = end * 2 if above[-1] not in "\r\n" else "" if blank else end
    last = end * 2 if at < len(text) else end if not text or text[-1] in "\r\n" else ""
    return gap + (end * 2).join(blocks) + last
