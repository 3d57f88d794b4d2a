"""An embed comes back to itself.

A note that embeds itself, directly or through other notes, has no end: Obsidian stops after a few turns, and so does
every page made of it. Only what is really shown counts: a section that embeds another section of the same note is fine.

The message shows the way around. Take out one of the embeds, or make it a link.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.file_kinds import is_note
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.note import Link, NotePath

_Shown = tuple[NotePath, str]
"""A note, or the place in it that a subpath names."""


@rule(severity=Severity.ERROR, about=("embeds",))
def embed_cycle(ctx: Context) -> Iterator[Diagnostic]:
    """Report embeds whose content embeds the place where they stand."""
    for link, resolution in ctx.links:
        if link.kind == "embed" and resolution.place_ok and not link.property:
            way = _way_back(ctx, link)
            if way:
                shown = " → ".join(f"`{path}{subpath}`" for path, subpath in ((ctx.note.path, ""), *way))
                yield ctx.report(link.span, f"this embed comes back to itself: {shown}", label="never ends")


def _way_back(ctx: Context, start: Link) -> list[_Shown]:
    """The shortest way from what an embed of this note shows to a place that holds the embed; empty when none does."""
    here = ctx.note.path
    came_from: dict[_Shown, _Shown | None] = dict.fromkeys(_opened(ctx, start, here))
    waiting = list(came_from)
    for shown in waiting:
        embeds = ctx.index.embeds(*shown)
        if shown[0] == here and start in embeds:
            way = [shown]
            while (before := came_from[way[-1]]) is not None:
                way.append(before)
            return way[::-1]
        for link in embeds:
            for following in _opened(ctx, link, shown[0]):
                if following not in came_from:
                    came_from[following] = shown
                    waiting.append(following)
    return []


def _opened(ctx: Context, link: Link, source: NotePath) -> list[_Shown]:
    """The note, or the place in it, that an embed shows; none for an attachment or a missing place."""
    resolution = ctx.index.resolve(link, source)
    shows_text = resolution.path is not None and resolution.place_ok and is_note(resolution.path)
    return [(resolution.path, link.subpath)] if resolution.path is not None and shows_text else []
