"""Shows a published site on a loopback port, and how its vault stands; reloads open pages when something changed.

    preview = Preview(folder, board)
    preview.start()
    preview.heard(event)        # a listener

A request goes through `wire` (HTTP, with a limit to how long it may take) and `guard` (who is answered at all) to the
published files (`tree`), to a stream that tells of news (`bell`), or, past the `key`, to the status page. No request
can change anything. The reload script is a file of its own: the pages' content policy holds here too.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING

from vaultkit.errors import SetupError
from vaultkit.server.preview.answer import Answer, Receive, Request, Send, give, whole
from vaultkit.server.preview.bell import Bell
from vaultkit.server.preview.guard import HOST, Guard
from vaultkit.server.preview.key import OWN, Key
from vaultkit.server.preview.tree import Tree
from vaultkit.server.status.pages import StatusPages
from vaultkit.watching.events import Hearing, Noticed, Published

if TYPE_CHECKING:
    import uvicorn

    from vaultkit.server.status.board import Board
    from vaultkit.watching.events import Event

_SCRIPT = "reload.js"
_STREAM = "reload"
_LARGEST = 16 * 1024
"""Bytes of a request, all headers together."""


class Preview:
    """A server for the site in `folder` (a path), in a thread of its own. `port` 0 takes any free port.

    `board` knows how the vault stands; who asks needs the key for that: `invitation`, an address that works once, for
    some minutes. `used` is told when it was tried, and whether that was in time. Raises SetupError when the port is
    taken.
    """

    def __init__(
        self, folder: str, board: Board, port: int = 0, used: Callable[[bool], object] = lambda _: None
    ) -> None:
        self._folder = folder
        self._tree = Tree(folder)
        self._site, self._vault = Bell(), Bell()
        self._status = StatusPages(board)
        self._board = board
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((HOST, port))
            self._socket.listen()
        except (OSError, OverflowError) as error:
            self._socket.close()
            why = getattr(error, "strerror", None) or "there is no such port"
            raise SetupError(
                f"port {port} cannot be used: {why}", do="give another one with --port, or 0 for any"
            ) from error
        self._port = self._socket.getsockname()[1]
        self.url = f"http://{HOST}:{self._port}/"
        self._key = Key(f"{HOST}:{self._port}", used)
        self._server = self._make_server()
        self._thread = threading.Thread(target=self._run, name="preview", daemon=True)

    @property
    def invitation(self) -> str:
        """The address that opens the status page, once and soon."""
        return self._key.invitation

    def start(self) -> None:
        """Begin to answer requests."""
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye to the open pages and end within a second."""
        self._site.hush()
        self._vault.hush()
        self._server.should_exit = True
        self._thread.join(1.5)
        self._socket.close()

    def show(self, folder: str) -> None:
        """The site lies in this folder (a path) from now on."""
        if folder != self._folder:
            self._folder, self._tree = folder, Tree(folder)
            self._site.ring()

    def heard(self, event: Event) -> None:
        """Have open pages of the site loaded again when something public changed, and the status page filled anew."""
        self._board(event)
        if not isinstance(event, Noticed | Hearing):  # a look comes right behind these
            self._vault.ring()
        if isinstance(event, Published) and event.changed:
            self._site.ring()

    def _make_server(self) -> uvicorn.Server:
        import uvicorn

        from vaultkit.server.preview.wire import Wire

        config = uvicorn.Config(
            Guard(self._respond, self._port),
            http=Wire,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=_LARGEST,
        )
        return uvicorn.Server(config)

    def _run(self) -> None:
        async def serve() -> None:
            self._site.attach()
            self._vault.attach()
            await self._server.serve([self._socket])

        asyncio.run(serve())

    async def _respond(self, request: Request, receive: Receive, send: Send) -> None:
        """Answer a request that may be answered."""
        path = request.path
        if path == OWN + _STREAM:
            await self._site.stream(request, receive, send)
        elif path.startswith(self._key.place):
            shut = self._key.refused(request)
            if not shut and path == self._key.place + _STREAM:
                await self._vault.stream(request, receive, send)
            else:
                await give(shut or self._private(path.removeprefix(self._key.place), request), request, send)
        else:
            await give(self._public(path, request), request, send)

    def _private(self, name: str, request: Request) -> Answer:
        if name == _SCRIPT:
            return _script()
        return self._status.answer(name, request, self._vault.version) or self._key.shut

    def _public(self, path: str, request: Request) -> Answer:
        if path == OWN + _SCRIPT:
            return _script()
        if path == OWN:
            return self._key.admit(request)
        if path.startswith(self._key.home):
            return self._key.shut
        return self._tree.find(request, f'<script src="{OWN}{_SCRIPT}?{self._site.version}"></script>')


def _script() -> Answer:
    return whole((files(__name__) / _SCRIPT).read_bytes(), "text/javascript; charset=utf-8")
