"""The two files of a memory: rows of text for all notes of a vault, written whole, and a journal of rows since then."""

from __future__ import annotations

import json
import os
import time
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from itertools import accumulate
from struct import Struct

from vaultkit.model.path import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.vault.files import Stat
from vaultkit.vault.journal import Journal
from vaultkit.vault.parts import Parts, written
from vaultkit.vault.stats import PackedStats, packed, places, states, with_changed

_ROW = Struct("<QII?32s")
"""Where the facts of a note stand among those of all, their bytes, their check sum; whether it could not be read; its
digest."""

_NOTE = '"note",'
"""How a question begins to which every edit is a new answer. Few ask it, and who does is kept apart too: so the text of
all questions need not be read for each edit."""

_FEW = 500
_LONG = 1 << 19
"""So many rows are added at once, and so many bytes in all, before everything is written anew."""

_OLD = 3600
"""Seconds after which nobody is still writing a file."""


class Row(NamedTuple):
    """What is kept of one note (or other file): `index.notes.PackedNote`, and what a check of it came to, packed."""

    digest: str
    unreadable: bool
    facts: str
    findings: str
    asked: str


class Kept:
    """What stands in the files of the memory at `path`. What is wrong with them raises OSError, ValueError, TypeError
    or LookupError, now or when something is asked."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._parts = Parts(path)
        self.turn = self._parts["turn"].decode("ascii")
        """Another one each time that all is written."""
        self._journal = Journal(f"{path}.{self.turn}")
        self.about = self._parts["about"].decode("ascii")
        """What was given as such when it was kept."""
        self._files: Mapping[NotePath, Stat] = PackedStats(self._parts["paths"], self._parts["stats"])
        self._changed: dict[NotePath, Stat] = {}
        self._since: dict[NotePath, Row | None] = {}
        self._sought = False
        about, stats, lost = "", dict[NotePath, Stat](), set[NotePath]()
        for newer, changed, missing, rows in self._journal.entries():
            about = newer or about
            lost.update(missing)
            stats = {name: stat for name, stat in stats.items() if name not in missing} if missing else stats
            stats.update((name, Stat._make(stat)) for name, stat in changed.items())
            self._since.update((name, Row(*row) if row else None) for name, row in rows.items())
        self._take(about, stats, lost, {})

    def _take(
        self,
        about: str,
        changed: Mapping[NotePath, Stat],
        missing: Collection[NotePath],
        rows: Mapping[NotePath, Row | None],
    ) -> None:
        self.about = about or self.about
        if missing:
            self._files = {path: stat for path, stat in states(self.files).items() if path not in missing}
        self._changed.update(changed)
        self._since.update(rows)

    # What there is

    @property
    def files(self) -> Mapping[NotePath, Stat]:
        """The states of all files; put together when somebody asks, which after a last edit nobody does."""
        if self._changed:
            self._files, self._changed = with_changed(self._files, self._changed), {}
        return self._files

    @property
    def setup(self) -> str:
        """What was read to set the vault up. Raises LookupError when that could not be kept."""
        if not self._setup:
            raise LookupError("setup")
        return self._setup

    @property
    def _setup(self) -> str:
        return self._parts["setup"].decode("ascii")

    @cached_property
    def _names(self) -> list[str]:
        return os.fsdecode(self._parts["names"]).split("\0")[:-1]

    @cached_property
    def _numbers(self) -> dict[NotePath, int]:
        return {NotePath(name): number for number, name in enumerate(self._names)}

    def _number(self, path: NotePath) -> int:
        """Where a note stands among all. Who asks for one only, after one edit, shall not wait for a table of all."""
        if self._sought or "_numbers" in self.__dict__:
            return self._numbers[path]
        self._sought = True
        return places(self._parts["names"], [path])[0]

    @cached_property
    def _rows(self) -> bytes:
        return self._parts["rows"]

    @cached_property
    def _found(self) -> dict[NotePath, str]:
        found: dict[NotePath, str] = json.loads(self._parts["findings"])
        return found

    def note(self, path: NotePath) -> tuple[str, bool, str]:
        """The digest of a note, whether it could not be read, and its facts."""
        if path in self._since:
            row = self._since[path]
            if row is None:
                raise LookupError(path)
            return row[:3]
        return self._note(self._number(path))

    def _note(self, number: int) -> tuple[str, bool, str]:
        start, size, check, unreadable, digest = _ROW.unpack_from(self._rows, number * _ROW.size)
        facts = self._parts.piece("facts", start, size, check).decode()
        return digest.rstrip(b"\0").decode("ascii"), unreadable, facts

    def facts(self) -> Iterator[tuple[NotePath, str]]:
        """The facts of every note."""
        for path, number in self._numbers.items():
            if path not in self._since:
                yield path, self._note(number)[2]
        yield from ((path, row.facts) for path, row in self._since.items() if row)

    def findings(self) -> dict[NotePath, str]:
        """The findings of the notes that have some."""
        found = {path: some for path, some in self._found.items() if path not in self._since}
        return found | {path: row.findings for path, row in self._since.items() if row and row.findings}

    def asked(self) -> Iterator[tuple[NotePath, str]]:
        """What was asked to check each note."""
        for path, asked in zip(self._names, self._parts["asked"].decode("ascii").splitlines(), strict=True):
            if path not in self._since:
                yield NotePath(path), asked
        yield from ((path, row.asked) for path, row in self._since.items() if row)

    def asking(self, questions: Iterable[str]) -> set[NotePath]:
        """The notes for which something was asked that has one of these texts in it."""
        questions = [*questions]
        others = [question for question in questions if not question.startswith(_NOTE)]
        numbers = set(self._asking(others)) if others else set()
        if len(others) < len(questions):
            few = json.loads(self._parts["asking"])
            numbers.update(number for number, asked in few if any(question in asked for question in questions))
        found = {NotePath(self._names[number]) for number in numbers if self._names[number] not in self._since}
        since = ((path, row.asked) for path, row in self._since.items() if row)
        return found.union(path for path, asked in since if any(question in asked for question in questions))

    def _asking(self, questions: Iterable[str]) -> Iterator[int]:
        """The numbers of these notes, among those whose questions were written whole."""
        asked = self._parts["asked"]
        ends: list[int] = []
        for question in questions:
            sign = question.encode("ascii")
            at = asked.find(sign)
            while at >= 0:
                ends = ends or list(accumulate(map(len, asked.splitlines(keepends=True))))
                number = bisect_right(ends, at)
                yield number
                at = asked.find(sign, ends[number])

    # Changing it

    def add(
        self,
        about: str,
        changed: Mapping[NotePath, Stat],
        missing: Collection[NotePath],
        rows: Mapping[NotePath, Row],
    ) -> Kept | None:
        """Keep these states and rows too, and forget what is missing by now. What is kept then; nothing happens when
        somebody else kept something since this was read."""
        about = about if about != self.about else ""
        news: dict[NotePath, Row | None] = {**dict.fromkeys(missing), **rows}
        if not self._parts.there(self._path):
            return self
        if len(news) > _FEW or self._journal.size > _LONG:
            self._take(about, changed, missing, news)
            return remember(self._path, self.about, self.files, self._setup, self._all())
        if self._journal.add((about, changed, [*missing], news)):
            self._take(about, changed, missing, news)
        return self

    def _all(self) -> Iterator[tuple[NotePath, Row]]:
        """Every row, in order of path."""
        numbers, asked = self._numbers, self._parts["asked"].decode("ascii").splitlines()
        for path in sorted({*numbers, *self._since}):
            if path not in self._since:
                number = numbers[path]
                yield path, Row(*self._note(number), self._found.get(path, ""), asked[number])
            elif row := self._since[path]:
                yield path, row


def remember(
    path: str,
    about: str,
    files: Mapping[NotePath, Stat],
    setup: str,
    rows: Iterable[tuple[NotePath, Row]],
) -> Kept | None:
    """Write all that is to be kept at `path`, and give it back, unless somebody else wrote a moment later. Raises
    OSError; then there is what was there before."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    names, places, asked = bytearray(), bytearray(), bytearray()
    findings: dict[NotePath, str] = {}
    asking: list[tuple[int, str]] = []
    turn = os.urandom(6).hex()
    with written(path) as writing:
        for number, (name, row) in enumerate(rows):
            place = writing.piece(row.facts.encode())
            places += _ROW.pack(*place, row.unreadable, row.digest.encode("ascii"))
            names += os.fsencode(name) + b"\0"
            asked += row.asked.encode("ascii") + b"\n"
            if row.findings:
                findings[name] = row.findings
            if _NOTE in row.asked:
                asking.append((number, row.asked))
        writing.part("facts")
        paths, stats = packed(files)
        parts: dict[str, bytes | bytearray] = {
            "rows": places,
            "names": names,
            "asked": asked,
            "asking": json.dumps(asking).encode("ascii"),
            "findings": json.dumps(findings).encode("ascii"),
            "setup": setup.encode("ascii"),
            "paths": paths,
            "stats": stats,
            "about": about.encode("ascii"),
            "turn": turn.encode("ascii"),
        }
        for part, data in parts.items():
            writing.part(part, data)
    kept = Kept(path)
    _tidy(path, kept.turn)
    return kept if kept.turn == turn else None


def _tidy(path: str, turn: str) -> None:
    """Remove what nobody reads any more: journals of an earlier turn, and what was begun by somebody who was ended."""
    folder, name = os.path.split(path)
    old = time.time() - _OLD
    for other in os.listdir(folder):
        if other.startswith(f"{name}.") and other != f"{name}.{turn}":
            file = os.path.join(folder, other)
            with suppress(OSError):
                if not other.endswith(".new") or os.stat(file).st_mtime < old:
                    os.unlink(file)
