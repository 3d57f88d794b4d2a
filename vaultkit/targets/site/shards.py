"""A long sorted list in small files, cut so that a change in one place changes the files of that place alone.

Whether a file ends behind an item depends on this item and on nothing else: on its key, and the more likely the longer
it is. So the same list is cut the same way, whether all of it was written or only what changed.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple
from zlib import crc32

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


_BETWEEN = ",\n"
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

    def write(self, items: Iterable[Item], ends: Callable[[str], bool] | None = None) -> Iterator[tuple[Entry, Output]]:
        """All files of a sorted list. `ends` tells by its key whether a file ends behind an item, if that is known."""
        waiting: list[Item] = []
        for item in items:
            waiting.append(item)
            if ends(item[0]) if ends else _is_last(*item):
                yield self._file(waiting)
                waiting = []
        if waiting:
            yield self._file(waiting)

    def change(
        self, entries: list[Entry], changes: Mapping[str, Callable[[str | None], str | None]], read: Read
    ) -> tuple[list[Entry], list[Output]]:
        """The list of files, and those that are new, when some items change. `changes` gives what becomes of the JSON
        of an item (None: there is none) by its key. Raises Lost."""
        firsts = [first for first, _ in entries]
        by_file: dict[int, list[str]] = {}
        for key in changes:
            by_file.setdefault(max(0, bisect_right(firsts, key) - 1), []).append(key)
        outputs: list[Output] = []
        made: list[Entry] = []
        place = 0
        while place < len(entries) or place in by_file:
            if place not in by_file:
                made.append(entries[place])
                place += 1
                continue
            items: list[Item] = []
            last: set[str] = set()
            while True:
                found: dict[str, str | None] = self._items(entries[place][1], read) if place < len(entries) else {}
                if place < len(entries) - 1:
                    last.update(islice(reversed(found), 1))  # or the file would not have ended there
                elif found:
                    last.update(key for key, text in islice(reversed(found.items()), 1) if _is_last(key, text or ""))
                known = len(found)
                for key in by_file.get(place, ()):
                    text = found[key] = changes[key](found.get(key))
                    last.discard(key)
                    if text is not None and _is_last(key, text):
                        last.add(key)
                keys = sorted(found) if len(found) > known else found
                items += [(key, text) for key in keys if (text := found[key]) is not None]
                place += 1
                if place >= len(entries) or (items and items[-1][0] in last):
                    break
            for entry, output in self.write(items, last.__contains__):
                made.append(entry)
                outputs.append(output)
        return made, outputs

    def _items(self, name: str, read: Read) -> dict[str, str | None]:
        data = read(self.folder + name)
        if data is None:
            raise Lost
        return {self.key(text): text for text in json_of(data)[1:-1].split(_BETWEEN)}

    def _file(self, items: list[Item]) -> tuple[Entry, Output]:
        output = named(self.folder, self.kind, "[" + _BETWEEN.join([text for _, text in items]) + "]")
        return [items[0][0], name_of(output)], output


def name_of(output: Output) -> str:
    """The name of a file without its folder."""
    return output.path.rpartition("/")[2]


def _is_last(key: str, text: str) -> bool:
    """Whether a file ends behind this item."""
    return crc32(key.encode("utf-8", "replace")) < ((1 << 32) // SIZE) << len(text).bit_length()
