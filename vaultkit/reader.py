"""Reading notes: an editor's buffer first, then what is remembered of a file that did not change, then the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from vaultkit.index.file_kinds import is_note
from vaultkit.model.path import NotePath
from vaultkit.vault.cache import Lost, Memory
from vaultkit.vault.files import NEVER, Files, Gone, Source, Stat, decode, encode, refused

if TYPE_CHECKING:
    from vaultkit.model.note import Note

_AT_ONCE = 8
"""So many texts are read before they are parsed."""

ROOM = 8_000_000
"""Characters of texts that are kept where all will be asked for again: by rules about publishing, and to publish."""


class Reader:
    """The notes of `files` as of the last look: `stats` are the states of the files then, `odd` the entries that look
    like notes and cannot be read, `buffers` what an editor holds of some notes instead. `known` are the states that
    the notes in `memory` were read in."""

    def __init__(self, files: Files, memory: Memory | None, known: Mapping[NotePath, Stat]) -> None:
        self.files = files
        self.memory = memory
        self.stats: dict[NotePath, Stat] = {}
        self.odd: dict[NotePath, str] = {}
        self.buffers: dict[NotePath, str] = {}
        self.room = 0
        """Characters of texts that may still be kept, to be given to whoever asks for one again."""
        self._kept: dict[NotePath, Source] = {}
        self._known = known

    def readable(self, paths: Iterable[NotePath]) -> Iterator[Note]:
        """The notes at some paths, but those whose file vanished or is being written: the next look sees these as new.
        A few are read before they are parsed: by turns, both would take longer."""
        rest = iter(paths)
        while some := [(path, self.at_hand(path)) for path in islice(rest, _AT_ONCE)]:
            for path, there in some:
                if isinstance(there, Source):
                    self._keep(path, there)
                    yield parsed(path, there)
                elif there:
                    yield there

    def at_hand(self, path: NotePath) -> Note | Source | None:
        """What is remembered of a note, or else its text; None when it vanished or is being written."""
        try:
            if self.memory and self._is_remembered(path):
                with suppress(Lost):
                    return self.memory.note(path)
            return self.source(path)
        except Gone:
            self.stats[path] = NEVER
            return None

    def recall(self, path: NotePath) -> Note:
        """A note of the last run; read again if it cannot be remembered after all."""
        assert self.memory
        try:
            return self.memory.note(path)
        except Lost:
            with suppress(Gone):
                return parsed(path, self.source(path))
        return unknown(path, unreadable=True)

    def source(self, path: NotePath) -> Source:
        """The text of a note as it is now. Raises Gone."""
        if path in self.buffers:
            return decode(encode(self.buffers[path]))
        if path in self.odd and path not in self.stats:
            return refused("unreadable", f"this is {self.odd[path]}, not a file that can be read")
        return self.files.read(path)

    def _keep(self, path: NotePath, source: Source) -> None:
        if len(source.text) <= self.room:
            self.room -= len(source.text)
            self._kept[path] = source

    def text_of(self, note: Note) -> str:
        """The very text that a note's facts were read from. Raises Gone when it is not kept and there is another one by
        now."""
        source = self._kept.get(note.path)
        if source is None or source.digest != note.digest:
            source = self.source(note.path)
        if source.digest != note.digest:
            raise Gone(note.path)
        return source.text

    def text(self, path: NotePath) -> str:
        """The decoded text of a note as it is now; "" when it is gone."""
        try:
            return self.source(path).text
        except Gone:
            return ""

    def _is_remembered(self, path: NotePath) -> bool:
        return path not in self.buffers and self._known.get(path, NEVER) == self.stats.get(path) != NEVER


def unknown(path: NotePath, unreadable: bool = False) -> Note:
    """A note, or other file, of which no facts are known."""
    from vaultkit.model.note import NO_FACTS, Note

    return Note(path, "", NO_FACTS, unreadable)


def parsed(path: NotePath, source: Source) -> Note:
    """The note at `path`, of its text alone."""
    from vaultkit.model.note import NO_FACTS, Note

    if source.problem:
        return Note(path, source.digest, NO_FACTS._replace(problems=(source.problem,)), unreadable=True)
    from vaultkit.parse.note import parse

    return Note(path, source.digest, parse(source.text))


def sizes_of(files: Mapping[NotePath, Stat]) -> Callable[[], dict[NotePath, int]]:
    """The bytes of the files that are no notes, found out when somebody asks."""
    return lambda: {path: stat.size for path, stat in files.items() if not is_note(path)}
