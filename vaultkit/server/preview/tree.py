"""The files of a published site, as they are. A path is taken apart before anything is opened, and what it names is
opened beneath the folder without following links; so it cannot lead out, however it is spelled."""

from __future__ import annotations

import mimetypes
import os
import re
import stat
from collections.abc import Iterator
from urllib.parse import quote

from vaultkit.server.preview.answer import HTML, Answer, Request, remark, whole
from vaultkit.vault.files import open_beneath

_PIECE = 1 << 16
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_KINDS = {
    "avif": "image/avif",
    "webp": "image/webp",
    "woff2": "font/woff2",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "html": HTML,
    "json": "application/json",
    "xml": "application/xml",
    "txt": "text/plain; charset=utf-8",
    "md": "text/plain; charset=utf-8",
}
"""What this machine's own list may not know, or tell otherwise."""


class Tree:
    """The site in `folder` (a path), which may come and go, and be another the next time."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def find(self, request: Request, tail: str) -> Answer:
        """The file at an address, in a folder its first page. A page gets `tail`, markup, at its end."""
        parts = request.path.split("/")[1:]
        if not all(_is_plain(part) for part in parts[:-1]) or not (parts[-1] == "" or _is_plain(parts[-1])):
            return self._missing(tail)
        path = "/".join(parts)
        handle = self._open(path + "index.html" if not parts[-1] else path)
        if handle is None and parts[-1] and (inside := self._open(f"{path}/index.html")) is not None:
            os.close(inside)
            return whole(b"", status=307, Location=_below(parts))
        if handle is None:
            return self._missing(tail)
        name = parts[-1] or "index.html"
        return _page(handle, tail) if name.endswith(".html") else _file(handle, name, request.header("range"))

    def _missing(self, tail: str) -> Answer:
        """What stands for a page that is not there: the site's own, if it has one."""
        handle = self._open("404.html")
        if handle is None:
            return remark(404, "Nothing is published at this address.", tail)
        return _page(handle, tail)._replace(status=404)

    def _open(self, path: str) -> int | None:
        """A descriptor of a regular file of the site."""
        try:
            folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                handle = open_beneath(folder, path)
            finally:
                os.close(folder)
        except (OSError, ValueError):
            return None
        if stat.S_ISREG(os.fstat(handle).st_mode):
            return handle
        os.close(handle)
        return None


def _is_plain(part: str) -> bool:
    """Whether a part of a path is a name that a site may have; what begins with a dot is nobody's business."""
    return bool(part) and part[0] != "." and "\0" not in part


def _below(parts: list[str]) -> str:
    """The address of a folder, from where its name is asked for as if it were a file."""
    return f"./{quote(parts[-1])}/"


def _page(handle: int, tail: str) -> Answer:
    with open(handle, "rb") as file:
        body = file.read()
    added = tail.encode()
    head, closing, rest = body.rpartition(b"</body>")
    return whole(head + added + closing + rest if closing else body + added)


def _file(handle: int, name: str, wanted: str) -> Answer:
    """A file, or the part of it that a `Range` header asks for."""
    size = os.fstat(handle).st_size
    ending = name.rpartition(".")[2].lower()
    kind = _KINDS.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    more = (("accept-ranges", "bytes"), *((("content-security-policy", "sandbox"),) if ending == "svg" else ()))
    found = _RANGE.fullmatch(wanted)
    if not found or found.groups() == ("", ""):
        return Answer(200, kind, _Pieces(handle, 0, size), size, more)
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= end:
        os.close(handle)
        return whole(b"", kind, 416, content_range=f"bytes */{size}")
    told = ("content-range", f"bytes {start}-{end - 1}/{size}")
    return Answer(206, kind, _Pieces(handle, start, end), end - start, (*more, told))


class _Pieces:
    """The bytes of an open file from one offset to another, a piece at a time."""

    def __init__(self, handle: int, start: int, end: int) -> None:
        self._handle, self._start, self._end = handle, start, end

    def __iter__(self) -> Iterator[bytes]:
        at = self._start
        while at < self._end and (piece := os.pread(self._handle, min(_PIECE, self._end - at), at)):
            at += len(piece)
            yield piece

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._handle)
