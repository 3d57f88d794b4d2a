"""HTTP on the wire, with a limit to how long anybody may take over it."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 10.0
"""Seconds within which a whole request must come, be it the first on a connection or a later one."""

STALLED = 60.0
"""Seconds after which somebody who does not take what is sent is taken to have gone."""

MOST = 128
"""Connections at a time; one more is not taken."""

PACE = 5.0
"""Seconds from one look at a connection to the next."""

_BAD = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 26\r\n"
    b"content-security-policy: default-src 'none'\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n"
    b"this is no proper request\n"
)


class Wire(H11Protocol):
    """A connection. uvicorn bounds how much may come, and how long a connection may be idle between two requests; this
    bounds how long one may be half there."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._since = self._stalled = 0.0
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        if len(self.connections) > MOST:
            transport.abort()
            return
        self._since = self.loop.time()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        if self._watch:
            self._watch.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self._since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Note since when nothing is taken."""
        self._stalled = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Note that something is taken."""
        self._stalled = 0.0
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer to what is no HTTP."""
        if not self.transport.is_closing():
            self.transport.write(_BAD)
            self.transport.close()

    def _look(self) -> None:
        now = self.loop.time()
        waiting = self.cycle is None or self.cycle.response_complete
        if (waiting and now - self._since > PATIENCE) or (self._stalled and now - self._stalled > STALLED):
            self.transport.abort()
        else:
            self._watch = self.loop.call_later(PACE, self._look)
