"""Comments that ask vaultkit to keep silent about something: what they say, and which part of the note they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vaultkit.model.note import Comment, Suppression
from vaultkit.model.text import Span

_SIGN = "vaultkit-"
_KIND = re.compile(rf"(?:%%|<!--)\s*{_SIGN}([A-Za-z]+(?:-[A-Za-z]+)*)\s*")
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
    spans = [item[3] for item in found]
    return tuple(Suppression(*item, _covered(text, item[0], item[3], spans)) for item in found)


def _covered(text: str, kind: str, span: Span, others: list[Span]) -> Span:
    """The part of the text that a suppression means, from the first to the last character that a finding may be at."""
    if kind == "disable-line":
        return Span(text.rfind("\n", 0, span.start) + 1, _line_end(text, span.end))
    if kind == "disable-next-line":
        start = _following(text, span.end, others)
        return Span(start, _line_end(text, start))
    if kind == "disable-file":
        return Span(0, len(text))
    return Span(span.start, len(text)) if kind == "disable" else Span(span.end, span.end)


def _following(text: str, at: int, others: list[Span]) -> int:
    """The start of the first line below `at` that has something on it besides other suppressions."""
    behind = {other.start: other.end for other in others}
    line = _line_end(text, at) + 1
    while line < len(text):
        end = _line_end(text, line)
        first = line + len(text[line:end]) - len(text[line:end].lstrip())
        if first in behind:
            end = _line_end(text, behind[first])
        elif first < end:
            return line
        line = end + 1
    return len(text)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)
