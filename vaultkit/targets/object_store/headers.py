"""How an object is served: its type, and how long it may be kept."""

from __future__ import annotations

import mimetypes
import re

from vaultkit.model.record import NamedTuple

_TYPES = mimetypes.MimeTypes(())  # what this machine thinks of endings has no say
_MORE = {
    "avif": "image/avif",
    "js": "text/javascript",
    "md": "text/markdown",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "m4a": "audio/mp4",
    "flac": "audio/flac",
    "webm": "video/webm",
    "webp": "image/webp",
    "woff2": "font/woff2",
    "xml": "application/xml",
    "wasm": "application/wasm",
}
_TEXT = re.compile(r"text/|application/(?:json|xml|javascript)$|image/svg")
_STAMPED = re.compile(r"(?:^|/)assets/[^/]*\.[0-9a-f]{8}\.[^./]+$")


class Served(NamedTuple):
    """The type and the cache directive of an object."""

    content_type: str
    cache: str


class Headers:
    """The headers of objects; a page may be kept for `max_age` seconds."""

    def __init__(self, max_age: int) -> None:
        self._short = f"public, max-age={max_age}"

    def of(self, path: str) -> Served:
        """The headers of a path. An attachment has the digest of its content in its name, and never changes."""
        ending = path.rpartition("/")[2].rpartition(".")[2].lower()
        kind = _MORE.get(ending) or _TYPES.guess_type(f"x.{ending}")[0] or "application/octet-stream"
        kind += "; charset=utf-8" if _TEXT.match(kind) else ""
        return Served(kind, "public, max-age=31536000, immutable" if _STAMPED.search(path) else self._short)

    @staticmethod
    def private() -> Served:
        """The headers of what only vaultkit reads."""
        return Served("application/json", "no-store")
