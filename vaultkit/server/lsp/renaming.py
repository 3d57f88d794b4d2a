"""Renaming a note, a heading or a block, with every link to it. Nothing is written: the client makes the edits."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.uris import to_fs_path

from vaultkit.index.file_kinds import ending, is_note, stem_of
from vaultkit.index.link_edits import Lost
from vaultkit.index.link_text import LinkStyle
from vaultkit.index.rename import Rename
from vaultkit.index.rename_block import RenameBlock
from vaultkit.index.rename_heading import RenameHeading
from vaultkit.model.note import Link, NotePath
from vaultkit.parse import canvas
from vaultkit.server.lsp.navigation import leads_to, under
from vaultkit.vault.obsidian import ObsidianSettings

if TYPE_CHECKING:
    from vaultkit.server.lsp.desk import Desk
    from vaultkit.server.lsp.navigation import Under
    from vaultkit.server.lsp.server import Place, Server

_UNFIT = re.compile(r'[\x00-\x1f\x7f\ud800-\udfff*"\\/<>:|?#^\[\]]')
Renaming = Rename | RenameHeading | RenameBlock


def register(server: Server) -> None:
    """Offer renaming, here and when the client renames files."""

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def rename(params: types.RenameParams) -> types.WorkspaceEdit:
        return await server.ask(lambda: _rename(server, params))

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder:
        return await server.ask(lambda: _prepare(server, params))

    notes = types.FileOperationRegistrationOptions(
        [types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
    )

    @server.feature(types.WORKSPACE_WILL_RENAME_FILES, notes)
    async def will_rename(params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
        return await server.ask(lambda: _will_rename(server, params))


class _Refused(JsonRpcInvalidParams):
    """What is asked for cannot be done; the message is for the person."""

    def __init__(self, words: str) -> None:
        super().__init__(words)


def _prepare(server: Server, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder:
    """The part of the text that is the name, and the name. Raises _Refused where there is none."""
    desk, path = _place(server, params.text_document.uri)
    ruler = server.ruler(desk.text(path))
    found = under(desk, path, ruler.offset(params.position))
    if found.heading or found.block:
        name = found.heading.text if found.heading else found.block.id if found.block else ""
        return types.PrepareRenamePlaceholder(ruler.range(found.span), name)
    to = _opened(desk, path, found)
    name = stem_of(to) if is_note(to) else to.rpartition("/")[2]
    return types.PrepareRenamePlaceholder(ruler.range(found.span), name)


def _place(server: Server, uri: str) -> Place:
    place = server.place(uri)
    if place is None:
        raise _Refused("this is no note of a vault")
    return place


def _opened(desk: Desk, path: NotePath, found: Under) -> NotePath:
    """The file that the link under the cursor opens."""
    there = leads_to(desk, path, found.link) if found.link else None
    if there is None:
        raise _Refused("there is nothing here that can be renamed: put the cursor on a heading, a block id or a link")
    return there[0]


def _rename(server: Server, params: types.RenameParams) -> types.WorkspaceEdit:
    desk, path = _place(server, params.text_document.uri)
    new = params.new_name.strip()
    if not new or "\n" in new or "\r" in new:
        raise _Refused("a name is one line that is not empty")
    found = under(desk, path, server.ruler(desk.text(path)).offset(params.position))
    if found.heading:
        number = desk.note(path).facts.headings.index(found.heading)
        return _edit(server, desk, RenameHeading(desk.index, path, number, new))
    if found.block:
        try:
            return _edit(server, desk, RenameBlock(desk.index, path, found.block, new.removeprefix("^")))
        except ValueError as error:
            raise _Refused(str(error)) from error
    return _moved(server, desk, _opened(desk, path, found), new)


def _moved(server: Server, desk: Desk, old: NotePath, name: str) -> types.WorkspaceEdit:
    """Another name for a file, in the folder where it is."""
    if _UNFIT.search(name) or name.startswith("."):
        raise _Refused(f"no file of a vault can be called `{name}`")
    end = "." + old.rpartition(".")[2] if "." in old.rpartition("/")[2] else ""
    name = name if name.lower().endswith(end.lower()) else name + end
    folder, slash, _ = old.rpartition("/")
    new = NotePath(folder + slash + name)
    if new == old:
        return types.WorkspaceEdit(document_changes=[])
    if new in desk.index.files:
        raise _Refused(f"there is a file `{new}` already")
    edit = _edit(server, desk, _move(desk, {old: new}))
    assert isinstance(edit.document_changes, list)
    rename = types.RenameFile(server.uri(desk, old), server.uri(desk, new))
    return types.WorkspaceEdit(document_changes=[*edit.document_changes, rename])


def _move(desk: Desk, moves: Mapping[NotePath, NotePath]) -> Rename:
    settings = ObsidianSettings.load(desk.root)
    return Rename(desk.index, moves, LinkStyle(settings.new_link_format, settings.use_markdown_links))


def _will_rename(server: Server, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
    """The edits for files and folders that the client is about to rename itself, as if all had moved at once: every
    link is saved, or nothing is edited and the client is told which one cannot be."""
    pairs = [(_real(item.old_uri), _real(item.new_uri)) for item in params.files]
    made = [(desk, moves) for desk in server.desks if (moves := dict(_moves(desk, pairs)))]
    edits = [edit for desk, moves in made for edit in _edit(server, desk, _move(desk, moves)).document_changes or ()]
    return types.WorkspaceEdit(document_changes=edits) if made else None


def _moves(desk: Desk, pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[NotePath, NotePath]]:
    """The old and the new path of every file of a vault that moves within it. In a folder that moves, all do."""
    for pair in pairs:
        old, new = (NotePath(os.path.relpath(path, desk.root).replace(os.sep, "/")) for path in pair)
        if new.startswith("../"):
            continue
        if old in desk.index.files:
            yield old, new
        else:
            below = (path for path in desk.index.files if path.startswith(f"{old}/"))
            yield from ((path, NotePath(new + path[len(old) :])) for path in below)


def _real(uri: str) -> str:
    path = to_fs_path(uri) or ""
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def _edit(server: Server, desk: Desk, change: Renaming) -> types.WorkspaceEdit:
    """All edits of a renaming. Raises _Refused when a link could not be saved."""
    made: list[types.TextDocumentEdit] = []
    for path in sorted(desk.index.files):
        text = _text(desk, path)
        if text is None or not change.concerns(path, _links(desk, path, text)):
            continue
        edits = change.edits(path, text)
        if isinstance(edits, Lost):
            typed = text[slice(*edits.link.span)]
            raise _Refused(
                f"the link `{typed}` in `{path}` cannot be written anew; choose another name, or change it first"
            )
        if edits:
            ruler, uri = server.ruler(text), server.uri(desk, path)
            which = types.OptionalVersionedTextDocumentIdentifier(uri, server.judged_version(desk, path))
            made.append(types.TextDocumentEdit(which, [ruler.edit(edit) for edit in edits]))
    return types.WorkspaceEdit(document_changes=list(made))


def _text(desk: Desk, path: NotePath) -> str | None:
    """The text of a note or canvas; None for another file and for what cannot be read."""
    if path in desk.index.notes:
        return None if desk.note(path).unreadable else desk.text(path)
    return desk.session.text(path) if ending(path) == "canvas" else None


def _links(desk: Desk, path: NotePath, text: str) -> Iterable[Link]:
    return desk.note(path).facts.links if path in desk.index.notes else canvas.facts(text).links
