"""The folder tree beside every page, drawn so that its cost does not grow with the vault.

A small vault's tree is on every page, whole. Of a large one only the folders above the page are open; the others are
links to their pages, which the script turns into branches that open in place. Of a long folder, the notes around the
page are named and its folder page has the rest. How many there are is said there alone: else every page of the folder
would be another whenever a note comes or goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from markupsafe import Markup, escape

from vaultkit.publish.page import Page
from vaultkit.targets.site import words
from vaultkit.targets.site.addresses import FOLDERS, encoded
from vaultkit.targets.site.tree import DEEPEST, Folder

WHOLE = 120
"""Up to so many notes, every page carries the whole tree."""

BRANCHES = 60
"""How many folders of a folder with many are named before the one that is open and after it."""

NEIGHBOURS = 15
"""How many notes of a long folder are named before the page and after it."""


_Item = TypeVar("_Item")


class Explorer:
    """Draws the tree for one page after the other and remembers the strings that they share."""

    def __init__(self, root: Folder) -> None:
        self._root = root
        self.is_whole = root.count <= WHOLE and all(len(folder.trail) < DEEPEST for folder in root.walk())
        """Whether the tree is whole beside every page."""
        self._closed: dict[tuple[str, str], str] = {}
        self._notes: dict[tuple[str, str], list[str]] = {}
        self._places: dict[str, int] = {}
        self._shelves: dict[str, tuple[list[Page], dict[str, int]]] = {}

    def draw(self, way: str, url: str, folder: Folder) -> Markup:
        """The entries of the tree as seen from the page at `url`, which lies in `folder` or is its page.

        `way` leads from the page to the root of the site.
        """
        inside = self._entries(folder, None, "", way, url)
        trail = folder.trail
        for place in range(len(trail) - 1, -1, -1):
            opened = self._branch(trail[place], inside, way, url, is_open=True)
            inside = self._entries(trail[place - 1] if place else self._root, trail[place], opened, way, url)
        return Markup(inside)

    def _entries(self, folder: Folder, chosen: Folder | None, opened: str, way: str, url: str) -> str:
        """What lies in a folder; `opened` stands in the chosen one's place, or before all when that lies deeper."""
        inside = folder.folders
        named = inside
        if len(inside) > 2 * BRANCHES:
            first = max(0, self._place(chosen) - BRANCHES) if chosen and chosen.parent is folder else 0
            named = inside[first : first + 2 * BRANCHES]
        shut = [opened if item is chosen else self._shut(item, way) for item in named]
        if chosen and chosen.parent is not folder:
            shut.insert(0, opened)
        if len(inside) > len(named):
            rest = folder.url if folder.parent else FOLDERS
            shut.append(f'<li class="more"><a href="{way}{encoded(rest)}">{words.ALL_FOLDERS_HERE}</a></li>')
        return "".join((*shut, *self._named(folder, way, url)))

    def _place(self, folder: Folder) -> int:
        """Where a folder stands among its siblings."""
        if folder.url not in self._places and folder.parent:
            self._places.update((item.url, place) for place, item in enumerate(folder.parent.folders))
        return self._places[folder.url]

    def _named(self, folder: Folder, way: str, url: str) -> Iterator[str]:
        pages, places = self._shelf(folder)
        inside = _inside(folder.url)
        near = inside if _inside(url) == inside else ""
        drawn = self._notes.get((folder.url, near or way))
        if drawn is None:
            drawn = self._notes[(folder.url, near or way)] = [_note(page, way, near) for page in pages]
        here = places.get(url)
        first = _first(here)
        for place in range(first, min(first + 2 * NEIGHBOURS, len(pages))):
            yield _note(pages[place], way, near, current=True) if place == here else drawn[place]
        if len(pages) > 2 * NEIGHBOURS:
            yield f'<li class="more"><a href="{way}{encoded(folder.url)}">{words.ALL_NOTES_HERE}</a></li>'

    def _shelf(self, folder: Folder) -> tuple[list[Page], dict[str, int]]:
        """The notes of a folder but the one that stands for the folder itself, and where each is."""
        if folder.url not in self._shelves:
            pages = [page for page in folder.notes if page.url != folder.url]
            self._shelves[folder.url] = (pages, {page.url: place for place, page in enumerate(pages)})
        return self._shelves[folder.url]

    def _shut(self, folder: Folder, way: str) -> str:
        key = (folder.url, way)
        if key not in self._closed:
            inside = self._entries(folder, None, "", way, "") if self.is_whole else ""
            self._closed[key] = self._branch(folder, inside, way, "", is_open=False)
        return self._closed[key]

    @staticmethod
    def _branch(folder: Folder, inside: str, way: str, url: str, *, is_open: bool) -> str:
        current = ' aria-current="page"' if folder.url == url else ""
        name = escape(folder.name)
        link = f'<a href="{way}{encoded(folder.url)}" dir="auto"{current}>{name}</a>'
        if not inside:
            return f'<li class="folder"{"" if is_open else " data-shut"}>{link}</li>'
        state = " open" if is_open else ""
        return (
            f'<li class="folder">{link}<details{state}><summary aria-label="{words.NOTES_IN} {name}"></summary>'
            f"<ul>{inside}</ul></details></li>"
        )


def window(shelf: list[_Item], here: int | None) -> tuple[list[_Item], bool]:
    """What is named of a long folder beside the page in this place, and whether that is not all."""
    first = _first(here)
    return shelf[first : first + 2 * NEIGHBOURS], len(shelf) > 2 * NEIGHBOURS


def _first(here: int | None) -> int:
    return max(0, (here or 0) - NEIGHBOURS)


def _inside(url: str) -> str:
    """What the addresses begin with that lie in the same folder as this one."""
    return url[: url.rfind("/") + 1]


def _note(page: Page, way: str, near: str, *, current: bool = False) -> str:
    """A note as seen from afar, or from a page to which it is `near`: in a folder whose addresses begin so."""
    link = encoded(page.url.removeprefix(near)) if near and page.url.startswith(near) else way + encoded(page.url)
    mark = ' aria-current="page"' if current else ""
    return f'<li><a href="{link}" dir="auto"{mark}>{escape(page.title)}</a></li>'
