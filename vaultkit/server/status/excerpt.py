"""The words that a finding is about, in their line."""

from __future__ import annotations

from vaultkit.model.record import NamedTuple
from vaultkit.model.text import LineIndex, Span
from vaultkit.reports._look import show

_BEFORE = 60
_MARKED = 120
_AFTER = 80


class Excerpt(NamedTuple):
    """A part of a line with what stands before and behind it, harmless to show; line and column from 1."""

    line: int
    column: int
    before: str
    marked: str
    after: str

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not (self.before or self.marked or self.after)


def excerpt(index: LineIndex, span: Span) -> Excerpt:
    """What is seen of a span; of one that goes over several lines, its first. What is too long is cut, `…` says so."""
    line, column = index.position(span.start)
    text = index.line(line)
    start = min(column - 1, len(text))
    end = max(start, min(span.end - span.start + start, len(text)))
    first, last, behind = max(0, start - _BEFORE), min(end, start + _MARKED), min(len(text), end + _AFTER)
    before = ("…" if first else "") + show(text[first:start])
    marked = show(text[start:last]) + ("…" if last < end else "")
    return Excerpt(line, column, before, marked, show(text[end:behind]) + ("…" if behind < len(text) else ""))
