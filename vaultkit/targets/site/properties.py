"""The properties of a note as its page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from vaultkit.model.note import Value
from vaultkit.model.record import NamedTuple
from vaultkit.publish.page import Page
from vaultkit.targets.site import words

SHOWN_ELSEWHERE = frozenset(
    {"title", "date", "created", "updated", "modified", "tags", "tag", "description", "aliases", "alias", "cssclasses"}
    | {"cssclass", "publish", "published", "draft", "permalink", "lang", "dir", "layout"}
)
"""Properties that the page says in another place, or that speak to software and not to readers."""


class Piece(NamedTuple):
    """A part of a value, with the way to what it names, if it names something."""

    text: str
    href: str = ""


class Property(NamedTuple):
    """A name and the parts of its value."""

    name: str
    pieces: tuple[Piece, ...]


def shown(page: Page) -> tuple[Property, ...]:
    """The properties to show, in the note's order; those without a value are left out."""
    found = []
    for name, value in page.properties.items():
        if name.lower() not in SHOWN_ELSEWHERE and (pieces := tuple(_pieces(page, name, value))):
            found.append(Property(name.replace("_", " "), pieces))
    return tuple(found)


def _pieces(page: Page, key: str, value: Value) -> Iterator[Piece]:
    link = page.property_links.get(key)
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _pieces(page, f"{key}.{place}", item)
    elif isinstance(value, dict):
        for name, item in value.items():
            for piece in _pieces(page, f"{key}.{name}", item):
                yield Piece(f"{name}: {piece.text}", piece.href)
    elif isinstance(value, bool):
        yield Piece(words.YES if value else words.NO)
    elif link and link.href:
        yield Piece(str(value) or link.text, link.href)
    elif value is not None and str(value).strip():
        yield Piece(str(value), str(value) if _is_address(str(value)) else "")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not any(sign.isspace() for sign in text)
