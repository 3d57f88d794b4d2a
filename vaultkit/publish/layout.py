"""How a form lays its pages out: the file of each, and how one links to another.

The address of a page (`url`) is decided once, by `publish.address`, whatever the form; it is where the page stands when
the site is up. A form may keep the page in another file, from which the host's own tool makes that address.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from vaultkit.model.note import NotePath
from vaultkit.publish.address import HOME, href, tag_url

if TYPE_CHECKING:
    from vaultkit.publish.page import Asset
    from vaultkit.publish.select import PublishedNote
    from vaultkit.render.job import Dialect


class _Addresses(Mapping[NotePath, str]):
    """The addresses of notes, by note."""

    def __init__(self, notes: Mapping[NotePath, PublishedNote]) -> None:
        self._notes = notes

    def __getitem__(self, path: NotePath) -> str:
        return self._notes[path].url

    def items(self) -> ItemsView[NotePath, str]:
        return {path: note.url for path, note in self._notes.items()}.items()

    def __iter__(self) -> Iterator[NotePath]:
        return iter(self._notes)

    def __len__(self) -> int:
        return len(self._notes)


class Layout:
    """The layout of one publish set; this one is the site's, where the file of a page is its address.

    `files` are the output paths of the notes' pages. `served` has, for each output path that is not the address at
    which it can be asked for later, that address: links are seen from there, and lead there. `rooted`: they may begin
    at the root of the server. `dialect` is the Markdown that the form needs, if it does; `front_matter` tells whether
    it needs the properties as they were written, and `properties` which it takes beyond those that the configuration
    allows (names in small letters).
    """

    dialect: Dialect | None = None
    rooted: bool = False
    front_matter: bool = False
    properties: frozenset[str] = frozenset()

    def __init__(self, notes: Mapping[NotePath, PublishedNote]) -> None:
        self.files: Mapping[NotePath, str] = _Addresses(notes)
        self.served: dict[str, str] = {}

    def place(self, files: Mapping[NotePath, str], notes: Mapping[NotePath, PublishedNote]) -> None:
        """Say in which files the pages lie."""
        self.files = files
        self.served = {file: notes[path].url for path, file in files.items() if file != notes[path].url}

    def href(self, source: PublishedNote, target: PublishedNote, fragment: str = "") -> str:
        """The link from one page to another."""
        return href(source.url, target.url, fragment)

    def asset(self, source: PublishedNote, asset: Asset) -> tuple[Asset, str]:
        """An attachment where it lies for this page, and the link to it."""
        return asset, href(source.url, asset.url)

    def tag(self, source: PublishedNote, name: str) -> str | None:
        """The link to the page of a tag; None where tags have none."""
        return href(source.url, tag_url(name))


def folder_href(source: str, target: str, fragment: str = "") -> str:
    """The link from one address to another on a server that shows `index.html` for its folder."""
    if source == target and fragment:
        return "#" + quote(fragment)
    way = href(source, target)
    if target == HOME or target.endswith("/" + HOME):
        way = way.removesuffix(HOME) or "./"
    return f"{way}#{quote(fragment)}" if fragment else way
