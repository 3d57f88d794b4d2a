"""The links of all notes turned around: from files to the notes that link to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from vaultkit.index.inverted import Inverted
from vaultkit.index.resolve import Key
from vaultkit.model.note import Link, NotePath

if TYPE_CHECKING:
    from vaultkit.index.vault_index import VaultIndex


class Edges:
    """Which of some notes link to a file, by those of their links that `counts`. Links in comments and properties are
    links, and so are those of a note to itself."""

    def __init__(
        self,
        index: VaultIndex,
        links: Iterable[tuple[NotePath, Iterable[Link]]],
        counts: Callable[[Link], object],
    ) -> None:
        self._index = index
        self._counts = counts
        self._sources: Inverted[NotePath | Key] = Inverted()
        """By the file that a link opens, and by the question for it."""
        for path, some in links:
            if any(map(counts, some)):
                self.put(path, some)

    def put(self, path: NotePath, all_links: Iterable[Link]) -> None:
        """Take in the links that a note has now."""
        links = list(filter(self._counts, all_links))
        found = [self._index.find(link, path) for link in links]
        targets = {item.resolution.path for item in found}
        self._sources.put(path, {*filter(None, targets), *(item.key for item in found)})

    def names_changed(self, names: Iterable[Key]) -> None:
        """Files of these names came or went: links that name them may open something else now."""
        for source in {source for name in names for source in self._sources.holders(name)}:
            note = self._index.notes.get(source)
            self.put(source, note.facts.links if note else ())

    def sources(self, path: NotePath) -> tuple[NotePath, ...]:
        """The notes that link to a file, in order of path."""
        return self._sources.holders(path)

    def links(self, path: NotePath) -> Iterator[Link]:
        """All links to a file, note by note."""
        for source in self.sources(path):
            for link in filter(self._counts, self._index.notes[source].facts.links):
                if self._index.find(link, source).resolution.path == path:
                    yield link
