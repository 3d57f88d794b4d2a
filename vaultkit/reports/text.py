"""For people: each finding with the place, the line it stands on, what was expected and where that is asked for.

error[section-renamed]: expected section `Takeaways`, found `Take-aways`  [fixable: --unsafe-fixes]
  --> Reading/attention.md:11:3
   |
11 | # Take-aways
   |   ^^^^^^^^^^ rename to `Takeaways`
   = schema `reading-note` (schemas/reading-note.yaml:14): what you will do differently
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from vaultkit.model.diagnostic import CheckResult, Diagnostic
from vaultkit.model.path import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import LineIndex, Span
from vaultkit.reports._look import SEVERITY_COLORS, Lines, Look, cells, columns, fixable, is_harmless, show, widths

_BOLD = "1"
_FAINT = "2"
_FRAME = "1;34"
_NARROWEST = 20
_TAB = 4


def text(result: CheckResult, look: Look) -> str:
    """The findings as blocks with a blank line between them."""
    lines = Lines(result.text)
    return "\n".join("\n".join(_finding(item, lines, look)) + "\n" for item in result.diagnostics)


def _finding(item: Diagnostic, lines: Lines, look: Look) -> Iterator[str]:
    color = SEVERITY_COLORS[item.severity]
    head = look.paint(color, f"{item.severity.label}[{look.rule(item.rule)}]")
    yield head + look.paint(_BOLD, f": {show(item.message)}") + look.paint(_FAINT, fixable(item))
    places = [
        _Place(item.path, item.span, "^", color, item.label),
        *(_Place(other.path, other.span, "-", _FRAME, other.message) for other in item.related),
    ]
    shown = [place for place in places if not place.is_whole_note]
    gutter = " " * max(len(str(lines[place.path].position(place.span.start).line)) for place in shown)
    for place in places:
        if place.is_whole_note:
            yield f"{gutter}{look.paint(_FRAME, '-->')} {look.path(place.path)}"
            yield look.paint(_FRAME, f"{gutter} =") + f" {show(place.label)}"
        else:
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

    @property
    def is_whole_note(self) -> bool:
        """Whether another note is meant and nothing in it: its first line would say nothing."""
        return self.sign == "-" and self.span == (0, 0)


def _excerpt(place: _Place, index: LineIndex, look: Look, gutter: str) -> Iterator[str]:
    line, column = index.position(place.span.start)
    yield f"{gutter}{look.paint(_FRAME, '-->')} {look.path(place.path)}:{line}:{column}"
    source = index.span(line)
    label = show(place.label)
    if not index.text:
        if label:
            yield look.paint(_FRAME, f"{gutter} =") + f" {label}"
        return
    start = place.span.start - source.start
    end = max(start, min(place.span.end, source.end) - source.start)
    room = max(look.width - len(gutter) - 3, _NARROWEST)
    words = columns(label) + 1
    shown = _window(index.text[slice(*source)], start, end, room, words if words < room // 2 else 0)
    bar = look.paint(_FRAME, f"{gutter} |")
    yield bar
    yield f"{look.paint(_FRAME, f'{line:>{len(gutter)}} |')} {shown.text}".rstrip()
    indent, signs = shown.before, place.sign * max(1, shown.marked)
    if label and indent + len(signs) + words <= room:
        yield f"{bar} {' ' * indent}{look.paint(place.color, f'{signs} {label}')}"
        return
    yield f"{bar} {' ' * indent}{look.paint(place.color, signs)}"
    if label:
        yield f"{bar} {' ' * max(0, min(indent, room - words))}{look.paint(place.color, label)}"


class _Window(NamedTuple):
    """What is printed of a line, and how many columns are taken before a span in it and by the span."""

    text: str
    before: int
    marked: int


def _window(line: str, start: int, end: int, width: int, words: int) -> _Window:
    """What can be printed of a line around a span, in `width` columns at most; `…` where more is.

    A line that must be cut is cut so that `words` columns are left behind the span, for what is said of it. What a
    terminal shows as one sign (a letter and its accents, a family of emoji) is not cut in two.
    """
    if len(line) <= width and is_harmless(line):
        return _Window(line, start, min(end, len(line)) - start)
    near, far = max(0, start - 4 * width), min(end, start + 4 * width) + 4 * width
    part = line[near:far]
    shown = [" " * _TAB if cell == "\t" else cell for cell in cells(part, "\t")]
    taken = widths(shown)
    ends = list(accumulate(taken, initial=0))
    start, end = start - near, min(end - near, len(shown))
    first, last = 0, len(shown)
    if near or far < len(line) or ends[-1] > width:
        room = width - 2
        if near or ends[end] + words > room:
            lead = min(room // 3, max(0, room - words - (ends[end] - ends[start])))
            first = next(at for at in range(start + 1) if ends[start] - ends[at] <= lead)
        last = next((at for at in range(len(shown), first, -1) if ends[at] - ends[first] <= room), first)
        last = min(last, len(shown) - (far < len(line)))
        while first < start and not taken[first]:
            first += 1
        while start < last < len(shown) and not taken[last]:
            last -= 1
    if last < end:
        end = max(start, last)
    left = "…" if near or first else ""
    right = "…" if last < len(shown) or far < len(line) else ""
    before = ends[start] - ends[first] + len(left)
    return _Window(left + "".join(shown[first:last]) + right, before, ends[end] - ends[start])
