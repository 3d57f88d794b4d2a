"""Shows a published site on a loopback port and reloads the page when the site changed. Read-only.

Only requests addressed to this very host and port are answered, so that no foreign page and no rebound name can read a
site that is not public yet. The reload script is a file of its own: the pages' content policy holds here too.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from vaultkit.errors import SetupError
from vaultkit.watching.events import Published

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

    from vaultkit.watching.events import Event

    Answer = Callable[[Request], Awaitable[Response]]

_SCRIPT = b"""const events = new EventSource(new URL("events", document.currentScript.src));
events.onmessage = () => location.reload();
"""
_TAG = b'<script src="/_vaultkit/reload.js"></script></body>'
_HOST = "127.0.0.1"


class Preview:
    """A server for `folder` in a thread of its own. `port` 0 takes any free port.

    Raises SetupError when the port is taken.
    """

    def __init__(self, folder: str, port: int = 0) -> None:
        self._folder = folder
        self._listeners: set[asyncio.Queue[bytes | None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((_HOST, port))
            self._socket.listen()
        except OSError as error:
            self._socket.close()
            raise SetupError(
                f"port {port} cannot be used: {error.strerror}", do="give another one with --port, or 0 for any"
            ) from error
        self.url = f"http://{_HOST}:{self._socket.getsockname()[1]}/"
        self._server = self._make_server()
        self._thread = threading.Thread(target=self._run, name="preview", daemon=True)

    def start(self) -> None:
        """Begin to answer requests."""
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye to the open pages and end within a second."""
        self._tell(None)
        self._server.should_exit = True
        self._thread.join(1.5)
        self._socket.close()

    def reload(self) -> None:
        """Have every open page loaded again."""
        self._tell(b"data: changed\n\n")

    def heard(self, event: Event) -> None:
        """Have the open pages loaded again when something public changed."""
        if isinstance(event, Published) and event.changed:
            self.reload()

    def _tell(self, message: bytes | None) -> None:
        def put() -> None:
            for queue in self._listeners:
                queue.put_nowait(message)

        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(put)

    def _make_server(self) -> uvicorn.Server:
        import uvicorn

        config = uvicorn.Config(
            self._application(), log_level="warning", lifespan="off", timeout_graceful_shutdown=1, server_header=False
        )
        return uvicorn.Server(config)

    def _run(self) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            await self._server.serve([self._socket])

        asyncio.run(serve())

    def _application(self) -> Starlette:
        from starlette.applications import Starlette
        from starlette.routing import Route

        async def reload_script(request: Request) -> Response:
            from starlette.responses import Response

            return Response(_SCRIPT, media_type="text/javascript")

        async def events(request: Request) -> Response:
            from starlette.responses import StreamingResponse

            return StreamingResponse(self._events(), media_type="text/event-stream")

        return Starlette(
            routes=[
                Route("/_vaultkit/reload.js", self._guarded(reload_script)),
                Route("/_vaultkit/events", self._guarded(events)),
                Route("/{path:path}", self._guarded(self._file)),
            ]
        )

    def _guarded(self, answer: Answer) -> Answer:
        from starlette.responses import PlainTextResponse

        names = {f"{name}:{self._socket.getsockname()[1]}" for name in (_HOST, "localhost")}
        origins = {f"http://{name}" for name in names}

        async def guarded(request: Request) -> Response:
            origin = request.headers.get("origin")
            if request.headers.get("host") not in names or (origin is not None and origin not in origins):
                return PlainTextResponse("this preview is for this machine only\n", 403)
            response = await answer(request)
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Content-Type-Options"] = "nosniff"
            response.headers["Referrer-Policy"] = "no-referrer"
            return response

        return guarded

    async def _events(self) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield b": open\n\n"
            while (message := await queue.get()) is not None:
                yield message
        finally:
            self._listeners.discard(queue)

    async def _file(self, request: Request) -> Response:
        from starlette.exceptions import HTTPException
        from starlette.responses import FileResponse, HTMLResponse
        from starlette.staticfiles import StaticFiles

        files = StaticFiles(directory=self._folder, html=True, check_dir=False)
        try:
            found = await files.get_response(files.get_path(request.scope), request.scope)
        except HTTPException as error:
            return HTMLResponse(_page("nothing is published at this address"), error.status_code)
        if not isinstance(found, FileResponse) or found.media_type != "text/html":
            return found
        try:
            with open(found.path, "rb") as file:
                return HTMLResponse(file.read().replace(b"</body>", _TAG, 1), found.status_code)
        except FileNotFoundError:
            return HTMLResponse(_page("this page was withdrawn a moment ago"), 404)


def _page(text: str) -> str:
    tag = _TAG.decode()
    return f"<!doctype html><html lang=en><title>vaultkit</title><body><p>{text}.</p>{tag}"
