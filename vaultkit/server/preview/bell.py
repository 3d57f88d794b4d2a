"""Tells open pages that there is something new (server-sent events). They are told that, never what."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from secrets import token_urlsafe

from vaultkit.server.preview.answer import TEXT, Receive, Request, Send, give, whole

MOST = 32
"""Streams that may be open at a time. Pages that nobody looks at have none."""

_BREATH = 20.0
"""Seconds after which a stream says something in any case, so that it is noticed when nobody is there any more."""


class Bell:
    """What open pages listen to. A stream has no queue: who could not be told in time is told the latest.

    All but `ring` and `hush` happens in the loop's thread.
    """

    def __init__(self) -> None:
        self._run = token_urlsafe(6)
        self._count = 0
        self._streams: set[asyncio.Event] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._hushed = False

    @property
    def version(self) -> str:
        """A word for what there is now. It is another after every ring, and in every process."""
        return f"{self._run}-{self._count}"

    def attach(self) -> None:
        """Belong to the running loop."""
        self._loop = asyncio.get_running_loop()

    def ring(self) -> None:
        """There is something new; from any thread."""
        self._count += 1
        self._wake()

    def hush(self) -> None:
        """End all streams; from any thread."""
        self._hushed = True
        self._wake()

    def _wake(self) -> None:
        def wake() -> None:
            for stream in self._streams:
                stream.set()

        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(wake)

    async def stream(self, request: Request, receive: Receive, send: Send) -> None:
        """Say the version now, and again after every ring, until the listener goes."""
        if len(self._streams) >= MOST:
            await give(whole(b"too many pages are open\n", TEXT, 503, retry_after="10"), request, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        woken = asyncio.Event()
        self._streams.add(woken)
        leaving = asyncio.ensure_future(_gone(receive, woken))
        try:
            told = ""
            while request.method != "HEAD" and not leaving.done() and not self._hushed:
                woken.clear()
                news, told = told != self.version, self.version
                line = f"data: {told}\n\n" if news else ":\n\n"
                await send({"type": "http.response.body", "body": line.encode(), "more_body": True})
                with suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), _BREATH)
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._streams.discard(woken)
            leaving.cancel()


async def _gone(receive: Receive, woken: asyncio.Event) -> None:
    """Wait until the listener has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    woken.set()
