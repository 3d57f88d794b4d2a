"""Going through the vault: what stands under the cursor, where it leads, who points here, what a note is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from vaultkit.index.file_kinds import is_note, stem_of
from vaultkit.index.outline import span_of
from vaultkit.index.resolve import Place as NotePlace
from vaultkit.model.note import Block, Heading, Link, NotePath, Tag
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span
from vaultkit.parse.frontmatter import places

if TYPE_CHECKING:
    from vaultkit.server.lsp.desk import Desk
    from vaultkit.server.lsp.server import Place, Server

_MOST = 200


class Under(NamedTuple):
    """What stands at an offset of a note: a link, a tag, a heading, a block's id, or the name of a property."""

    link: Link | None = None
    tag: Tag | None = None
    heading: Heading | None = None
    block: Block | None = None
    property: str = ""
    span: Span = Span(0, 0)


def under(desk: Desk, path: NotePath, at: int) -> Under:
    """What stands at an offset."""
    facts, text = desk.note(path).facts, desk.text(path)
    for link in facts.links:
        if _holds(link.span, at):
            return Under(link=link, span=link.span)
    for tag in facts.tags:
        if _holds(tag.span, at):
            return Under(tag=tag, span=tag.span)
    if at < facts.frontmatter.span.end:
        where = places(text, facts.frontmatter)
        for name in facts.properties:
            place = where.get(name)
            if place and (_holds(place.key, at) or _holds(place.value, at)):
                return Under(property=name, span=place.key)
    for block in facts.blocks:
        if _holds(block.id_span, at):
            return Under(block=block, span=block.id_span)
    for heading in facts.headings:
        if _holds(heading.span, at):
            return Under(heading=heading, span=heading.text_span)
    return Under()


def _holds(span: Span, at: int) -> bool:
    return span.start <= at <= span.end and span.start < span.end


def leads_to(desk: Desk, path: NotePath, link: Link) -> tuple[NotePath, NotePlace | None] | None:
    """The file that a link opens and the place in it that it names; None when it opens nothing."""
    found = desk.index.view().resolve(link, path)
    return (found.path, found.place) if found.path is not None else None


def register(server: Server) -> None:
    """Offer definition, references and symbols."""

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> types.Location | None:
        return await server.ask(lambda: _definition(server, params))

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(params: types.ReferenceParams) -> list[types.Location]:
        return await server.ask(lambda: list(_references(server, params)))

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        return await server.ask(lambda: _symbols(server, server.place(params.text_document.uri)))

    @server.feature(types.WORKSPACE_SYMBOL)
    async def all_symbols(params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        return await server.ask(lambda: _all_symbols(server, params.query.lower()))


def _definition(server: Server, params: types.DefinitionParams) -> types.Location | None:
    place = server.place(params.text_document.uri)
    if place is None:
        return None
    desk, path = place
    link = under(desk, path, server.ruler(desk.text(path)).offset(params.position)).link
    there = leads_to(desk, path, link) if link else None
    if there is None:
        return None
    to, spot = there
    span = span_of(spot) if spot else Span(0, 0)
    return types.Location(server.uri(desk, to), server.ruler(desk.text(to) if is_note(to) else "").range(span))


def _references(server: Server, params: types.ReferenceParams) -> Iterator[types.Location]:
    """Who links to what stands under the cursor: the place of a link, a heading, a block, a tag, else the note."""
    place = server.place(params.text_document.uri)
    if place is None:
        return
    desk, path = place
    found = under(desk, path, server.ruler(desk.text(path)).offset(params.position))
    if found.tag:
        yield from _tagged(server, desk, found.tag.name.lower())
        return
    spot: NotePlace | None = found.heading or found.block
    to = path
    if found.link:
        there = leads_to(desk, path, found.link)
        if there is None:
            return
        to, spot = there
    if params.context.include_declaration and spot and is_note(to):
        yield types.Location(server.uri(desk, to), server.ruler(desk.text(to)).range(span_of(spot)))
    for source, link in links_to(desk, to, spot):
        yield types.Location(server.uri(desk, source), server.ruler(desk.text(source)).range(link.span))


def links_to(desk: Desk, to: NotePath, spot: NotePlace | None) -> Iterator[tuple[NotePath, Link]]:
    """The links to a file, or to one place in it, in order."""
    view = desk.index.view()
    for source in desk.index.backlinks(to):
        for link in desk.note(source).facts.links:
            found = view.resolve(link, source)
            if found.path == to and (spot is None or found.place == spot):
                yield source, link


def _tagged(server: Server, desk: Desk, name: str) -> Iterator[types.Location]:
    for path in desk.index.notes:
        spans = [tag.span for tag in desk.note(path).facts.tags if tag.name.lower() == name]
        if spans:
            ruler = server.ruler(desk.text(path))
            yield from (types.Location(server.uri(desk, path), ruler.range(span)) for span in spans)


def _symbols(server: Server, place: Place | None) -> list[types.DocumentSymbol]:
    """The headings of a note, each with those below it."""
    if place is None:
        return []
    text = place.desk.text(place.path)
    ruler = server.ruler(text)
    top: list[types.DocumentSymbol] = []
    above: list[tuple[Heading, types.DocumentSymbol]] = []
    headings = place.desk.note(place.path).facts.headings
    for number, heading in enumerate(headings):
        stop = next((item.span.start for item in headings[number + 1 :] if item.level <= heading.level), len(text))
        symbol = types.DocumentSymbol(
            heading.text or "-",
            types.SymbolKind.String,
            ruler.range(Span(heading.span.start, stop)),
            ruler.range(heading.span),
            children=[],
        )
        while above and above[-1][0].level >= heading.level:
            above.pop()
        siblings = above[-1][1].children if above else top
        assert isinstance(siblings, list)
        siblings.append(symbol)
        above.append((heading, symbol))
    return top


def _all_symbols(server: Server, query: str) -> list[types.WorkspaceSymbol]:
    """The notes whose name holds what was typed, shortest first."""
    found = []
    for desk in server.desks:
        fitting = [path for path in desk.index.notes if query in stem_of(path).lower()]
        for path in sorted(fitting, key=lambda path: (len(path), path))[:_MOST]:
            where = types.LocationUriOnly(server.uri(desk, path))
            folder = path.rpartition("/")[0]
            found.append(types.WorkspaceSymbol(where, stem_of(path), types.SymbolKind.File, container_name=folder))
    return found
