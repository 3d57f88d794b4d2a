"""Comments that ask vaultkit to keep silent about something: what they say, and which part of the note they mean."""

from __future__ import annotations

from collections.abc import Sequence

from vaultkit.model.expression import expression
from vaultkit.model.note import Comment, Suppression
from vaultkit.model.text import LineIndex, Span

_SIGN = "vaultkit-"
_KIND = expression(rf"(?:%%|<!--)\s*{_SIGN}([A-Za-z]+(?:-[A-Za-z]+)*)\s*")
_END = {"percent": 2, "html": 3}
"""How long the sign is that closes a comment."""


def suppressions(text: str, comments: Sequence[Comment]) -> tuple[Suppression, ...]:
    """The comments among `comments` that begin with `vaultkit-`, in order of place. A note without that word costs one
    search of its text."""
    if not comments or _SIGN not in text:
        return ()
    found = []
    for comment in comments:
        kind = _KIND.match(text, *comment.span) if comment.closed else None
        if kind:
            at = min(kind.end(), comment.span.end - _END[comment.kind])
            names, _, _ = text[at : comment.span.end - _END[comment.kind]].partition(":")
            found.append((kind[1], names.rstrip(), at, comment.span))
    if not found:
        return ()
    covers = _Covers(text)
    return tuple(Suppression(*item, covers.of(item[0], item[3])) for item in reversed(found))[::-1]


class _Covers:
    """Which part of the text a suppression means, from the first to the last character that a finding may be at. Asked
    from the last suppression to the first, so that a row of them is gone through once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = LineIndex(text)
        self._ends: dict[int, int] = {}
        self._below: dict[int, Span] = {}

    def of(self, kind: str, span: Span) -> Span:
        """What the suppression at `span` covers."""
        first, last = (self._lines.position(offset).line for offset in span)
        self._ends[span.start] = span.end
        if last + 1 not in self._below:
            self._below[last + 1] = self._following(last + 1)
        if kind == "disable-line":
            return Span(self._lines.span(first).start, self._lines.span(last).end)
        if kind == "disable-next-line":
            return self._below[last + 1]
        if kind == "disable-file":
            return Span(0, len(self._text))
        return Span(span.start, len(self._text)) if kind == "disable" else Span(span.end, span.end)

    def _following(self, line: int) -> Span:
        """The first line from this one on that has something on it besides suppressions."""
        while line <= len(self._lines):
            span = self._lines.span(line)
            at = self._behind_space(span.start)
            while at in self._ends:
                at = self._behind_space(self._ends[at])
            last = self._lines.position(at).line
            if at < self._lines.span(last).end:
                return span
            line = last + 1
            if line in self._below:
                return self._below[line]
        return Span(len(self._text), len(self._text))

    def _behind_space(self, at: int) -> int:
        while self._text[at : at + 1] in (" ", "\t"):
            at += 1
        return at
