"""Offsets of a text as the positions of the protocol, and back, in the unit that was agreed upon with the client.

Lines are those of the protocol: they end at LF, CR LF and CR and nowhere else (LSP 3.17, "Text Documents"). pygls' own
table breaks lines at form feeds and Unicode separators as well, so it is never asked.
"""

from __future__ import annotations

from lsprotocol.types import Position, PositionEncodingKind, Range, TextEdit

from vaultkit.model.text import LineIndex, Span
from vaultkit.model.text import TextEdit as Edit

_UNITS = {PositionEncodingKind.Utf8: ("utf-8", 1), PositionEncodingKind.Utf16: ("utf-16-le", 2)}


class Ruler:
    """Measures one text. `unit` is the negotiated position encoding: UTF-8 bytes, UTF-16 units, or code points."""

    def __init__(self, text: str, unit: PositionEncodingKind | str) -> None:
        self.text = text
        self._lines = LineIndex(text)
        self._coding, self._width = _UNITS.get(PositionEncodingKind(unit), ("", 1))

    def position(self, offset: int) -> Position:
        """The position of a character offset."""
        line, column = self._lines.position(offset)
        before = self._lines.line(line)[: column - 1]
        return Position(line - 1, self._measure(before))

    def range(self, span: Span) -> Range:
        """The range of a span."""
        return Range(self.position(span.start), self.position(span.end))

    def offset(self, position: Position) -> int:
        """The character offset of a position; what lies past a line's end is the line's end, likewise for lines."""
        if position.line >= len(self._lines):
            return len(self.text)
        start, end = self._lines.span(position.line + 1)
        if not self._coding:
            return min(start + position.character, end)
        data = self.text[start:end].encode(self._coding, "surrogatepass")
        return start + len(data[: position.character * self._width].decode(self._coding, "ignore"))

    def span(self, given: Range) -> Span:
        """The span of a range."""
        return Span(self.offset(given.start), self.offset(given.end))

    def edit(self, edit: Edit) -> TextEdit:
        """An edit in the protocol's words."""
        return TextEdit(self.range(edit.span), edit.text)

    @property
    def whole(self) -> Range:
        """All of the text."""
        return self.range(Span(0, len(self.text)))

    def _measure(self, text: str) -> int:
        if not self._coding or text.isascii():
            return len(text)
        return len(text.encode(self._coding, "surrogatepass")) // self._width
