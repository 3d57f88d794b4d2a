"""A move, or the renaming of a heading, as a set of changes to the vault's files before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.errors import SetupError
from vaultkit.index.file_kinds import ending
from vaultkit.index.link_edits import Lost
from vaultkit.index.link_text import LinkStyle
from vaultkit.index.rename import Rename
from vaultkit.index.rename_heading import RenameHeading
from vaultkit.index.vault_index import VaultIndex
from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import LineIndex, apply_edits
from vaultkit.parse import canvas
from vaultkit.vault.diff import git_diff
from vaultkit.vault.files import MAX_BYTES, Gone, Vault, decode
from vaultkit.vault.write import Rewrite, move_file

_BOM = "\ufeff"


class Renaming(NamedTuple):
    """What would be done. `old` and `new` are the paths of the file that is renamed, the same when it is a heading in
    it; `links` is the number of links written anew, `unread` are the notes and canvases whose links are not known
    because they cannot be read."""

    old: NotePath
    new: NotePath
    rewrites: tuple[Rewrite, ...]
    links: int
    unread: tuple[NotePath, ...]

    def diff(self) -> Iterator[str]:
        """The lines of a unified diff in git's form, each with its line end."""
        texts = {item.path: (item.before.decode(), item.after.decode()) for item in self.rewrites}
        texts.setdefault(self.old, ("", ""))
        for path, (before, after) in sorted(texts.items()):
            yield from git_diff(path, self.new if path == self.old else path, before, after)

    def carry_out(self, vault: Vault) -> None:
        """Do it, all or nothing. Raises SetupError or OSError."""
        move_file(vault, self.rewrites, self.old, self.new)


def plan_move(vault: Vault, index: VaultIndex, old: NotePath, new: NotePath, style: LinkStyle) -> Renaming:
    """What must change so that every link goes on opening what it opens while a file moves.

    Raises SetupError when a link cannot name the new path, or a file was changed since the index was made.
    """
    return _renaming(vault, index, Rename(index, {old: new}, style), (old, new), new)


def plan_heading(vault: Vault, index: VaultIndex, path: NotePath, number: int, title: str) -> Renaming:
    """What must change so that every link goes on naming its heading while one (counted from 0) gets another text.

    Raises SetupError when a link cannot name the new text, or a file was changed since the index was made.
    """
    return _renaming(vault, index, RenameHeading(index, path, number, title), (path, path), title)


def _renaming(
    vault: Vault, index: VaultIndex, change: Rename | RenameHeading, paths: tuple[NotePath, NotePath], name: str
) -> Renaming:
    rewrites, links, unread = [], 0, []
    for path in sorted(index.files):
        note = index.notes.get(path)
        if note is None and ending(path) != "canvas":
            continue
        if note and not note.unreadable and not change.concerns(path, note.facts.links):
            continue
        data = None if note and note.unreadable else _data(vault, path)
        if data is None:
            unread.append(path)
            continue
        source = decode(data)
        if note and source.digest != note.digest:
            raise SetupError("this note was changed meanwhile", where=path, do="try again")
        if not note and not change.concerns(path, canvas.facts(source.text).links):
            continue
        edits = change.edits(path, source.text)
        if isinstance(edits, Lost):
            raise _lost(edits, source.text, name)
        after = (_BOM if data.startswith(_BOM.encode()) else "") + apply_edits(source.text, edits)
        rewrites.append(Rewrite(path, data, after.encode()))
        links += len(edits) - (isinstance(change, RenameHeading) and path == paths[0])
    return Renaming(*paths, tuple(rewrites), links, tuple(unread))


def _data(vault: Vault, path: NotePath) -> bytes | None:
    """The bytes of a file; None when it cannot be read as text."""
    try:
        data = vault.read_bytes(path, MAX_BYTES)
    except Gone as error:
        raise SetupError("this file was changed meanwhile", where=path, do="try again") from error
    except OSError:
        return None
    return None if decode(data).problem else data


def _lost(lost: Lost, text: str, new: str) -> SetupError:
    line = LineIndex(text).position(lost.link.span.start).line
    typed = text[slice(*lost.link.span)]
    return SetupError(
        f"the link `{typed}` cannot be written anew, so nothing was changed",
        where=f"{lost.path}:{line}",
        do=f"choose another name than `{new}`, or change this link by hand first",
    )
