"""The first look at a vault: read and check every note, in two processes when there is enough to do.

Each process reads and checks its own share of the notes. Between the two halves of the work they tell each other the
facts they found, packed; a note of the other's share is unpacked only when a rule asks about it.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from vaultkit.index.notes import Notes
from vaultkit.index.tally import Tally
from vaultkit.index.vault_index import VaultIndex
from vaultkit.lint.packed import Judged, pack_asked, pack_findings, unpack_asked, unpack_findings
from vaultkit.model.note import Note, NotePath
from vaultkit.parse.packed import pack, unpack

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

WORTH_A_PROCESS = 3_000_000
"""Bytes of notes from which a second process saves more than it costs."""

_PER_NOTE = 2_000
"""Bytes of text that take as long as everything that is done once per note."""

Read = Callable[[NotePath], Note | None]
Judge = Callable[[VaultIndex, Note], Judged]


class Look(NamedTuple):
    """What a first look came to: the index, and each note's findings and questions."""

    vault: VaultIndex
    judged: Mapping[NotePath, Judged]


def look(files: Collection[NotePath], sizes: Mapping[NotePath, int], read: Read, judge: Judge) -> Look:
    """Read and check the notes of a vault. `sizes` are the bytes of each note; `files` are all files of the vault.

    `read` gives None for a note that vanished meanwhile.
    """
    paths = sorted(sizes)
    with _no_collector():
        if sum(sizes.values()) >= WORTH_A_PROCESS and sys.platform == "linux" and _processors() > 1:
            return _together(files, _halves(paths, sizes), read, judge)
        return _alone(files, _read_all(paths, read), judge)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Facts hold no cycles: looking for some among millions of them would take longer than the work itself."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
            gc.freeze()


def _alone(files: Collection[NotePath], notes: list[Note], judge: Judge) -> Look:
    index = VaultIndex(files, notes)
    return Look(index, {note.path: judge(index, note) for note in notes})


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read_all(paths: Iterable[NotePath], read: Read) -> list[Note]:
    return [note for path in paths if (note := read(path)) is not None]


def _halves(paths: Sequence[NotePath], sizes: Mapping[NotePath, int]) -> tuple[Sequence[NotePath], Sequence[NotePath]]:
    """Two shares that take about as long as each other."""
    half = sum(sizes.values()) + _PER_NOTE * len(paths)
    done = 0
    for number, path in enumerate(paths):
        done += 2 * (sizes[path] + _PER_NOTE)
        if done >= half:
            return paths[: number + 1], paths[number + 1 :]
    return paths, ()


def _together(
    files: Collection[NotePath], shares: tuple[Sequence[NotePath], Sequence[NotePath]], read: Read, judge: Judge
) -> Look:
    """The first process: this one. A second process that is lost costs time and nothing else."""
    from multiprocessing.connection import Pipe

    pipe, other = Pipe()
    child = os.fork()
    if not child:
        pipe.close()
        _second(other, files, shares[1], read, judge)
    other.close()
    mine = _read_all(shares[0], read)
    try:
        theirs = _Share(pipe.recv_bytes())
        pipe.send_bytes(_told(mine))
        index = theirs.beside(mine, files)
        judged = {note.path: judge(index, note) for note in mine}
        return Look(index, judged | dict(_unpacked(pipe.recv_bytes())))
    except (EOFError, OSError):
        return _alone(files, [*mine, *_read_all(shares[1], read)], judge)
    finally:
        pipe.close()
        os.waitpid(child, 0)


def _second(
    pipe: Connection, files: Collection[NotePath], share: Sequence[NotePath], read: Read, judge: Judge
) -> NoReturn:
    """The second process, from its beginning to its end."""
    try:
        mine = _read_all(share, read)
        pipe.send_bytes(_told(mine))
        theirs = _Share(pipe.recv_bytes())
        index = theirs.beside(mine, files)
        pipe.send_bytes(_packed((note.path, judge(index, note)) for note in mine))
    finally:
        os._exit(0)  # what went wrong here goes wrong in the first process too, and is told there


def _told(notes: Sequence[Note]) -> bytes:
    """Notes as lines: what they are, what is usual among them, then the facts of each."""
    heads = json.dumps([(note.path, note.digest, note.unreadable) for note in notes])
    return "\n".join((heads, json.dumps(Tally.of(notes).counts), *(pack(note.facts) for note in notes))).encode("ascii")


class _Share:
    """The notes that the other process read, unpacked one by one when they are asked for."""

    def __init__(self, told: bytes) -> None:
        heads, self._tally, *self._lines = told.decode("ascii").split("\n")
        self._at = {path: (number, digest, bad) for number, (path, digest, bad) in enumerate(json.loads(heads))}

    def beside(self, mine: Sequence[Note], files: Collection[NotePath]) -> VaultIndex:
        """The index of these notes and of those that this process read."""
        tally = Tally.of(mine)
        tally.add(json.loads(self._tally))
        return VaultIndex(files, Notes(mine, self._at, self.note, self.holding), tally.counts)

    def holding(self, sign: str) -> Iterator[tuple[NotePath, str]]:
        """The notes with a text in their packed facts, both in lower case, and these."""
        lines = ((path, self._lines[number]) for path, (number, _, _) in self._at.items())
        return ((path, line) for path, line in lines if sign in line.lower())

    def note(self, path: NotePath) -> Note:
        number, digest, unreadable = self._at[path]
        return Note(path, digest, unpack(self._lines[number]), unreadable)


def _packed(judged: Iterable[tuple[NotePath, Judged]]) -> bytes:
    rows = [(path, pack_findings(found.findings), pack_asked(found.asked)) for path, found in judged]
    return json.dumps(rows).encode("ascii")


def _unpacked(packed: bytes) -> Iterator[tuple[NotePath, Judged]]:
    for path, findings, asked in json.loads(packed):
        yield path, Judged(unpack_findings(findings, path), unpack_asked(asked))
