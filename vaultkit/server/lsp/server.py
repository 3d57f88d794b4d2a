"""The language server: which note is meant, in what order things happen, and what is told to the client when.

Two threads. The loop's thread speaks with the client and never waits; one other thread owns the vaults, and does what
it is asked in the order of asking. What is asked about a text that is not the latest any more is left out.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar, cast

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.uris import from_fs_path, to_fs_path

from vaultkit._version import VERSION
from vaultkit.errors import VaultkitError
from vaultkit.index.file_kinds import is_note
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.server.lsp.desk import Desk
from vaultkit.server.lsp.ruler import Ruler
from vaultkit.vault.root import CONFIG, find_root

PROTOCOL = 1
"""Of our own part of the protocol (`vaultkit/...`): another number when an older client cannot go on."""

T = TypeVar("T")
_Key = tuple[str, NotePath]
"""A file: the root of its vault, and its path there."""


class Place(NamedTuple):
    """A note of a vault, as the client names it."""

    desk: Desk
    path: NotePath


class _Protocol(LanguageServerProtocol):
    """Says in the handshake which of our own protocols is spoken, and with what."""

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        result = yield from super().lsp_initialize(params)
        options = params.initialization_options
        given = options.get if isinstance(options, dict) else partial(getattr, options)
        cast(Server, self._server).spoken = given("protocol", PROTOCOL)
        result.capabilities.experimental = {"vaultkit": {"protocol": PROTOCOL, "version": VERSION}}
        return result


class Server(LanguageServer):
    """A language server for all vaults that a client has open."""

    def __init__(self) -> None:
        super().__init__(
            "vaultkit",
            VERSION,
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            protocol_cls=_Protocol,
            max_workers=1,
        )
        self.spoken: object = PROTOCOL
        """Which of our own protocols the client says that it speaks."""
        self.offers_links = True
        """Whether this server completes links; off where another one does."""
        self._owner = ThreadPoolExecutor(1, "vault")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._desks: dict[str, Desk] = {}
        self._latest: dict[str, tuple[int, str]] = {}
        """The notes that the client has open: version and text, by URI."""
        self._uris: dict[_Key, str] = {}
        """How the client spells the open notes."""
        self._judged: dict[_Key, int] = {}
        """The version of the text of each open note that the vault knows: a newer one may have come already."""
        self._shown: dict[_Key, tuple[Diagnostic, ...]] = {}
        self._whole: set[str] = set()
        """The vaults of which every finding is told, not only those of open notes."""
        self._troubles: dict[str, str] = {}
        self.on_news: Callable[[Desk], None] = lambda desk: None
        """Is called, in the owner's thread, when a vault was looked at or changed."""

    # Between the two threads

    async def ask(self, work: Callable[[], T]) -> T:
        """Have the owner of the vaults do something, and wait for it without holding up anything else."""
        self._loop = asyncio.get_running_loop()
        return await self._loop.run_in_executor(self._owner, work)

    def order(self, work: Callable[[], object]) -> Future[object]:
        """Have the owner of the vaults do something some time."""
        return self._owner.submit(self._guarded, work)

    def say(self, act: Callable[..., object], *given: object) -> None:
        """Do something in the loop's thread: all that is written to the client is written there."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(act, *given)

    def begin(self) -> None:
        """Remember the loop; called in it before anything is ordered."""
        self._loop = asyncio.get_running_loop()

    def greet(self) -> None:
        """Tell the person when the client speaks another protocol of ours; what is LSP works all the same."""
        if self.spoken != PROTOCOL:
            do = "run `vaultkit plugin install`, or update vaultkit"
            self.complain(
                f"this client speaks protocol {self.spoken!r} and vaultkit {VERSION} protocol {PROTOCOL}: {do}"
            )

    def end(self) -> None:
        """Let go of all vaults."""
        for desk in self._desks.values():
            desk.close()
        self._owner.shutdown(wait=False, cancel_futures=True)

    def _guarded(self, work: Callable[[], object]) -> object:
        try:
            return work()
        except VaultkitError as error:
            self.complain(str(error))
        except Exception as error:
            self.complain(f"internal error: {type(error).__name__}: {error}")
        return None

    def complain(self, words: str) -> None:
        """Show a message to the person."""
        self.say(self.window_show_message, types.ShowMessageParams(types.MessageType.Error, f"vaultkit: {words}"))

    # Which note

    def place(self, uri: str) -> Place | None:
        """The note that a URI names; None when it is no note, or in no vault that can be opened."""
        file = to_fs_path(uri) if uri.startswith("file:") else None
        if not file or not is_note(file):
            return None
        file = os.path.join(os.path.realpath(os.path.dirname(file)), os.path.basename(file))
        root = self._root_of(file)
        desk = self.desk(root) if root else None
        if desk is None:
            return None
        return Place(desk, NotePath(os.path.relpath(file, desk.root).replace(os.sep, "/")))

    def _root_of(self, file: str) -> str | None:
        """The vault that a file lies in: one that is marked as such, or else a folder that the client has open."""
        folder = os.path.dirname(file)
        while not os.path.isdir(folder):
            folder = os.path.dirname(folder)
        root = find_root(folder)
        if _is_marked(root):
            return root
        return next((given for given in self.folders() if file.startswith(given + os.sep)), None)

    def open_folders(self) -> None:
        """Open the vaults among the folders that the client has open, before it asks."""
        for folder in self.folders():
            if _is_marked(folder):
                self.desk(folder)

    def folders(self) -> list[str]:
        """The folders that the client has open, deepest first."""
        uris = [*self.workspace.folders, *filter(None, [self.workspace.root_uri])]
        found = {os.path.realpath(path) for uri in uris if (path := to_fs_path(uri)) and os.path.isdir(path)}
        return sorted(found, key=len, reverse=True)

    def desk(self, root: str) -> Desk | None:
        """The vault at a root, opened when it is first asked for; None when it cannot be, which is said once."""
        root = os.path.realpath(root)
        if root not in self._desks:
            try:
                self._desks[root] = Desk(root)
            except (VaultkitError, OSError) as error:
                self._tell_trouble(root, str(error))
                return None
            self._tell_trouble(root, "")
        return self._desks[root]

    @property
    def desks(self) -> tuple[Desk, ...]:
        """The vaults that are open."""
        return tuple(self._desks.values())

    def shown(self, desk: Desk) -> list[NotePath]:
        """The notes of a vault that are open."""
        return [path for root, path in self._uris if root == desk.root]

    def uri(self, desk: Desk, path: NotePath) -> str:
        """The URI of a file: the one that the client uses for it, where it does."""
        return self._uris.get((desk.root, path)) or from_fs_path(os.path.join(desk.root, path)) or ""

    def judged_version(self, desk: Desk, path: NotePath) -> int | None:
        """The version of the text of an open note that the vault knows; None for a note that is not open."""
        return self._judged.get((desk.root, path))

    def ruler(self, text: str) -> Ruler:
        """What measures a text in the client's unit."""
        return Ruler(text, self.workspace.position_encoding or types.PositionEncodingKind.Utf16)

    # What happens to notes

    def took(self, uri: str, version: int, text: str) -> None:
        """A note is open with this text, or changed to it. Called in the loop's thread."""
        self._latest[uri] = given = version, text
        self.order(lambda: self._show(uri) if self._latest.get(uri) is given else None)

    def _show(self, uri: str) -> None:
        version, text = self._latest[uri]
        place = self.place(uri)
        if place:
            self._judged[place.desk.root, place.path] = version
            self._uris[place.desk.root, place.path] = uri
            place.desk.show(place.path, text)
            self.tell(place.desk)

    def let_go(self, uri: str) -> None:
        """A note was closed. Called in the loop's thread."""
        self._latest.pop(uri, None)
        self.order(lambda: self._hide(uri))

    def _hide(self, uri: str) -> None:
        place = self.place(uri)
        if place and uri not in self._latest:
            place.desk.hide(place.path)
            self.tell(place.desk)
            key = (place.desk.root, place.path)
            self._uris.pop(key, None)
            self._judged.pop(key, None)
            if place.desk.root not in self._whole and self._shown.pop(key, ()):
                self._publish(uri, place.desk, place.path, ())

    def look(self) -> None:
        """Look at the disk, for all vaults; and try again to open those that could not be."""
        for uri in set(self._latest) - set(self._uris.values()):
            self._show(uri)
        for desk in self.desks:
            desk.look()
            self._tell_trouble(desk.root, desk.trouble)
            self.tell(desk)

    def _tell_trouble(self, root: str, words: str) -> None:
        """Say what is wrong with a set-up when it is news."""
        if words and words != self._troubles.get(root):
            self.complain(words)
        self._troubles[root] = words

    # What is told

    def tell_all(self, desk: Desk) -> None:
        """From now on tell the findings of every note of a vault."""
        self._whole.add(desk.root)
        self.tell(desk)

    def tell(self, desk: Desk) -> None:
        """Tell the findings that are others than those that the client has."""
        root = desk.root
        paths = set(self.shown(desk))
        if root in self._whole:
            paths |= desk.found.keys() | {path for other, path in self._shown if other == root}
        for path in sorted(paths):
            found = desk.findings(path)
            if found != self._shown.get((root, path), None if (root, path) in self._uris else ()):
                self._shown[root, path] = found
                self._publish(self.uri(desk, path), desk, path, found)
        self.on_news(desk)

    def _publish(self, uri: str, desk: Desk, path: NotePath, found: tuple[Diagnostic, ...]) -> None:
        from vaultkit.server.lsp.findings import as_diagnostics

        version = self.judged_version(desk, path)
        params = types.PublishDiagnosticsParams(uri, as_diagnostics(self, desk, path, found), version)
        self.say(self.text_document_publish_diagnostics, params)


def _is_marked(folder: str) -> bool:
    """Whether a folder says itself that it is a vault."""
    return os.path.lexists(os.path.join(folder, CONFIG)) or os.path.isdir(os.path.join(folder, ".obsidian"))
