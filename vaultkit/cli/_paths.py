"""From the paths that people type to the notes of the vault."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Collection, Container, Iterable, Iterator
from typing import TYPE_CHECKING

from vaultkit.errors import SetupError
from vaultkit.model.path import NotePath

if TYPE_CHECKING:
    from vaultkit.session import Session


def inside(given: str, root: str) -> NotePath:
    """The vault path of a path as it was typed (from the current folder); "" is the vault itself.

    Symbolic links above the last part are followed, since the vault's own place may be reached through one.
    Raises SetupError when it lies outside the vault.
    """
    folder, name = os.path.split(os.path.abspath(given))
    way = os.path.relpath(os.path.join(os.path.realpath(folder), name), os.path.realpath(root))
    if way.split(os.sep)[0] == "..":
        raise SetupError(
            "this is not in the vault", where=given, do=f"the vault is {root}; choose another with --vault DIR"
        )
    return NotePath("" if way == "." else way.replace(os.sep, "/"))


def notes_at(given: str, root: str, session: Session, also: Container[NotePath] = ()) -> Iterator[NotePath]:
    """The note at a path, or all notes below it; none when a file is there that is no note, or no part of the vault.
    `also` are notes that are spoken of though they are not there any more.

    Raises SetupError with a near name when there is nothing of that name.
    """
    path = inside(given, root)
    notes, files = session.index.notes, session.index.files
    if path in notes or path in also:
        yield path
        return
    below = [note for note in notes if not path or note.startswith(path + "/")]
    if below:
        yield from below
        return
    composed = unicodedata.normalize("NFC", path)
    same = [note for note in notes if unicodedata.normalize("NFC", note) == composed]
    if (
        not same
        and path not in files
        and not _is_no_part(path, session)
        and not os.path.isdir(os.path.join(root, path))
    ):
        raise SetupError("there is no such note", where=given, do=_near(path, list(notes)))
    yield from same


def _is_no_part(path: NotePath, session: Session) -> bool:
    """Whether what is at a path is left out of the vault: hidden, or an output."""
    hidden = any(part.startswith(".") for part in path.split("/"))
    outputs = [] if hidden else list(session.setup.pruned)
    there = os.path.lexists(os.path.join(session.root, path))
    return there and (hidden or any(path.startswith(folder + "/") for folder in outputs))


def those_in(places: Collection[str], paths: Iterable[NotePath]) -> list[NotePath]:
    """Those of the paths that are one of the places, or lie below one (a folder, a submodule)."""

    def within(path: str) -> bool:
        while path and path not in places:
            path = path.rpartition("/")[0]
        return bool(path)

    return [path for path in paths if within(path)]


def _near(path: str, notes: list[NotePath]) -> str:
    import difflib

    known = [*{os.path.dirname(note) for note in notes} - {""}, *notes]
    by_name = {os.path.basename(other): other for other in known}
    near = difflib.get_close_matches(path, known, 1, 0.7) or [
        by_name[name] for name in difflib.get_close_matches(os.path.basename(path), by_name, 1, 0.7)
    ]
    return f"did you mean `{near[0]}`?" if near else ""
