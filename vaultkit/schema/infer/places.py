"""Folders as globs: the notes of a folder, without those of the folders in it that are something else."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from vaultkit.model.path import folders_of


class Scope:
    """A folder (vault path, "" is the vault) without some of the folders below it."""

    def __init__(self, folder: str, without: Iterable[str] = ()) -> None:
        self.folder = folder
        self._without = set(without)

    def taken(self, folder: str) -> Scope:
        """Take a folder out, with what is still in it."""
        inner = Scope(folder, {other for other in self._without if _below(other, folder)})
        self._without.add(folder)
        return inner

    def whole(self) -> list[str]:
        """The glob for all that is in the folder, none for the vault."""
        return [glob_of(self.folder)] if self.folder else []

    def part(self, path: str) -> str:
        """The folder next below this one that a path in it lies in; the folder itself for its own notes."""
        start = len(self.folder) + 1 if self.folder else 0
        inner = path[start:].partition("/")
        return path[: start + len(inner[0])] if inner[1] else self.folder

    def globs(self, parts: Collection[str], paths: Iterable[str]) -> list[str]:
        """Globs for the notes in some parts of the folder, none when that is the whole vault. `paths` are all notes."""
        there = [path for path in paths if _below(path, self.folder) and not self._is_out(path)]
        whole = {self.part(path) for path in there} <= set(parts) and not self._without
        if whole and (len(parts) > 1 or self.folder in parts):
            return self.whole()
        found = []
        for part in sorted(parts):
            found += [f"{_escaped(part)}/*"] if part == self.folder else self._below(part, there)
        return found

    def _below(self, folder: str, there: list[str]) -> list[str]:
        """Globs for what is left below a folder."""
        if not any(_below(other, folder) or other == folder for other in self._without):
            return [glob_of(folder)]
        inner = [path for path in there if _below(path, folder)]
        own = [f"{_escaped(folder)}/*"] if any("/" not in path[len(folder) + 1 :] for path in inner) else []
        below = sorted({f"{folder}/{rest[0]}" for path in inner if (rest := path[len(folder) + 1 :].partition("/"))[1]})
        return own + [glob for name in below for glob in self._below(name, inner)]

    def _is_out(self, path: str) -> bool:
        return any(folder in self._without for folder in folders_of(path))


def _below(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


def glob_of(folder: str) -> str:
    """The glob for everything in a folder."""
    return f"{_escaped(folder)}/**"


def _escaped(folder: str) -> str:
    """A folder's name as a glob that means just that."""
    return re.sub(r"([\\*?\[{}])", r"\\\1", folder)
