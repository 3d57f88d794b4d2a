"""The properties of a page as Jekyll takes them: as they were typed, unless Jekyll would read something else there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from vaultkit.model.note import Value
from vaultkit.publish.address import HOME, BadAddress, permalink_url
from vaultkit.publish.intent import Notice
from vaultkit.targets import _front_matter as front_matter
from vaultkit.targets.jekyll.addresses import own_url
from vaultkit.targets.jekyll.files import is_dated, stem_of

if TYPE_CHECKING:
    from vaultkit.publish.page import Page
    from vaultkit.targets.jekyll.options import Options

_STEERING = (
    "collection content excerpt_separator ext id next output path previous published relative_path"
    " render_with_liquid url"
)
STEERING = frozenset(_STEERING.split())
"""Names that would make Jekyll do something else, in small letters."""

_OWN = frozenset(("layout", "title", "slug", "category"))


def notices(page: Page) -> Iterator[Notice]:
    """Properties that would steer Jekyll, and dates that would stop it."""
    for name, value in page.properties.items():
        if name.lower() == "date" and value not in (None, "") and not page.date:
            yield Notice(page.path, "has a `date` that is none, at which Jekyll would stop, so it is left out")
        elif name.lower() in STEERING:
            yield Notice(page.path, f"has a property `{name}`, which would steer Jekyll, so it is left out")


def lines(page: Page, options: Options) -> Iterable[str]:
    """The properties in the note's order; then what Jekyll has to be told."""
    told: dict[str, str] = {}
    for name, value in page.properties.items():
        if value not in (None, "", []) and name.lower() not in STEERING and (line := _line(page, name, value)):
            told[name.lower()] = line
    if page.tags and "tags" not in told:
        told["tags"] = front_matter.entry("tags", list(page.tags))
    if "title" not in told and not (is_dated(page.path) and page.title == stem_of(page.path)):
        told["title"] = front_matter.entry("title", page.title)
    if options.layout:
        told.setdefault("layout", front_matter.entry("layout", options.layout))
    if "permalink" not in told and own_url(page, options) != page.url:
        told["permalink"] = front_matter.entry("permalink", "/" + page.url.removesuffix(HOME))
    return told.values()


def _line(page: Page, name: str, value: Value) -> str:
    """One property; "" when it is nothing to Jekyll."""
    key = name.lower()
    if key == "date":
        return _date(page, name)
    if key == "permalink":
        return front_matter.told(page, name, value) if name == key and _stands_there(page, value) else ""
    if key == "tags":
        return _listed(page, name, list(page.tags))
    if key == "categories":
        return _listed(page, name, front_matter.words(value))
    return front_matter.told(page, name, value) if name == key or key not in _OWN else front_matter.entry(key, value)


def _listed(page: Page, name: str, items: list[str]) -> str:
    """A list of words: as it was typed, if it was one of just these."""
    if not items:
        return ""
    if name == name.lower() and page.properties[name] == items:
        return front_matter.told(page, name, items)
    return front_matter.entry(name.lower(), items)


def _date(page: Page, name: str) -> str:
    """The day as it was typed when Jekyll reads it so; a time always with its offset."""
    if not page.date:
        return ""
    written, value = page.written.get(name, ""), page.properties[name]
    plain = len(page.date) == 10 or datetime.fromisoformat(page.date).tzinfo is not None
    if plain and name == "date" and front_matter.reads_alike(written, name, value):
        return written
    return f"date: {front_matter.with_offset(page.date)}"


def _stands_there(page: Page, value: Value) -> bool:
    """Whether a permalink as it was typed leads to the page."""
    try:
        return isinstance(value, str) and permalink_url(value) == page.url
    except BadAddress:
        return False
