"""The states of many files as bytes: nearly always all that must be known of them is that nothing changed."""

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain, repeat
from typing import cast

from vaultkit.model.path import NotePath
from vaultkit.vault.files import NEVER, Stat

_LIMIT = 1 << 63
_BYTES = 8 * len(Stat._fields)


def packed(files: Mapping[NotePath, Stat]) -> tuple[bytes, bytes]:
    """Paths with NUL between them, and four numbers for each. A number that does not fit makes the file unknown."""
    form = f"{len(Stat._fields) * len(files)}q"
    try:
        numbers = struct.pack(form, *chain.from_iterable(files.values()))
    except struct.error:
        fitting = (stat if max(stat) < _LIMIT else NEVER for stat in files.values())
        numbers = struct.pack(form, *chain.from_iterable(fitting))
    return os.fsencode("\0".join(files)), numbers


class PackedStats(Mapping[NotePath, Stat]):
    """States that were packed; unpacked when somebody asks for one.

    Raises ValueError or TypeError for anything else than what was packed.
    """

    def __init__(self, paths: bytes, stats: bytes) -> None:
        self._packed = paths, stats
        if memoryview(stats).nbytes != (paths.count(b"\0") + 1 if paths else 0) * _BYTES:
            raise ValueError("not the states of files")

    @cached_property
    def _files(self) -> dict[NotePath, Stat]:
        paths, stats = self._packed
        numbers = array("q")
        numbers.frombytes(stats)
        each = map(tuple.__new__, repeat(Stat), zip(*[iter(numbers)] * 4, strict=True))
        names = os.fsdecode(paths).split("\0") if paths else []
        return cast(dict[NotePath, Stat], dict(zip(names, each, strict=True)))

    def beside(self, now: dict[NotePath, Stat]) -> dict[NotePath, Stat]:
        """These states, of which nearly all are the same `now`: what is the same is that very thing, be it all."""
        paths, stats = packed(now)
        known, before = self._packed
        if paths != known:
            return dict(self._files)
        if stats == before:
            return now
        found = dict(now)
        for start, path in zip(range(0, len(stats), _BYTES), now, strict=True):
            if stats[start : start + _BYTES] != before[start : start + _BYTES]:
                found[path] = Stat._make(struct.unpack_from("4q", before, start))
        return found

    def __getitem__(self, path: NotePath) -> Stat:
        return self._files[path]

    def __iter__(self) -> Iterator[NotePath]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def known_beside(known: Mapping[NotePath, Stat], now: dict[NotePath, Stat]) -> dict[NotePath, Stat]:
    """States that are known as a mapping of its own, made quickly where they are the same `now`."""
    return known.beside(now) if isinstance(known, PackedStats) else dict(known)
