"""Who is answered at all: this machine, and of what runs on it no page of another site.

A server on a loopback port is within reach of every page that the browser has open, of names that somebody else can
point at this machine, and of everybody who has an account on it. So:

- The host must be this very server with its port, which a rebound name is not.
- A page of another origin says so in `Origin` or `Sec-Fetch-Site`, and is refused; nobody is invited by CORS.
- Nothing can be changed: there is nothing but GET and HEAD, and neither of them has a body.
- Every answer says what a browser may make of it: never anything but what it claims to be, never in another's frame.

Only 127.0.0.1 is listened to. `[::1]` is another place, where somebody else may listen on the same port; so
`localhost`, which can mean either, is good for what is public alone (`Key`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from vaultkit.server.preview.answer import TEXT, Answer, Receive, Request, Scope, Send, give, request_of, whole
from vaultkit.targets.site.survey import POLICY

HOST = "127.0.0.1"
MOST_HEADERS = 64
LONGEST = 2048
"""Characters of an address as it is sent."""

Respond = Callable[[Request, Receive, Send], Awaitable[None]]

_SEALS = {
    "cache-control": "no-store",
    "content-security-policy": f"{POLICY}; frame-ancestors 'self'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""What every answer says of itself, unless it says something else of it."""


class Guard:
    """An ASGI application that lets through what may come through, and seals what comes back."""

    def __init__(self, respond: Respond, port: int) -> None:
        self._respond = respond
        self._hosts = (f"{HOST}:{port}", f"localhost:{port}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = request_of(scope)
        refused = _too_much(request, len(scope["raw_path"])) or self._foreign(request) or _more_than_reading(request)
        sealed = Sealed(send)
        if refused:
            await give(refused, request, sealed)
            return
        try:
            await self._respond(request, receive, sealed)
        except Exception:
            if not sealed.begun:
                await give(
                    _refusal(500, "this is a mistake in vaultkit; its words are in the terminal"), request, sealed
                )
            raise

    def _foreign(self, request: Request) -> Answer | None:
        """The refusal of what is not addressed to this server, or comes from a page of another."""
        host, origins, sites = request.all("host"), request.all("origin"), request.all("sec-fetch-site")
        own = len(host) == 1 and host[0] in self._hosts
        if own and origins in ([], [f"http://{host[0]}"]) and all(site in ("none", "same-origin") for site in sites):
            return None
        return _refusal(403, "this is for this machine alone; type the address, no other page may lead here")


def _too_much(request: Request, length: int) -> Answer | None:
    if length + len(request.query) > LONGEST:
        return _refusal(414, "this address is too long")
    if len(request.headers) > MOST_HEADERS:
        return _refusal(431, "these are too many headers")
    return None


def _more_than_reading(request: Request) -> Answer | None:
    if request.method not in ("GET", "HEAD"):
        return _refusal(405, "everything here can be read, and nothing changed", Allow="GET, HEAD")
    if request.all("transfer-encoding") or request.header("content-length") not in ("", "0"):
        return _refusal(400, "who reads sends nothing")
    return None


def _refusal(status: int, words: str, **headers: str) -> Answer:
    """A refusal is the last thing that is said on its connection: what else was sent is not read."""
    return whole(f"{words}\n".encode(), TEXT, status, Connection="close", **headers)


class Sealed:
    """A way to send on which every answer gets its seals. `begun`: there has been an answer."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        """Send a message."""
        if message["type"] == "http.response.start":
            self.begun = True
            there = {name for name, _ in message["headers"]}
            seals = [(name.encode(), value.encode()) for name, value in _SEALS.items()]
            message["headers"] = [*message["headers"], *(seal for seal in seals if seal[0] not in there)]
        await self._send(message)
