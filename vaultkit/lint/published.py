"""What of a note its readers would see, were it published: its links, and stretches of its text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from vaultkit.index.file_kinds import is_note
from vaultkit.lint.rule import Context
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span

if TYPE_CHECKING:
    from vaultkit.model.note import Link, NotePath


class PrivateLink(NamedTuple):
    """A link of a public note to a note that will not be public; `why` is a clause that says what keeps it private."""

    link: Link
    path: NotePath
    why: str


def published_links(ctx: Context) -> Iterator[tuple[Link, NotePath]]:
    """The links and embeds that open a file and stand where readers of the page see them, with the file; nothing for a
    note that is not meant to be public."""
    standing = ctx.standing
    if not standing.public:
        return
    for link, resolution in ctx.links:
        shown = not link.property or link.property.partition(".")[0] in standing.shown
        if shown and resolution.path is not None:
            yield link, resolution.path


def private_links(ctx: Context, *, embeds: bool) -> Iterator[PrivateLink]:
    """The published embeds of notes, or the other links to notes, where these notes are not meant to be public.

    Whether a note is, is not known when its front matter cannot be read or its `publish` says neither yes nor no; that
    is one finding, there and not here.
    """
    for link, path in published_links(ctx):
        if (link.kind == "embed") is embeds and is_note(path) and path != ctx.note.path:
            standing = ctx.index.standing(path)
            if standing.state == "denied":
                yield PrivateLink(link, path, standing.reasons[0].message)
            elif not standing.selected and standing.state != "unknown":
                yield PrivateLink(link, path, "nothing selects it")


def published_places(ctx: Context, *, code: bool) -> Callable[[Span], bool]:
    """A test for the spans that readers of the page see: the text behind the front matter but its comments (and but
    code, unless `code` is asked for), and the values of the properties that are shown."""
    facts = ctx.facts
    body = facts.frontmatter.span.end
    hidden = [comment.span for comment in facts.comments]
    is_seen = outside(hidden if code else [*hidden, *(item.span for item in facts.code)])

    def sees(span: Span) -> bool:
        if span.start < body:
            return any(value.start <= span.start < value.end for value in _shown_values(ctx))
        return is_seen(span)

    return sees


def outside(holes: Iterable[Span]) -> Callable[[Span], bool]:
    """A test for the spans that begin outside of all of some others."""
    joined = _joined(holes)
    starts = [hole.start for hole in joined]

    def is_outside(span: Span) -> bool:
        at = bisect_right(starts, span.start) - 1
        return at < 0 or joined[at].end <= span.start

    return is_outside


def found_in_text(ctx: Context, pattern: re.Pattern[str], *, code: bool) -> Iterator[re.Match[str]]:
    """Where a pattern fits in what the readers of a public note see."""
    sees = published_places(ctx, code=code)
    return (found for found in pattern.finditer(ctx.text) if sees(Span(*found.span())))


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that lie in or reach into one another as one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def _shown_values(ctx: Context) -> Iterator[Span]:
    for name in ctx.standing.shown:
        place = ctx.places.get(name)
        if place:
            yield place.value
