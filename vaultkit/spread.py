"""The first look at a vault: read and check every note, with a second process when there is enough to do.

The work is a row of notes. One process goes through it from the front, the other from the back, until they meet: no
estimate of who needs how long can be wrong. First a second process reads and parses while this one sets up what holds
for the vault and then reads as well; what it found comes over packed, and is unpacked when somebody asks for it. Then
another second process, a copy of this one with all that is known by then, helps to check.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from struct import Struct
from typing import TYPE_CHECKING

from vaultkit.index.answers import Aliases, folded_aliases
from vaultkit.index.asked import pack as pack_asked
from vaultkit.index.notes import Notes, PackedNote
from vaultkit.index.tally import Tally, sayings
from vaultkit.lint.packed import Judged, pack_findings, unpack_findings
from vaultkit.model.note import Note, NotePath
from vaultkit.parse.packed import pack, unpack
from vaultkit.together import Row, Second, is_shared, messages, rows_of
from vaultkit.vault.spool import Spool

if TYPE_CHECKING:
    from vaultkit.reader import Reader
    from vaultkit.vault.cache import Memory

    ReadingBy = Callable[[Mapping[NotePath, int], Reader, "Seen | None"], "Reading"]

WORTH_A_PROCESS = 2_000_000
"""Bytes of notes from which a second process saves more than it costs."""

_LARGE = 50_000_000
"""Bytes of notes from which their facts, ready for use, would fill the memory."""

_HEAD = Struct("I?32s")
"""What stands before a packed note: its length, whether it could not be read, its digest."""

Judge = Callable[[Note], Judged]
Seen = Callable[[int, int], None]
"""Is told how many steps of how many are done; a note is read in one step and checked in another."""


class Reading:
    """The notes of a vault, being read by `reader`. `sizes` are the bytes of each; `seen` is told of each step. From
    `large` bytes of notes on memory is saved, by default from very many."""

    def __init__(
        self, sizes: Mapping[NotePath, int], reader: Reader, seen: Seen | None = None, large: int | None = None
    ) -> None:
        self._paths = sorted(sizes)
        self._read = reader.readable
        work = sum(sizes.values())
        self.together = work >= WORTH_A_PROCESS and is_shared()
        self.large = work >= (_LARGE if large is None else large)
        """Whether memory is to be saved."""
        self._mine, self._theirs = Spool(self.large), Spool(self.large)
        self.tally = Tally()
        """What is usual among the notes, once they are read."""
        self.aliases: Aliases = {}
        """Their other names."""
        steps = len(self._paths)
        self._row = Row(steps, (lambda done: seen(done, 2 * steps)) if seen else None)
        self._second: Second | None = None

    def aside(self) -> Spool | None:
        """A place for what would fill the memory and is not needed soon."""
        return Spool(True) if self.large else None

    def keeps_in(self, memory: Memory | None) -> bool:
        """Whether what is checked is packed and kept in a memory at once: that of two processes is, though it would
        wait."""
        if memory is None:
            return False
        memory.later = memory.later and not self.together
        return not memory.later

    def _told(self, numbers: Iterator[int]) -> Iterator[bytes | bytearray]:
        shelf = Shelf(self._theirs)
        for note in self._some(numbers):
            shelf.put(note)
        return shelf.told()

    def notes(self, wanted: Callable[[NotePath], bool]) -> Notes:
        """Those that are wanted; what this process did not read is unpacked when it is asked for."""
        shelf = Shelf(self._mine)
        mine = self._fill(shelf)
        for note in mine[-1:]:
            if note.path in shelf.paths:  # likewise, ready for use
                shelf.drop((note.path,))
                shelf.forget(note)
                shelf.survey(note)
        known = [note for note in mine if wanted(note.path)]
        for note in mine if len(known) < len(mine) else ():
            if not wanted(note.path):
                shelf.forget(note)
        shelf.drop([path for path in shelf.paths if not wanted(path)])
        self.tally, self.aliases, shelf.aliases = shelf.tally, shelf.aliases, {}
        return Notes(known, shelf.paths, shelf.note, shelf.holding, packed=shelf.packed)

    def _fill(self, shelf: Shelf) -> list[Note]:
        """Read all; what is not returned is on the shelf."""
        mine = self._kept(self._row.from_the_front(), shelf)
        if self._second and not shelf.take(self._second.told(), self._theirs):
            mine += self._kept(self._row.left(), shelf)
        return mine

    def _kept(self, numbers: Iterable[int], shelf: Shelf) -> list[Note]:
        """Notes ready for use, of which the shelf has seen each; of a large vault they are put on it instead."""
        known = []
        for note in self._some(numbers):
            if self.large:
                shelf.put(note)
            else:
                shelf.survey(note)
                known.append(note)
        return known

    def _some(self, numbers: Iterable[int]) -> Iterator[Note]:
        return self._read(self._paths[number] for number in numbers)

    def __enter__(self) -> Reading:
        if self.together:
            self._second = Second(self._row, self._told)
        return self

    def __exit__(self, *_: object) -> None:
        if self._second:
            self._second.end()


class Shelf:
    """Notes, packed, to be unpacked one by one when they are asked for. They lie one behind the other in a spool, each
    behind a head: a second process that looks at them shares it."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._others: Spool | None = None
        """Where another process put notes that are on the shelf too; they begin at ~start."""
        self.tally = Tally()
        """What is usual among the notes that it has seen."""
        self.aliases: Aliases = {}
        """Their other names."""
        self._starts: dict[NotePath, int] = {}

    @property
    def paths(self) -> Collection[NotePath]:
        """What is on it."""
        return self._starts.keys()

    def put(self, note: Note) -> None:
        """Pack a note."""
        self.survey(note)
        line = pack(note.facts).encode()
        head = _HEAD.pack(len(line), note.unreadable, note.digest.encode("ascii"))
        self._starts[note.path] = self._spool.add(head + line)

    def survey(self, note: Note) -> None:
        """Take in what is asked of all notes, so that they need not be unpacked for it."""
        self.tally.count((note,))
        if names := folded_aliases(note.facts.properties):
            self.aliases[note.path] = names

    def forget(self, note: Note) -> None:
        """Take back what was taken in of a note."""
        self.tally.put(sayings(note), frozenset())
        self.aliases.pop(note.path, None)

    def drop(self, paths: Iterable[NotePath]) -> None:
        """Take notes off it."""
        for path in paths:
            self.forget(self.note(path))
            del self._starts[path]

    def told(self) -> Iterator[bytes | bytearray]:
        """All of it as two messages: where each note is and what was asked of all; the notes that are not in a file."""
        filed = self._spool.file_all()
        yield json.dumps((filed, self._starts, self.tally.counts, self.aliases)).encode("ascii")
        yield self._spool.memory

    def take(self, told: list[bytes], spool: Spool | None = None) -> bool:
        """Put on it what another process told, which may have filled a `spool`; whether it told anything."""
        if not told:
            return False
        filed, starts, counts, aliases = json.loads(told[0])
        self.drop(self._starts.keys() & starts.keys())  # the last one of the row, that both took
        self.tally.add(counts)
        self.aliases.update(aliases)
        if spool:
            spool.was_filled(filed, told[1])
            self._others = spool
            self._starts.update((path, ~start) for path, start in starts.items())
        else:
            before = self._spool.add(told[1])
            self._starts.update((path, before + start) for path, start in starts.items())
        return True

    def holding(self, sign: str) -> Iterator[tuple[NotePath, str]]:
        """The notes with a text in their packed facts, both in lower case, and these."""
        lines = ((path, self.packed(path).facts) for path in self._starts)
        return ((path, line) for path, line in lines if sign in line.lower())

    def packed(self, path: NotePath) -> PackedNote:
        """One of them, packed."""
        start = self._starts[path]
        spool, start = (self._others, ~start) if self._others and start < 0 else (self._spool, start)
        size, unreadable, digest = _HEAD.unpack(spool.read(start, _HEAD.size))
        facts = spool.read(start + _HEAD.size, size).decode()
        return PackedNote(digest.rstrip(b"\0").decode("ascii"), unreadable, facts)

    def note(self, path: NotePath) -> Note:
        """One of them."""
        digest, unreadable, facts = self.packed(path)
        return Note(path, digest, unpack(facts), unreadable)


