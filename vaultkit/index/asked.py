"""Who asked what: from a question with a new answer to the notes that must be checked again."""

from __future__ import annotations

import json
from collections.abc import Collection, Hashable, Iterable, Mapping
from struct import Struct
from typing import Protocol

from vaultkit.model.path import NotePath

Questions = frozenset[Hashable] | str
"""The keys of the questions that were asked for a note, or the same packed."""

_NONE: frozenset[Hashable] = frozenset()
_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def pack(asked: Questions) -> str:
    """Keys of questions (flat tuples of text) as one line of ASCII JSON, in stable order."""
    if isinstance(asked, str):
        return asked
    return _encode(sorted(asked)) if asked else ""


def unpack(packed: Questions) -> frozenset[Hashable]:
    """The keys that were packed. Raises ValueError or TypeError for anything else."""
    if isinstance(packed, str):
        return frozenset(map(tuple, json.loads(packed))) if packed else _NONE
    return packed


class Remembered(Protocol):
    """What an earlier run asked."""

    def askers(self, keys: Iterable[Hashable]) -> set[NotePath]:
        """The notes that asked one of these questions; may name more, never fewer."""

    def asked(self) -> Mapping[NotePath, Questions]:
        """Everything that was asked, by note."""


class Aside(Protocol):
    """Where bytes are put away, and read again by where they begin."""

    def add(self, data: bytes) -> int:
        """Put some away; where they begin."""

    def read(self, start: int, size: int) -> bytes | bytearray:
        """Some of them."""


_SIZE = Struct("I")


class Asked:
    """The questions of each note. Those of an earlier run are looked up where they are kept the first time, and taken
    in as a whole the second time: a single run asks once, a long one again and again. What is put is looked into when
    somebody asks for the first time; until then it lies `aside`, if it is packed and there is such a place."""

    def __init__(self, remembered: Remembered | None = None, aside: Aside | None = None) -> None:
        self._remembered = remembered
        self._aside = aside
        self._looked_up = False
        self._known: dict[NotePath, Questions | int] = {}
        """The questions of each note, or where they lie."""
        self._askers: dict[Hashable, NotePath | set[NotePath]] = {}
        """The notes by their questions; most questions are asked by one note alone, and a set takes much room."""
        self._waiting: set[NotePath] = set()
        """The notes whose questions are not yet turned around in `_askers`."""

    def put(self, path: NotePath, questions: Questions) -> None:
        """A note was checked (or is gone: no questions)."""
        if path not in self._waiting:
            for key in unpack(self.of(path)):
                self._take_away(key, path)
            self._waiting.add(path)
        self._known[path] = questions
        if self._aside and questions and isinstance(questions, str):
            data = questions.encode("ascii")
            self._known[path] = self._aside.add(_SIZE.pack(len(data)) + data)

    def let_go(self) -> None:
        """Forget all that was asked: nobody will want to know."""
        self._remembered = self._aside = None
        self._known.clear()
        self._askers.clear()
        self._waiting.clear()

    def of(self, path: NotePath) -> Questions:
        """What a note asked in this run."""
        known = self._known.get(path, _NONE)
        if not isinstance(known, int):
            return known
        assert self._aside, "what lies aside was put there"
        (size,) = _SIZE.unpack(self._aside.read(known, _SIZE.size))
        return self._aside.read(known + _SIZE.size, size).decode("ascii")

    def about(self, kind: str, paths: Iterable[NotePath]) -> set[str]:
        """What notes asked about in questions of one kind, in this run."""
        return {key[1] for path in paths for key in unpack(self.of(path)) if isinstance(key, tuple) and key[0] == kind}

    def askers(self, keys: Collection[Hashable]) -> set[NotePath]:
        """The notes that asked one of these questions; may name more, never fewer."""
        found: set[NotePath] = set()
        if keys and self._remembered:
            found |= self._look_up(keys, self._remembered)
        for path in self._waiting:
            for key in unpack(self.of(path)):
                self._add(key, path)
        self._waiting.clear()
        for key in keys:
            askers = self._askers.get(key, ())
            found.update((askers,) if isinstance(askers, str) else askers)
        return found

    def _add(self, key: Hashable, path: NotePath) -> None:
        there = self._askers.setdefault(key, path)
        if isinstance(there, set):
            there.add(path)
        elif there != path:
            self._askers[key] = {there, path}

    def _take_away(self, key: Hashable, path: NotePath) -> None:
        there = self._askers[key]
        if not isinstance(there, set) or there == {path}:
            del self._askers[key]
        else:
            there.discard(path)

    def _look_up(self, keys: Collection[Hashable], remembered: Remembered) -> set[NotePath]:
        if not self._looked_up:
            self._looked_up = True
            return {path for path in remembered.askers(keys) if path not in self._known}
        self._remembered = None
        for path, questions in remembered.asked().items():
            if path not in self._known:
                self.put(path, questions)
        return set()
