"""A request as far as the preview cares, and what is answered to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from html import escape
from typing import Any
from urllib.parse import parse_qs

from vaultkit.model.record import NamedTuple

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


class Request(NamedTuple):
    """`path` is decoded, once; `query` is not. Names of headers are in lower case, and may come more than once."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """What the headers of a name say."""
        return [value for key, value in self.headers if key == name]

    def header(self, name: str) -> str:
        """What the only header of a name says; "" when there is none or there are several."""
        found = self.all(name)
        return found[0] if len(found) == 1 else ""


def fields_of(query: str) -> dict[str, str]:
    """The fields of a query, each with its last value; none when there are absurdly many."""
    try:
        return {key: values[-1] for key, values in parse_qs(query, max_num_fields=20).items()}
    except ValueError:
        return {}


def request_of(scope: Scope) -> Request:
    """The request that an ASGI scope describes."""
    headers = tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in scope["headers"])
    return Request(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers)


class Answer(NamedTuple):
    """What is answered: the status, what kind of thing it is (a media type), its bytes in pieces, and more headers.

    `length` is the number of bytes, None when nobody knows it yet.
    """

    status: int = 200
    kind: str = HTML
    pieces: Iterable[bytes] = ()
    length: int | None = None
    headers: tuple[tuple[str, str], ...] = ()


def whole(body: bytes, kind: str = HTML, status: int = 200, **headers: str) -> Answer:
    """An answer whose bytes are at hand; in the name of a header, `_` stands for `-`."""
    more = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(status, kind, (body,), len(body), more)


def remark(status: int, words: str, tail: str = "") -> Answer:
    """A page of one sentence."""
    page = f"<!doctype html><html lang=en><meta charset=utf-8><title>vaultkit</title><body><p>{escape(words)}</p>{tail}"
    return whole(page.encode(), status=status)


async def give(answer: Answer, request: Request, send: Send) -> None:
    """Send an answer, to HEAD without its bytes."""
    length = [] if answer.length is None else [("content-length", str(answer.length))]
    headers = [("content-type", answer.kind), *length, *answer.headers]
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    pieces = iter(answer.pieces)
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
        for piece in pieces if request.method != "HEAD" else ():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        close = getattr(answer.pieces, "close", None)
        if close:
            close()
