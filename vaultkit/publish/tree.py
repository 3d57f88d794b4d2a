"""What stands in a published folder: its files folder by folder, and how to look at it again for less.

A folder whose inode and time are those of the last look holds the same names, so it need not be listed again. What such
a look does not show is a file that somebody wrote to in place; whoever is about to replace a file reads it anyway.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from typing import Literal

from vaultkit.model.record import NamedTuple

MARKER = ".vaultkit-edition"
"""The file in a published tree that holds its name; it is no part of the tree."""

_RACY = 2_000_000_000
"""Nanoseconds in which a folder may change again and bear the same time."""


class Entry(NamedTuple):
    """What stands at a path of the published folder. `kind` is `file`, `folder` or `other` (a link, a pipe …). Of a
    folder only the mode is told: what is in it tells the rest."""

    kind: Literal["file", "folder", "other"]
    mode: int
    inode: int = 0
    size: int = 0
    mtime_ns: int = 0


class Folder(NamedTuple):
    """A folder: how it looked (`mtime_ns` is 0 when it may change without showing it), and what is in it by name."""

    inode: int
    mtime_ns: int
    mode: int
    entries: Mapping[str, Entry]


NO_FOLDER = Folder(0, 0, 0o755, {})


class Tree(Mapping[str, Entry]):
    """A folder's content by path, folders before what is in them. `folders` has each folder by its path, the root as
    "". Nothing changes once made."""

    def __init__(self, folders: Mapping[str, Folder]) -> None:
        self.folders = folders
        self._below: dict[str, tuple[str, ...]] = {}

    def below(self, path: str) -> tuple[str, ...]:
        """The names of the folders in a folder, the last one first."""
        found = self._below.get(path)
        if found is None:
            entries = self.folders[path].entries.items()
            found = self._below[path] = tuple([name for name, entry in entries if entry[0] == "folder"][::-1])
        return found

    def __getitem__(self, path: str) -> Entry:
        folder, _, name = path.rpartition("/")
        return self.folders[folder].entries[name]

    def __iter__(self) -> Iterator[str]:
        for path, folder in self.folders.items():
            yield from map(f"{path}/{{}}".format, folder.entries) if path else folder.entries

    def __len__(self) -> int:
        return sum(len(folder.entries) for folder in self.folders.values())

    def holds_the_same(self, other: Tree) -> bool:
        """Whether another tree has the same names with the same files."""
        mine, theirs = self.folders, other.folders
        return mine.keys() == theirs.keys() and all(
            folder is theirs[path] or folder.entries == theirs[path].entries for path, folder in mine.items()
        )


def scan(root: str, known: Tree | None = None) -> Tree:
    """The content of a folder, links not followed; nothing when there is no such folder. Raises OSError.

    Folders that look as when they became `known` are not listed.
    """
    folders: dict[str, Folder] = {}
    found = Tree(folders)
    waiting = [""]
    now = time.time_ns()
    while waiting:
        path = waiting.pop()
        where = os.path.join(root, path)
        try:
            state = os.lstat(where)
            before = known.folders.get(path) if known is not None else None
            if before and (state.st_ino, state.st_mtime_ns) == before[:2]:
                folder = before._replace(mode=stat.S_IMODE(state.st_mode))
                folders[path] = before if folder == before else folder
            else:
                settled = state.st_mtime_ns if state.st_mtime_ns < now - _RACY else 0
                folders[path] = Folder(state.st_ino, settled, stat.S_IMODE(state.st_mode), _entries(where, not path))
        except FileNotFoundError:
            continue
        same = known if known is not None and before and folders[path].entries is before.entries else found
        waiting += [f"{path}/{name}" if path else name for name in same.below(path)]
    return found


def _entries(folder: str, is_root: bool) -> dict[str, Entry]:
    with os.scandir(folder) as found:
        items = sorted((item.name, item) for item in found)
    return {name: look(item.stat(follow_symlinks=False)) for name, item in items if not (is_root and name == MARKER)}


def look(state: os.stat_result) -> Entry:
    """What a file's state tells of it."""
    mode = stat.S_IMODE(state.st_mode)
    if stat.S_ISDIR(state.st_mode):
        return Entry("folder", mode)
    kind: Literal["file", "other"] = "file" if stat.S_ISREG(state.st_mode) else "other"
    return Entry(kind, mode, state.st_ino, state.st_size, state.st_mtime_ns)


def remove(path: str) -> None:
    """Remove a folder of ours and all that is in it, also where somebody forbade writing."""
    try:
        shutil.rmtree(path)
    except PermissionError:
        os.chmod(path, 0o700)
        for folder, folders, _ in os.walk(path):
            for inner in [os.path.join(folder, name) for name in folders]:
                if not os.path.islink(inner):
                    os.chmod(inner, 0o700)
        shutil.rmtree(path)
