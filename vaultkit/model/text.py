"""Places in a text. Inside vaultkit a place is a character offset into the decoded note; lines are for the edge."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from vaultkit.model.expression import expression
from vaultkit.model.record import NamedTuple

_LINE_END = expression(r"\r\n|\n|\r")


class Span(NamedTuple):
    """Half-open range of character offsets into the decoded text (without a byte order mark)."""

    start: int
    end: int


class Position(NamedTuple):
    """Line and column, both from 1; the column counts characters (code points)."""

    line: int
    column: int


class TextEdit(NamedTuple):
    """Replace `span` by `text`."""

    span: Span
    text: str


class LineIndex:
    """Maps offsets to lines. A line ends at LF, CR LF or a lone CR and nowhere else."""

    def __init__(self, text: str) -> None:
        self.text = text
        if "\r" in text:
            self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        else:
            self._starts = list(accumulate((len(line) + 1 for line in text.split("\n")[:-1]), initial=0))

    def __len__(self) -> int:
        return len(self._starts)

    def position(self, offset: int) -> Position:
        """The position of an offset; an offset past the end is the end."""
        offset = min(offset, len(self.text))
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def offset(self, position: Position) -> int:
        """The offset of a position; a column past the line's end is the line's end, likewise for lines."""
        if position.line > len(self._starts):
            return len(self.text)
        span = self.span(position.line)
        return min(span.start + position.column - 1, span.end)

    def span(self, line: int) -> Span:
        """Where a line (from 1) stands, without its line end."""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return Span(start, end)

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its line end."""
        return self.text[slice(*self.span(number))]


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """The text with all edits made.

    Raises ValueError when two edits overlap or one lies outside the text.
    """
    parts: list[str] = []
    at = 0
    for (start, end), new in sorted(edits):
        if start < at or end < start or end > len(text):
            raise ValueError(f"edit {start}:{end} overlaps another or lies outside the text")
        parts += (text[at:start], new)
        at = end
    return "".join(parts) + text[at:]
