"""A long sorted list in small files, cut so that a change in one place changes the files of that place alone.

Whether a file ends behind an item depends on this item and on nothing else: on its key, and the more likely the longer
it is. So the same list is cut the same way, whether all of it was written or only what changed.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any
from zlib import crc32

from vaultkit.model.record import NamedTuple
from vaultkit.publish.page import Output
from vaultkit.targets.site.calls import json_of, named

SIZE = 64 * 1024
"""Characters in one file, about; a file in twenty is two or three times as long."""

Read = Callable[[str], bytes | None]
"""A file as it was written last, None when it cannot be had."""

Entry = list[Any]
"""A file in the list of files: the key of its first item, and its name."""

Item = tuple[str, str]
"""A key, and the item as JSON."""

Changes = Mapping[str, Callable[[str | None], str | None]]
"""By key what becomes of the JSON of an item."""

BETWEEN = ",\n"
"""Stands between items; in one there is no line break."""

as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""JSON as it stands in these files."""


class Lost(Exception):
    """A file that was written cannot be read again."""


class Shards(NamedTuple):
    """The files of one list: the folder that they are in, the kind that their names begin with, and how the JSON of an
    item tells its key."""

    folder: str
    kind: str
    key: Callable[[str], str]

    def write(self, items: Iterable[Item]) -> Iterator[tuple[Entry, Output]]:
        """All files of a sorted list."""
        waiting: list[str] = []
        for key, text in items:
            waiting.append(text)
            if _is_last(key, text):
                yield self._file(waiting)
                waiting = []
        if waiting:
            yield self._file(waiting)

    def change(self, entries: list[Entry], changes: Changes, read: Read) -> tuple[list[Entry], list[Output]]:
        """The list of files, and those that are new, when some items change. `changes` gives what becomes of the JSON
        of an item (None: there is none) by its key. Raises Lost."""
        firsts = [first for first, _ in entries]
        by_file: dict[int, list[str]] = {}
        for key in sorted(changes, reverse=True):
            by_file.setdefault(max(0, bisect_right(firsts, key) - 1), []).append(key)
        outputs: list[Output] = []
        made: list[Entry] = []
        place = 0
        while place < len(entries) or place in by_file:
            if place not in by_file:
                made.append(entries[place])
                place += 1
                continue
            texts: list[str] = []
            ends: list[int] = []
            while True:
                found = self._texts(entries[place][1], read) if place < len(entries) else []
                more = self._renew(found, by_file.get(place, ()), changes, place >= len(entries) - 1)
                ends += [len(texts) + end for end in more]
                texts += found
                place += 1
                if place >= len(entries) or (ends and ends[-1] == len(texts)):
                    break
            for start, end in pairwise(sorted({0, *ends, len(texts)})):
                entry, output = self._file(texts[start:end])
                made.append(entry)
                outputs.append(output)
        return made, outputs

    def _renew(self, texts: list[str], keys: Sequence[str], changes: Changes, is_final: bool) -> list[int]:
        """Change some items (by key, the last one first) of a file; the places that files end at. Only an item that is
        another can have become one behind which a file ends: behind the last one of any file but the final one, one
        did."""
        last = [key for key in map(self.key, texts[-1:]) if not is_final or _is_last(key, texts[-1])]
        for key in keys:
            place = bisect_left(texts, key, key=self.key)
            there = texts[place : place + 1] if key in map(self.key, texts[place : place + 1]) else []
            text = changes[key](there[0] if there else None)
            texts[place : place + len(there)] = [] if text is None else [text]
            if text is not None and _is_last(key, text):
                last.append(key)
            elif key in last:
                last.remove(key)
        return sorted(bisect_right(texts, key, key=self.key) for key in set(last))

    def _texts(self, name: str, read: Read) -> list[str]:
        data = read(self.folder + name)
        if data is None:
            raise Lost
        return json_of(data)[1:-1].split(BETWEEN)

    def _file(self, texts: list[str]) -> tuple[Entry, Output]:
        output = named(self.folder, self.kind, "[" + BETWEEN.join(texts) + "]")
        return [self.key(texts[0]), name_of(output)], output


def name_of(output: Output) -> str:
    """The name of a file without its folder."""
    return output.path.rpartition("/")[2]


def _is_last(key: str, text: str) -> bool:
    """Whether a file ends behind this item."""
    return crc32(key.encode("utf-8", "replace")) < ((1 << 32) // SIZE) << len(text).bit_length()
