"""The files of a vault that is watched for long: what a single look cannot tell, and the next one can.

files = Watched("Notes")
files.trouble()               # "" as long as the vault is where it was
files.scan()                  # as of any vault; a change that leaves no mark on a file is seen all the same
files.waits("Dune.md")        # it vanished a moment ago, and may be back in another
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from vaultkit.index.file_kinds import is_note
from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.vault.files import Gone, Listing, Source, Stat, Vault
from vaultkit.vault.root import MARKS

GRACE = 60.0
"""Seconds for which a file that vanished is waited for."""

_DAY = 24 * 60 * 60
_YOUNG = 2_000_000_000
"""Nanoseconds within which a file may change twice and look the same."""

Trouble = Literal["", "away", "another", "emptied"]


class Watched(Vault):
    """A vault on disk that is looked at again and again. `grace` is in seconds, as `clock` counts them."""

    def __init__(
        self,
        root: str,
        pruned: Iterable[str] = (),
        grace: float = GRACE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(root, pruned)
        self._grace = grace
        self._clock = clock
        self._looked = clock()
        self._place = _place(self._fd)
        self._marks = marks(self.root)
        self._before: dict[NotePath, Stat] | None = None
        self._missing: dict[NotePath, float] = {}
        """Files that are not there, with the second in which they were missed."""
        self._awaited: set[NotePath] = set()
        self._young: dict[NotePath, str] = {}
        """Notes that changed just before they were listed, with the digest of what was read of them since."""
        self._disguised: dict[NotePath, tuple[Stat, Stat]] = {}
        """Notes that are not shown in the state that they are in, with both."""

    def trouble(self) -> Trouble:
        """What keeps the vault from being looked at; "" for nothing.

        `away`: there is no folder at its place. `another`: there is, but not the one that was opened. `emptied`: it is
        the one, without all that marked it as a vault.
        """
        try:
            there, links = _place(self.root), os.fstat(self._fd).st_nlink
        except OSError:
            return "away"
        if not links or not there.same(self._place):
            return "another"
        return "" if self.is_marked() else "emptied"

    def present(self) -> bool:
        """Whether nothing keeps the vault from being looked at."""
        return not self.trouble()

    def scan(self) -> Listing:
        """List the vault. A note that changed without looking different is given a state that it did not have."""
        self._looked, newest = self._clock(), time.time_ns() - _YOUNG
        listing = super().scan()
        files, before = listing.files, self._before
        self._before = files | listing.kept(before or {})
        changed = files.items() - before.items() if before is not None else files.items()
        fresh = [path for path, stat in changed if max(stat[2:]) >= newest and is_note(path)]
        if before is not None:
            self._notice(before, self._before)
            self._look_again(before, files, newest)
        self._young.update(dict.fromkeys(fresh, ""))
        return listing

    def read(self, path: NotePath) -> Source:
        """A note's text, as of any vault. Raises Gone."""
        source = super().read(path)
        if path in self._young:
            self._young[path] = source.digest
        return source

    def waits(self, path: NotePath) -> bool:
        """Whether a file that is not there may be back: it was missed for the first time less than the grace before the
        last look."""
        since = self._missing.setdefault(path, self._looked)  # one that was deleted before this vault was opened, too
        if self._looked - since >= self._grace:
            self._awaited.discard(path)
            return False
        self._awaited.add(path)
        return True

    def gave_up(self) -> bool:
        """Whether a file that was waited for is not waited for any more."""
        return not all(self.waits(path) for path in tuple(self._awaited))

    def until_given_up(self) -> float | None:
        """Seconds until a file that is waited for is not any more; None when none is."""
        since = [self._missing[path] for path in self._awaited if path in self._missing]
        return min(since) + self._grace - self._clock() if since else None

    def is_marked(self) -> bool:
        """Whether what stands at the vault's place now is marked as a vault, as far as the vault was."""
        return not self._marks or bool(self._marks & marks(self.root))

    def was_none(self) -> bool:
        """Whether what was opened is marked as no vault, and what stands at its place now is."""
        return not self._marks and bool(marks(self.root))

    def _notice(self, before: Mapping[NotePath, Stat], now: Mapping[NotePath, Stat]) -> None:
        """Note down what vanished and what came back."""
        for path in now.keys() & self._missing.keys():
            del self._missing[path]
            self._awaited.discard(path)
        if lost := before.keys() - now.keys():
            known = {path: since for path, since in self._missing.items() if since > self._looked - _DAY}
            self._missing = known | dict.fromkeys(lost, self._looked)

    def _look_again(self, before: Mapping[NotePath, Stat], files: dict[NotePath, Stat], newest: int) -> None:
        """Read the notes again that were young at the last look, and look the same: they may be others by now. Those
        that are older than that at this look need not be read at the next."""
        for path, digest in tuple(self._young.items()):
            now = files.get(path)
            same = now is not None and now == before.get(path)
            if now and same and not self._reads(path, digest):
                shown = self._disguised.get(path, (now, now))[1]
                self._disguised[path] = now, shown._replace(ctime_ns=shown.ctime_ns - 1)
                self._young[path] = ""
            if not now or not same or max(now[2:]) < newest:
                del self._young[path]
        for path, (real, shown) in tuple(self._disguised.items()):
            if files.get(path) == real:
                files[path] = shown
            else:
                del self._disguised[path]

    def _reads(self, path: NotePath, digest: str) -> bool:
        """Whether a note is still the one that was read."""
        try:
            return super().read(path).digest == digest
        except Gone:
            return False


class _Place(NamedTuple):
    """Where a folder lies: a file system keeps its own name when the system gives its device another one."""

    device: int
    name: int
    inode: int

    def same(self, other: _Place) -> bool:
        return self.inode == other.inode and (self.device == other.device or 0 != self.name == other.name)


def _place(folder: str | int) -> _Place:
    state = os.stat(folder)
    return _Place(state.st_dev, os.statvfs(folder).f_fsid, state.st_ino)


def marks(root: str) -> frozenset[str]:
    """What marks the folder at `root` as a vault."""
    return frozenset(name for name in MARKS if os.path.lexists(os.path.join(root, name)))
