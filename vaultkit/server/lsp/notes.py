"""What the client says of its notes (opened, changed, saved, closed), and what happens to files elsewhere."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from lsprotocol import types

from vaultkit.vault.watch import Watcher

if TYPE_CHECKING:
    from vaultkit.server.lsp.server import Server


def register(server: Server) -> None:
    """Follow the notes."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        note = params.text_document
        server.took(note.uri, note.version, note.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        note = params.text_document
        server.took(note.uri, note.version, server.workspace.get_text_document(note.uri).source)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.let_go(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.order(server.look)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def happened(params: types.DidChangeWatchedFilesParams) -> None:
        server.order(server.look)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configured(params: types.DidChangeConfigurationParams) -> None:
        take_settings(server, params.settings)


def take_settings(server: Server, given: object) -> None:
    """The client's settings: `{"links": false}`, alone or below `vaultkit`. What is not known is no concern of ours."""
    given = given if isinstance(given, dict) else getattr(given, "_asdict", dict)()
    settings = given.get("vaultkit", given) if isinstance(given, dict) else {}
    if isinstance(settings, dict) and isinstance(settings.get("links"), bool):
        server.offers_links = settings["links"]


def begin(server: Server) -> None:
    """Begin to follow files: by the client where it offers that, by ourselves otherwise."""
    server.begin()
    server.order(server.open_folders)
    workspace = server.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace else None
    if watched and watched.dynamic_registration:
        options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher("**/*")])
        registration = types.Registration("vaultkit-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        server.client_register_capability(types.RegistrationParams([registration]))
        return
    for root in server.folders():
        threading.Thread(target=_watch, args=(server, root), name="watch", daemon=True).start()


def _watch(server: Server, root: str) -> None:
    for _ in Watcher(root):  # at its start too: what happened between the first look and then, nobody has heard
        server.order(server.look)
