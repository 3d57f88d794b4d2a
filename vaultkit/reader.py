"""Reading notes: an editor's buffer first, then what is remembered of a file that did not change, then the file."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from vaultkit.model.note import NO_FACTS, Note, NotePath
from vaultkit.vault.cache import Lost, Memory
from vaultkit.vault.files import NEVER, Files, Gone, Source, Stat, decode, encode, refused


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
        self._known = known

    def readable(self, path: NotePath) -> Note | None:
        """The note at a path; None when its file vanished or is being written: the next look sees it as new."""
        try:
            return self._note(path)
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
                return self._read(path)
        return Note(path, "", NO_FACTS, unreadable=True)

    def source(self, path: NotePath) -> Source:
        """The text of a note as it is now. Raises Gone."""
        if path in self.buffers:
            return decode(encode(self.buffers[path]))
        if path in self.odd and path not in self.stats:
            return refused("unreadable", f"this is {self.odd[path]}, not a file that can be read")
        return self.files.read(path)

    def text_of(self, note: Note) -> str:
        """The very text that a note's facts were read from. Raises Gone when there is another one by now."""
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

    def _note(self, path: NotePath) -> Note:
        if self.memory and self._is_remembered(path):
            with suppress(Lost):
                return self.memory.note(path)
        return self._read(path)

    def _read(self, path: NotePath) -> Note:
        source = self.source(path)
        if source.problem:
            return Note(path, source.digest, NO_FACTS._replace(problems=(source.problem,)), unreadable=True)
        from vaultkit.parse.note import parse

        return Note(path, source.digest, parse(source.text))

    def _is_remembered(self, path: NotePath) -> bool:
        return path not in self.buffers and self._known.get(path, NEVER) == self.stats.get(path) != NEVER
