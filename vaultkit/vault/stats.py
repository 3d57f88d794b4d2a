"""The states of many files as bytes: nearly always all that must be known of them is that nothing changed."""

from __future__ import annotations

import os
import struct
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from itertools import chain, repeat
from typing import cast

from vaultkit.model.path import NotePath
from vaultkit.vault.files import NEVER, Stat

_LIMIT = 1 << 63
_STAT = struct.Struct("4q")
_FEW = 16
"""So many paths are looked for one by one."""
_BLOCK = 128 * _STAT.size
"""Bytes that are compared at once: nearly all are the same."""


def packed(files: Mapping[NotePath, Stat]) -> tuple[bytes, bytes]:
    """Paths with NUL between them, and four numbers for each. A number that does not fit makes the file unknown."""
    form = f"{len(Stat._fields) * len(files)}q"
    try:
        numbers = struct.pack(form, *chain.from_iterable(files.values()))
    except struct.error:
        fitting = (stat if max(stat) < _LIMIT else NEVER for stat in files.values())
        numbers = struct.pack(form, *chain.from_iterable(fitting))
    return os.fsencode("\0".join(files)), numbers


def places(paths: bytes, some: Collection[NotePath]) -> list[int]:
    """Where some of the paths stand among all; these have NUL between them, or behind each. LookupError: one is not
    there. For the one that was edited no table of all is made."""
    if len(some) > _FEW:
        table = {path: number for number, path in enumerate(paths.split(b"\0"))}
        return [table[os.fsencode(path)] for path in some]
    paths = b"\0%b\0" % paths
    found = [paths.find(b"\0%b\0" % os.fsencode(path)) for path in some]
    if -1 in found:
        raise LookupError(*some)
    return [paths.count(b"\0", 0, at) for at in found]


class PackedStats(Mapping[NotePath, Stat]):
    """States that were packed; unpacked when somebody asks for one.

    Raises ValueError or TypeError for anything else than what was packed.
    """

    def __init__(self, paths: bytes, stats: bytes) -> None:
        self._packed = paths, stats
        if memoryview(stats).nbytes != (paths.count(b"\0") + 1 if paths else 0) * _STAT.size:
            raise ValueError("not the states of files")

    @cached_property
    def unpacked(self) -> dict[NotePath, Stat]:
        """All of them; not to be changed."""
        paths, stats = self._packed
        each = map(tuple.__new__, repeat(Stat), _STAT.iter_unpack(stats))
        names = os.fsdecode(paths).split("\0") if paths else []
        return cast(dict[NotePath, Stat], dict(zip(names, each, strict=True)))

    def beside(self, now: dict[NotePath, Stat]) -> dict[NotePath, Stat]:
        """These states, of which nearly all are the same `now`: what is the same is that very thing, be it all."""
        paths, stats = packed(now)
        known, before = self._packed
        if paths != known:
            return dict(self.unpacked)
        if stats == before:
            return now
        found, names = dict(now), [*now]
        for block in range(0, len(stats), _BLOCK):
            if stats[block : block + _BLOCK] == before[block : block + _BLOCK]:
                continue
            for start in range(block, min(block + _BLOCK, len(stats)), _STAT.size):
                if stats[start : start + _STAT.size] != before[start : start + _STAT.size]:
                    found[names[start // _STAT.size]] = Stat._make(_STAT.unpack_from(before, start))
        self.__dict__["unpacked"] = dict(found)
        return found

    def changed(self, news: Mapping[NotePath, Stat]) -> Mapping[NotePath, Stat]:
        """The same with other states of some files, be they new."""
        paths, stats = self._packed
        patched = bytearray(stats)
        try:
            for number, stat in zip(places(paths, news), news.values(), strict=True):
                _STAT.pack_into(patched, number * _STAT.size, *stat)
        except (LookupError, struct.error):
            return {**self.unpacked, **news}
        return PackedStats(paths, bytes(patched))

    def __getitem__(self, path: NotePath) -> Stat:
        return self.unpacked[path]

    def __iter__(self) -> Iterator[NotePath]:
        return iter(self.unpacked)

    def __len__(self) -> int:
        return len(self.unpacked)


def known_beside(known: Mapping[NotePath, Stat], now: dict[NotePath, Stat]) -> dict[NotePath, Stat]:
    """States that are known as a mapping of its own, made quickly where they are the same `now`."""
    return known.beside(now) if isinstance(known, PackedStats) else dict(known)


def states(known: Mapping[NotePath, Stat]) -> dict[NotePath, Stat]:
    """States that are known, not to be changed."""
    return known.unpacked if isinstance(known, PackedStats) else {**known}


def with_changed(known: Mapping[NotePath, Stat], news: Mapping[NotePath, Stat]) -> Mapping[NotePath, Stat]:
    """States that are known, with other ones of some files, be they new."""
    return known.changed(news) if isinstance(known, PackedStats) else {**known, **news}
