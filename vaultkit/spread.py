"""The first look at a vault: read and check every note, with a second process when there is enough to do.

The work is a row of notes. One process goes through it from the front, the other from the back, until they meet: no
estimate of who needs how long can be wrong. First a second process reads and parses while this one sets up what holds
for the vault and then reads as well; what it found comes over packed, and is unpacked when somebody asks for it. Then
another second process, a copy of this one with all that is known by then, helps to check.
"""

from __future__ import annotations

import gc
import json
import mmap
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vaultkit.index.asked import pack as pack_asked
from vaultkit.index.notes import Notes, PackedNote
from vaultkit.lint.packed import Judged, pack_findings, unpack_findings
from vaultkit.model.note import Note, NotePath
from vaultkit.parse.packed import pack, unpack

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

WORTH_A_PROCESS = 3_000_000
"""Bytes of notes from which a second process saves more than it costs."""

_PER_NOTE = 2_000
"""Bytes of text that take as long as everything that is done once per note."""

Read = Callable[[NotePath], Note | None]
Judge = Callable[[Note], Judged]
Told = Callable[[Iterator[int]], Iterable[bytes]]
"""What a second process does with its end of a row, as the messages that tell what came of it."""


class Row:
    """Things to do, by number, that two processes take from both ends. The last one may be done by both."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._taken = memoryview(mmap.mmap(-1, 16)).cast("q")
        """How many are taken from the front, and from the back: each process writes one of them."""

    def from_the_front(self) -> Iterator[int]:
        """The numbers from 0 on, up to those that are taken from the back."""
        taken, count = self._taken, self._count
        for number in range(count):
            if number + taken[1] >= count:
                return
            taken[0] = number + 1
            yield number

    def from_the_back(self) -> Iterator[int]:
        """The numbers from the last one down, up to those that are taken from the front."""
        taken, count = self._taken, self._count
        for number in range(count):
            if number + taken[0] >= count:
                return
            taken[1] = number + 1
            yield count - 1 - number

    def left(self) -> Iterator[int]:
        """All that is not taken from the front, when nobody is at the back any more."""
        return iter(range(self._taken[0], self._count))


class Second:
    """A second process at the back of a row of `count` things. One that is lost costs time and nothing else."""

    def __init__(self, count: int, do: Told) -> None:
        from multiprocessing.connection import Pipe

        self.row = Row(count)
        self._pipe, other = Pipe(duplex=False)
        self._process = os.fork()
        if not self._process:
            self._pipe.close()
            _work(other, do, self.row)
        other.close()

    def told(self, messages: int) -> list[bytes]:
        """What the second process came to; nothing if it was lost."""
        try:
            return [self._pipe.recv_bytes() for _ in range(messages)]
        except (EOFError, OSError):
            return []
        finally:
            self.end()

    def end(self) -> None:
        """End the process, whose work is not wanted any more."""
        if not self._pipe.closed:
            self._pipe.close()
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)


def _work(pipe: Connection, do: Told, row: Row) -> None:
    """The second process, from its beginning to its end."""
    try:
        for message in do(row.from_the_back()):
            pipe.send_bytes(message)
    finally:
        os._exit(0)  # what went wrong here goes wrong in the first process too, and is told there


class Reading:
    """The notes of a vault, being read. `sizes` are the bytes of each; `read` gives None for one that vanished."""

    def __init__(self, sizes: Mapping[NotePath, int], read: Read) -> None:
        self._paths = sorted(sizes)
        self._read = read
        work = sum(sizes.values())
        self.together = work >= WORTH_A_PROCESS and sys.platform == "linux" and _processors() > 1
        self._second = Second(len(self._paths), self._packed) if self.together else None

    def _packed(self, numbers: Iterator[int]) -> Iterator[bytes]:
        """Heads of the notes, then the facts of each, a line a note."""
        heads, lines = [], []
        for number in numbers:
            note = self._read(self._paths[number])
            if note is not None:
                heads.append((note.path, note.digest, note.unreadable))
                lines.append(pack(note.facts))
        yield json.dumps(heads).encode("ascii")
        yield "\n".join(lines).encode("ascii")

    def notes(self, wanted: Callable[[NotePath], bool]) -> Notes:
        """Those that are wanted; what this process did not read is unpacked when it is asked for."""
        if self._second is None:
            return Notes(self._some(range(len(self._paths)), wanted))
        mine = self._some(self._second.row.from_the_front(), wanted)
        told = self._second.told(2)
        if not told:
            return Notes([*mine, *self._some(self._second.row.left(), wanted)])
        theirs = _Share(*told)
        return Notes(mine, filter(wanted, theirs.paths), theirs.note, theirs.holding, theirs.packed)

    def _some(self, numbers: Iterable[int], wanted: Callable[[NotePath], bool]) -> list[Note]:
        paths = filter(wanted, map(self._paths.__getitem__, numbers))
        return [note for path in paths if (note := self._read(path)) is not None]

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        if self._second:
            self._second.end()


class _Share:
    """The notes that the other process read, unpacked one by one when they are asked for."""

    def __init__(self, heads: bytes, lines: bytes) -> None:
        self._lines = lines.decode("ascii").split("\n")
        self._at = {path: (number, digest, bad) for number, (path, digest, bad) in enumerate(json.loads(heads))}

    @property
    def paths(self) -> Iterable[NotePath]:
        return self._at

    def holding(self, sign: str) -> Iterator[tuple[NotePath, str]]:
        """The notes with a text in their packed facts, both in lower case, and these."""
        lines = ((path, self._lines[number]) for path, (number, _, _) in self._at.items())
        return ((path, line) for path, line in lines if sign in line.lower())

    def packed(self, path: NotePath) -> PackedNote:
        """One of them, packed."""
        number, digest, unreadable = self._at[path]
        return PackedNote(digest, unreadable, self._lines[number])

    def note(self, path: NotePath) -> Note:
        """One of them."""
        number, digest, unreadable = self._at[path]
        return Note(path, digest, unpack(self._lines[number]), unreadable)


def judge_all(notes: Notes, judge: Judge, together: bool) -> dict[NotePath, Judged]:
    """What is found in each note, and what was asked for it. Those that are at hand come first."""
    paths = sorted(notes, key=notes.is_waiting)

    def judged(numbers: Iterable[int]) -> Iterator[tuple[NotePath, Judged]]:
        return ((paths[number], judge(notes[paths[number]])) for number in numbers)

    def packed(numbers: Iterable[int]) -> Iterator[bytes]:
        rows = [(path, pack_findings(found.findings), pack_asked(found.asked)) for path, found in judged(numbers)]
        yield json.dumps(rows).encode("ascii")

    if not together:
        return dict(judged(range(len(paths))))
    second = Second(len(paths), packed)
    try:
        mine = dict(judged(second.row.from_the_front()))
        told = second.told(1)
    finally:
        second.end()
    if not told:
        return mine | dict(judged(second.row.left()))
    theirs = {path: Judged(unpack_findings(found, path), asked) for path, found, asked in json.loads(*told)}
    return theirs | mine


@contextmanager
def no_collector() -> Iterator[None]:
    """Facts hold no cycles: looking for some among millions of them would take longer than the work itself."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
            gc.freeze()


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
