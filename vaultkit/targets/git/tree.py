"""What stands on a branch, what of it is ours, and what must change there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from vaultkit.model.path import folders_of
from vaultkit.model.record import NamedTuple
from vaultkit.publish.ledger import LEDGER, Brought, Changes, Ledger, compare, load
from vaultkit.targets.git.repository import Repository

if TYPE_CHECKING:
    from vaultkit.publish.place import Delivery

_FILES = ("100644", "100755")


class Tip(NamedTuple):
    """A branch at one moment. `commit` is None where there is no branch yet, `there` has the blobs by their path below
    `folder` ("" or with a `/` behind it); what is no file (a link, a submodule) has a name that no file has. `pages`
    are the addresses of the notes that are public there, `instead` is what stands where the folder, or one above it,
    should be."""

    repository: Repository
    commit: str | None
    folder: str
    there: Mapping[str, str]
    ledger: Ledger
    pages: frozenset[str] = frozenset()
    instead: tuple[str, ...] = ()

    def changes(self, wanted: Mapping[str, str], data: Callable[[str], bytes], delivery: Delivery) -> Changes:
        """What must change for the branch to hold what is wanted, by digests."""
        force = delivery.force
        changes = compare(
            wanted,
            self.ledger,
            self.there,
            owed=delivery.owed,
            same=lambda path, mark: self.blob(data(path)) == mark,
            force=force,
        )
        return changes if force else changes._replace(foreign=(*changes.foreign, *self._in_the_way(changes)))

    def _in_the_way(self, changes: Changes) -> tuple[str, ...]:
        """What stands where a folder is needed, and folders that stand where a file is needed."""
        if not changes.write:
            return ()
        standing = self.there.keys() - {*changes.delete}
        folders = {folder for path in standing for folder in folders_of(path)}
        files = {above for path in changes.write for above in folders_of(path) if above in standing}
        return (*self.instead, *sorted(files | folders.intersection(changes.write)))

    def blob(self, data: bytes) -> str:
        """The name that some bytes have as a blob of this repository."""
        return hashlib.new(self.repository.hash, b"blob %d\0" % len(data) + data).hexdigest()


def read_tip(repository: Repository, commit: str | None, folder: str, shown: str) -> Tip:
    """Read a commit. Raises TargetError when what is known of our files there is damaged."""
    inner = f"{folder.strip('/')}/" if folder.strip("/") else ""
    if commit is None:
        return Tip(repository, None, inner, {}, {})
    there = {}
    instead: list[str] = []
    rows = os.fsdecode(repository.must("ls-tree", "-r", "-z", "--full-tree", commit)).split("\0")
    for row in filter(None, rows):
        about, _, path = row.partition("\t")
        if path.startswith(inner):
            mode, _, blob = about.split(" ", 2)
            there[path.removeprefix(inner)] = blob if mode in _FILES else f"{mode} {blob}"
        elif inner.startswith(f"{path}/"):
            instead.append(path)
    ledger = there.pop(LEDGER, None)
    known = load(repository.must("cat-file", "blob", ledger) if ledger else None, shown)
    return Tip(repository, commit, inner, there, known.files, known.pages, tuple(instead))


def new_ledger(tip: Tip, changes: Changes, wanted: Mapping[str, str], blobs: Mapping[str, str]) -> dict[str, Brought]:
    """What is ours when the changes are made; `blobs` are the names of those that were written or adopted."""
    return {path: Brought(digest, blobs.get(path) or tip.ledger[path].mark) for path, digest in wanted.items()}
