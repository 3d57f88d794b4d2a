"""The links of all notes turned around: from files to the notes that link to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from vaultkit.index.inverted import Inverted
from vaultkit.index.resolve import Key
from vaultkit.model.note import Link, Note, NotePath

if TYPE_CHECKING:
    from vaultkit.index.vault_index import VaultIndex


class Edges:
    """Which of some notes link to a file, by those of their links that `counts`. Links in comments and properties are
    links, and so are those of a note to itself."""

    def __init__(self, index: VaultIndex, notes: Iterable[Note], counts: Callable[[Link], object]) -> None:
        self._index = index
        self._counts = counts
        self._sources: Inverted[NotePath] = Inverted()
        self._mentions: Inverted[Key] = Inverted()
        for note in notes:
            self.put(note.path, note)

    def _links(self, note: Note) -> list[Link]:
        return [link for link in note.facts.links if self._counts(link)]

    def put(self, path: NotePath, note: Note | None) -> None:
        """Take in a note's new state."""
        links = self._links(note) if note else []
        found = list(map(self._index.finder(path), links)) if links else []
        targets = {item.resolution.path for item in found}
        self._sources.put(path, {target for target in targets if target is not None})
        self._mentions.put(path, {item.key for item in found})

    def names_changed(self, names: Iterable[Key]) -> None:
        """Files of these names came or went: links that name them may open something else now."""
        for source in {source for name in names for source in self._mentions.holders(name)}:
            self.put(source, self._index.notes.get(source))

    def sources(self, path: NotePath) -> tuple[NotePath, ...]:
        """The notes that link to a file, in order of path."""
        return self._sources.holders(path)

    def links(self, path: NotePath) -> Iterator[Link]:
        """All links to a file, note by note."""
        for source in self.sources(path):
            for link in self._links(self._index.notes[source]):
                if self._index.find(link, source).resolution.path == path:
                    yield link