def judge_all(
    notes: Notes,
    wanted: Iterable[NotePath],
    judge: Judge,
    reading: Reading,
    *,
    seen: Seen | None = None,
    keeping: bool = False,
) -> Iterator[tuple[NotePath, Judged]]:
    """What is found in each note that is wanted, and what was asked for it. Those that are at hand come first; one may
    come twice. `keeping`: all of it will be kept, so it is packed while there is a second process that has something to
    do."""
    paths = sorted(wanted, key=notes.is_waiting)
    steps = len(paths)
    row = Row(steps, (lambda done: seen(steps + done, 2 * steps)) if seen else None)

    def judged(numbers: Iterable[int], tight: bool, ready: bool = False) -> Iterator[tuple[NotePath, Judged]]:
        for number in numbers:
            findings, asked = judge(notes.glance(paths[number]))
            if ready:
                notes.make_ready(paths[number])
            yield paths[number], Judged(findings, pack_asked(asked) if tight else asked)

    def here(numbers: Iterable[int]) -> Iterator[tuple[NotePath, Judged]]:
        return judged(numbers, keeping or reading.large, keeping)

    def packed(numbers: Iterable[int]) -> list[bytes]:
        return messages(
            (path, pack_findings(found.findings), found.asked) for path, found in judged(numbers, tight=True)
        )

    if not reading.together:
        yield from here(row.from_the_front())
        return
    second = Second(row, packed)
    try:
        yield from here(row.from_the_front())
        told = second.told()
    finally:
        second.end()
    if not told:
        yield from here(row.left())
    for path, found, asked in rows_of(told):
        yield path, Judged(unpack_findings(found, path), asked)


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
