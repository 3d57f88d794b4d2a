"""For people: each finding with the place, the line it stands on, what was expected and where that is asked for.

error[section-renamed]: expected section `Takeaways`, found `Take-aways`
  --> Reading/attention.md:11:3
   |
11 | # Take-aways
   |   ^^^^^^^^^^ rename to `Takeaways`
   = schema `reading-note` (schemas/reading-note.yaml:14): what you will do differently
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from vaultkit.model.diagnostic import CheckResult, Diagnostic
from vaultkit.model.note import NotePath
from vaultkit.model.text import LineIndex, Span
from vaultkit.reports._look import SEVERITY_COLORS, Lines, Look, cells, columns, show

_BOLD = "1"
_FRAME = "1;34"
_TAB = 4


def text(result: CheckResult, look: Look) -> str:
    """The findings as blocks with a blank line between them."""
    lines = Lines(result.text)
    return "\n".join("\n".join(_finding(item, lines, look)) + "\n" for item in result.diagnostics)


def _finding(item: Diagnostic, lines: Lines, look: Look) -> Iterator[str]:
    color = SEVERITY_COLORS[item.severity]
    head = look.paint(color, f"{item.severity.label}[{item.rule}]")
    yield head + look.paint(_BOLD, f": {show(item.message)}")
    places = [
        _Place(item.path, item.span, "^", color, item.label),
        *(_Place(other.path, other.span, "-", _FRAME, other.message) for other in item.related),
    ]
    numbers = [lines[place.path].position(place.span.start).line for place in places]
    gutter = " " * len(str(max(numbers)))
    for place in places:
        yield from _excerpt(place, lines[place.path], look, gutter)
    for note in _notes(item):
        yield look.paint(_FRAME, f"{gutter} =") + f" {note}"


def _notes(item: Diagnostic) -> Iterator[str]:
    """What stands under the excerpts: who asks for it, in whose words, and what may help."""
    hint = show(item.hint)
    if item.origin:
        schema = f"schema `{show(item.origin.schema)}` " if item.origin.schema else ""
        yield f"{schema}({show(item.origin.file)}:{item.origin.line})" + (f": {hint}" if hint else "")
    elif hint:
        yield f"hint: {hint}"
    if item.fix and item.fix.title != item.label:
        yield f"help: {show(item.fix.title)}"


class _Place(NamedTuple):
    """A place to show: the sign under its text, the sign's colour, and the words after the signs."""

    path: NotePath
    span: Span
    sign: str
    color: str
    label: str


def _excerpt(place: _Place, index: LineIndex, look: Look, gutter: str) -> Iterator[str]:
    line, column = index.position(place.span.start)
    yield f"{gutter}{look.paint(_FRAME, '-->')} {look.path(place.path)}:{line}:{column}"
    source = index.span(line)
    if not index.text:
        if place.label:
            yield look.paint(_FRAME, f"{gutter} =") + f" {show(place.label)}"
        return
    start = place.span.start - source.start
    end = max(start, min(place.span.end, source.end) - source.start)
    before, marked, after = _window(index.text[slice(*source)], start, end, look.width - len(gutter) - 3)
    bar = f"{gutter} |"
    signs = place.sign * max(1, columns(marked))
    yield look.paint(_FRAME, bar)
    yield f"{look.paint(_FRAME, f'{line:>{len(gutter)}} |')} {before}{marked}{after}".rstrip()
    yield f"{look.paint(_FRAME, bar)} {' ' * columns(before)}" + look.paint(
        place.color, f"{signs} {show(place.label)}".rstrip()
    )


def _window(line: str, start: int, end: int, width: int) -> tuple[str, str, str]:
    """What can be printed of a line before, at and after a span, in `width` columns at most; `…` where more is."""
    width = max(width, 20)
    near = max(0, start - width)
    part = line[near : end + width][: 4 * width]
    shown = cells(part, "\t")
    ends = list(accumulate((_TAB if cell == "\t" else columns(cell) for cell in shown), initial=0))
    start, end = start - near, min(end - near, len(shown))
    first, last = 0, len(shown)
    if near or ends[-1] > width:
        room = width - 2
        if near or ends[min(end, len(shown))] > room:
            lead = min(room // 3, max(0, room - (ends[end] - ends[start])))
            first = next(at for at in range(start + 1) if ends[start] - ends[at] <= lead)
        last = next((at for at in range(len(shown), first, -1) if ends[at] - ends[first] <= room), first)
    if last < end:
        end = max(start, last)
    shown = [" " * _TAB if cell == "\t" else cell for cell in shown]
    left = "…" if near or first else ""
    right = "…" if last < len(shown) or near + len(part) < len(line) else ""
    return left + "".join(shown[first:start]), "".join(shown[start:end]), "".join(shown[end:last]) + right
