"""The folders of an edition as a tree: what the explorer, the breadcrumbs and the folder pages show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from vaultkit.model.note import NotePath
from vaultkit.publish.page import Edition, Page

DEEPEST = 12
"""How many folders are named on the way to a page; deeper paths are cut, or links alone would fill the page."""

_DIGITS = re.compile(r"(\d+)")


@dataclass(slots=True, eq=False)
class Folder:
    """A folder with published notes in or below it. The root has no name and no parent.

    `folders` and `notes` are in natural order of their names; `count` counts the notes below, at any depth.
    """

    name: str
    url: str
    parent: Folder | None = None
    folders: list[Folder] = field(default_factory=list)
    notes: list[Page] = field(default_factory=list)
    count: int = 0

    def upwards(self) -> Iterator[Folder]:
        """This folder and those above it, without the root."""
        folder = self
        while folder.parent:
            yield folder
            folder = folder.parent

    @property
    def trail(self) -> tuple[Folder, ...]:
        """The folders from the one below the root down to this one; of a very deep path the first and the last."""
        trail = tuple(self.upwards())[::-1]
        return trail if len(trail) <= DEEPEST else (trail[0], *trail[1 - DEEPEST :])

    def walk(self) -> Iterator[Folder]:
        """This folder and all below it, parents first."""
        waiting = [self]
        while waiting:
            folder = waiting.pop()
            yield folder
            waiting += reversed(folder.folders)


@dataclass(frozen=True, slots=True)
class Tree:
    """All folders: from the `root` down, by output path, and the one that each note lies in."""

    root: Folder
    by_url: Mapping[str, Folder]
    of: Mapping[NotePath, Folder]


def plant(edition: Edition) -> Tree:
    """The tree of an edition's folders. Notes of no folder lie in the root, whose page is the home page.

    Folders that share an output path (`Reading notes`, `reading-notes`) are one folder here, named after the first.
    """
    root = Folder("", "index.html")
    known = {"": root}
    by_url = {root.url: root}
    of: dict[NotePath, Folder] = {}
    for path, item in sorted(edition.folders.items(), key=lambda item: (item[0].count("/"), item[0])):
        if item.url not in by_url:
            parent = known[path.rpartition("/")[0]]
            by_url[item.url] = Folder(item.name, item.url, parent)
            parent.folders.append(by_url[item.url])
        folder = known[path] = by_url[item.url]
        of.update(dict.fromkeys(item.pages, folder))
    for note, page in edition.pages.items():
        home = of.setdefault(note, root)
        home.notes.append(page)
        root.count += 1
        for folder in home.upwards():
            folder.count += 1
    for folder in by_url.values():
        folder.folders.sort(key=lambda item: natural(item.name))
        folder.notes.sort(key=lambda page: (natural(page.title), page.url))
    return Tree(root, by_url, of)


def natural(text: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """A key that sorts as people expect: `Week 9` before `week 10`, `é` beside `e`."""
    folded = text.casefold() if text.isascii() else unicodedata.normalize("NFD", text.casefold())
    parts = (part for part in _DIGITS.split(folded) if part)
    return tuple((0, int(part), "") if part.isdecimal() and len(part) < 20 else (1, 0, part) for part in parts), text
