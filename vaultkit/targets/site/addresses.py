"""Where things stand in the site, relative to its root, and how one page refers to another.

Every reference is relative and spelled out to the file name, so that a site works at any base path and from a folder.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, urlsplit

from vaultkit.errors import SetupError

GRAPH = "graph.html"
RECENT = "recent/index.html"
FOLDERS = "folders/index.html"
TAGS = "tags/index.html"

OWN = "_vaultkit/"
"""The folder of the files that belong to no note: style, script, search data."""


@lru_cache(maxsize=1 << 14)
def encoded(url: str) -> str:
    """An output path as a relative reference: `a b:c.html` is `a%20b%3Ac.html`."""
    return quote(url, errors="replace")


def up(url: str) -> str:
    """The way from a page to the root of the site: `../` for each folder it stands in."""
    return "../" * url.count("/")


def base_address(text: str) -> str:
    """The site's public address, ending in `/`; "" when none is set.

    Raises SetupError when it is not a plain web address.
    """
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise SetupError(f"`{text}` cannot be the base-url of a site", do="write it as https://example.org/notes/")
    return text.rstrip("/") + "/"


def edit_address(pattern: str, path: str) -> str:
    """The address at which a note is edited: `{path}` in the pattern is its path in the vault; without one, the path
    stands at the end. "" when there is no pattern. Raises SetupError when it is not a plain web address."""
    if not pattern:
        return ""
    if urlsplit(pattern).scheme not in ("http", "https") or not urlsplit(pattern).netloc:
        do = "write it as https://example.org/notes/edit/main/{path}"
        raise SetupError(f"`{pattern}` cannot be the edit-url of a site", do=do)
    return pattern.replace("{path}", encoded(path)) if "{path}" in pattern else f"{pattern.rstrip('/')}/{encoded(path)}"


def public(base: str, url: str) -> str:
    """The full address of an output; a folder's `index.html` is the folder itself."""
    if url == "index.html" or url.endswith("/index.html"):
        url = url[: -len("index.html")]
    return base + encoded(url)
