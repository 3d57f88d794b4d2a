"""What is said of a property, a link or a tag under the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from vaultkit.index.file_kinds import is_note
from vaultkit.model.note import Block, Heading, Link, NotePath
from vaultkit.server.lsp.completion import declared_properties, kind_of, meaning, tag_counts
from vaultkit.server.lsp.navigation import leads_to, under

if TYPE_CHECKING:
    from vaultkit.index.resolve import Place as NotePlace
    from vaultkit.server.lsp.desk import Desk
    from vaultkit.server.lsp.server import Server

_LINES = 12
_LENGTH = 800
"""So much of a note is shown."""


def register(server: Server) -> None:
    """Offer hovers."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        return await server.ask(lambda: _hover(server, params))


def _hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    place = server.place(params.text_document.uri)
    if place is None:
        return None
    desk, path = place
    ruler = server.ruler(desk.text(path))
    found = under(desk, path, ruler.offset(params.position))
    words = "\n\n".join(
        (
            *_property(desk, path, found.property),
            *_tag(desk, found.tag and found.tag.name),
            *_link(desk, path, found.link),
        )
    )
    if not words:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, words), ruler.range(found.span))


def _property(desk: Desk, path: NotePath, name: str) -> Iterator[str]:
    known = {key.lower(): (key, declared) for key, declared in declared_properties(desk, path).items()}
    if name.lower() in known:
        key, declared = known[name.lower()]
        yield f"**{key}** · {kind_of(declared)}"
        if meaning(declared):
            yield meaning(declared)


def _tag(desk: Desk, name: str | None) -> Iterator[str]:
    if name:
        count = {tag.lower(): number for tag, number in tag_counts(desk).items()}.get(name.lower(), 0)
        yield f"**#{name}** · in {count} note{'s' * (count != 1)}"


def _link(desk: Desk, path: NotePath, link: Link | None) -> Iterator[str]:
    if link is None:
        return
    there = leads_to(desk, path, link)
    if there is None:
        yield "This link opens nothing."
        return
    to, spot = there
    yield f"**{to}**"
    if is_note(to):
        yield _preview(desk, to, spot)


def _preview(desk: Desk, to: NotePath, spot: NotePlace | None) -> str:
    """The beginning of what a link shows."""
    text, facts = desk.text(to), desk.note(to).facts
    outline = desk.index.outline(to)
    start, end = outline.extent(spot) if outline else (0, len(text))
    if spot is None:
        start = facts.frontmatter.span.end
    elif isinstance(spot, Block | Heading):
        start = spot.span.start
    shown = text[start : int(min(end, start + _LENGTH * 2, len(text)))].strip()
    for comment in reversed(facts.comments):
        if start <= comment.span.start < start + len(shown):
            typed = text[slice(*comment.span)]
            shown = shown.replace(typed, "", 1)
    lines = shown.splitlines()
    cut = "\n".join(lines[:_LINES])[:_LENGTH]
    more = len(cut) < len(shown)
    return re.sub(r"!\[\[", "[[", cut) + ("\n\n…" if more else "")
