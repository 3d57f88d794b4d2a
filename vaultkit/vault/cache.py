"""What is remembered of a vault between runs, outside of it: facts, findings, and what was asked to come to them.

One file per vault in the user's cache folder (`vault.parts`), and beside it a journal of what a few edits changed since
it was written. They hold text and JSON, nothing that can run. Whatever is wrong with them (damaged, locked, from
another version, no space left) costs time and never a finding. A file is known by inode, size and times; one that
changed within two seconds of being read counts as unknown, because it could change once more and look the same (git's
racy rule).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache, partial
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from vaultkit._version import VERSION
from vaultkit.index.asked import pack as pack_asked
from vaultkit.index.asked import unpack as unpack_asked
from vaultkit.lint.packed import Judged, pack_findings, unpack_findings
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.digest import blake2b
from vaultkit.model.path import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.vault.files import NEVER, Stat
from vaultkit.vault.kept import Kept, Row, remember

if TYPE_CHECKING:
    from vaultkit.index.notes import PackedNote
    from vaultkit.index.tally import Counts
    from vaultkit.model.note import Note

_Setup = TypeVar("_Setup")

_RACY = 2_000_000_000


class State(NamedTuple):
    """What a vault was made of when it was remembered.

    `setup` stands for configuration, schemas and options (`vault.stamp`), `sources` are the files that the
    configuration was read from, `pruned` the folders that are no part of the vault, `left_out` the notes that are not
    checked, `baseline` the file of known findings as the configuration names it. `tally` tells what is usual among the
    notes (`index.tally`), None when nobody asked.
    """

    setup: str
    sources: tuple[str, ...]
    pruned: tuple[str, ...]
    left_out: frozenset[NotePath]
    files: Mapping[NotePath, Stat]
    odd: Mapping[NotePath, str]
    baseline: str = ""
    tally: Counts | None = None


class Lost(Exception):
    """What was remembered a moment ago cannot be had any more: go on without a memory."""


class Memory:
    """The memory of the vault at `root`, in `folder` (default: the user's cache folder). Survives a fork."""

    def __init__(self, root: str, folder: str | None = None) -> None:
        name = blake2b(os.fsencode(os.path.realpath(root)), digest_size=16).hexdigest()
        self._path = os.path.join(folder or cache_folder(), name)
        self._known: Kept | None = None
        self.later = False
        """Whether a whole vault is not kept before `finish`."""
        self._waiting: Callable[[], object] = lambda: None

    def state(self) -> State | None:
        """What was remembered last; None when there is nothing, or nothing of this version."""
        with suppress(Lost), _sound():
            kept = Kept(self._path)
            of, setup, sources, pruned, left_out, odd, baseline, tally = json.loads(kept.about)
            if of == version():
                self._known = kept
                known = tuple(sources), tuple(pruned), frozenset(left_out)
                return State(setup, *known, kept.files, odd, baseline, tally)
        return None

    @property
    def _kept(self) -> Kept:
        if self._known is None:
            raise LookupError("nothing is remembered")
        return self._known

    def setup(self, unpacked: Callable[[str], _Setup]) -> _Setup:
        """What was read to set the vault up, `unpacked`. Raises Lost."""
        with _sound():
            return unpacked(self._kept.setup)

    def note(self, path: NotePath) -> Note:
        """A remembered note. Raises Lost."""
        from vaultkit.model.note import Note
        from vaultkit.parse.packed import unpack

        with _sound():
            digest, unreadable, facts = self._kept.note(path)
            return Note(path, digest, unpack(facts), unreadable)

    def holding(self, sign: str) -> list[tuple[NotePath, str]] | None:
        """The notes with a text in their packed facts, both in lower case, and these; None when that is lost."""
        with suppress(Lost), _sound():
            return [(path, facts) for path, facts in self._kept.facts() if sign in facts.lower()]
        return None

    def findings(self) -> dict[NotePath, tuple[Diagnostic, ...]]:
        """The findings of every note that has some. Raises Lost."""
        with _sound():
            return {path: unpack_findings(findings, path) for path, findings in self._kept.findings().items()}

    def asked(self) -> dict[NotePath, frozenset[Hashable]]:
        """What was asked to check each note. Raises Lost."""
        with _sound():
            return {path: unpack_asked(asked) for path, asked in self._kept.asked()}

    def askers(self, keys: Iterable[Hashable]) -> set[NotePath]:
        """The notes that asked one of these questions, and perhaps some that asked a longer one. Raises Lost."""
        with _sound():
            return self._kept.asking(pack_asked(frozenset((key,)))[2:-2] for key in keys)

    def keep(
        self,
        state: State,
        judged: Iterable[tuple[NotePath, PackedNote, Judged]],
        changed: Collection[NotePath] = (),
        setup: str | None = None,
    ) -> None:
        """Remember a vault: its state, and the files that were checked.

        With a `setup`, which is what was read to set the vault up ("" when that cannot be remembered), these are all
        its notes. Without, they are added to what is there, unless another process wrote since it was read; `changed`
        are all files with another state than that, those that are gone included. When something prevents it, the vault
        is not remembered. `judged` may be asked for `later`.
        """
        about = json.dumps((version(), *state[:3], sorted(state.left_out), state.odd, state.baseline, state.tally))
        rows = (
            (path, Row(*note, pack_findings(found.findings), pack_asked(found.asked))) for path, note, found in judged
        )
        if setup is not None:
            write = partial(remember, self._path, about, _settled(state.files), setup, rows)
            self._waiting = partial(self._write, write)
            if not self.later:
                self.finish()
        elif known := self._known:
            there = {path: state.files[path] for path in changed if path in state.files}
            gone = [path for path in changed if path not in there]
            self._write(lambda: known.add(about, _settled(there), gone, dict(rows)))

    def finish(self) -> None:
        """Keep what waits, if something does."""
        waiting, self._waiting = self._waiting, lambda: None
        waiting()

    def _write(self, write: Callable[[], Kept | None]) -> None:
        try:
            with _sound():
                self._known = write()
        except Lost as lost:
            self._known = None
            if not isinstance(lost.__cause__, OSError):  # which says no more than that there is no place or right
                with suppress(OSError):
                    os.unlink(self._path)


def _settled(files: Mapping[NotePath, Stat]) -> dict[NotePath, Stat]:
    """The states of files, but of those that changed a moment ago."""
    newest = time.time_ns() - _RACY
    racy = [path for path, stat in files.items() if stat.mtime_ns >= newest or stat.ctime_ns >= newest]
    return {**files, **dict.fromkeys(racy, NEVER)}


@contextmanager
def _sound() -> Iterator[None]:
    """Whatever shows that a file is not what was written means that it is lost."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, OSError) as error:
        raise Lost(str(error)) from error


def cache_folder() -> str:
    """Where the system keeps what may be deleted at any time, for this user."""
    if sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "vaultkit")


@cache
def version() -> str:
    """Stands for the code that facts and findings come from: another version, or an edited checkout, knows nothing."""
    code = blake2b(digest_size=16)
    folders = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in sorted(entries, key=_name):
                if "." not in entry.name:
                    folders += [entry.path] if entry.name != "__pycache__" and entry.is_dir() else []
                elif entry.name.endswith((".py", ".yaml")):
                    state = entry.stat()
                    code.update(f"{entry.path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return f"{VERSION} {code.hexdigest()}"


_name = attrgetter("name")
