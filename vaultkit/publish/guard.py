"""What must stay private of a vault, and what is public of it anyway: made for each audit, and kept between them as far
as it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from vaultkit.model.note import NotePath
from vaultkit.publish.canaries import Canary, Watch, of_comments, of_file, of_note, of_properties, said, told
from vaultkit.publish.mentions import ShownTexts
from vaultkit.publish.page import Edition, Target
from vaultkit.publish.select import PublishedNote, PublishSet, Snapshot

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig


class Guard:
    """Knows the strings that no output of a target may hold. `searched` are outputs, by path and digest, in which none
    of them was found; `more` watches for those that were not known when they were searched. `is_current`: nothing has
    changed since that has not been taken in."""

    def __init__(self, settings: Publish, config: TargetConfig, target: Target) -> None:
        self._allowed = {name.lower() for name in settings.properties}
        self._config = config
        self._target = target
        self.forget()

    def forget(self) -> None:
        """Know nothing of earlier times."""
        self.is_current = False
        self.watch = Watch((), set())
        self.more: Watch | None = None
        self.searched: Mapping[str, str] = {}
        self._words: dict[NotePath, frozenset[bytes]] = {}
        self._times: Counter[bytes] = Counter()
        self._fixed: set[bytes] = set()

    def prepare(self, snapshot: Snapshot, notes: PublishSet, texts: ShownTexts, edition: Edition) -> None:
        """Find out what to watch for in this edition."""
        self._words = {path: said(texts.whole(note)) for path, note in notes.notes.items()}
        self._times = Counter(chain.from_iterable(self._words.values()))
        self._fixed = told(self._said_by_all(edition))
        before, self.watch = (
            self.watch,
            Watch(self._canaries(snapshot, notes, edition), self._fixed | self._times.keys()),
        )
        self.more = self.watch.without(before)
        self.is_current = True

    def follow(self, old: PublishSet, new: PublishSet, texts: ShownTexts, changed: tuple[NotePath, ...]) -> bool:
        """Whether the same strings are watched for when some notes have `changed` their words; then that is noted."""
        words = {path: said(texts.whole(new.notes[path])) for path in changed}
        if any(self._tells(path, words[path], old.notes[path], new.notes[path]) for path in changed):
            return False
        for path, own in words.items():
            self._times.subtract(self._words[path])
            self._times.update(own)
            self._words[path] = own
        self.more = None
        return True

    def _tells(self, path: NotePath, words: frozenset[bytes], old: PublishedNote, new: PublishedNote) -> bool:
        """Whether a note has other private parts now, or is or was the only one to say a word of something private."""
        before, concerned = self._words[path], self.watch.vocabulary - self._fixed
        return (
            list(self._hidden(old)) != list(self._hidden(new))
            or any(self._times[word] <= 1 for word in (before - words) & concerned)
            or any(not self._times[word] for word in (words - before) & concerned)
        )

    def _canaries(self, snapshot: Snapshot, notes: PublishSet, edition: Edition) -> Iterator[Canary]:
        """The strings that no output may hold."""
        index = snapshot.index
        for path, note in index.notes.items():
            if path not in notes.notes:
                yield from of_note(path, snapshot.text(note) or "", note.facts)
        shipped = {asset.path for asset in edition.assets}
        yield from (of_file(path) for path in index.files if path not in index.notes and path not in shipped)
        for page in notes.notes.values():
            yield from self._hidden(page)

    def _hidden(self, note: PublishedNote) -> Iterator[Canary]:
        """The private parts of a published note."""
        yield from of_comments(note.path, note.text, note.facts)
        properties = note.facts.properties
        hidden = {name: value for name, value in properties.items() if name.lower() not in self._allowed}
        yield from of_properties(note.path, hidden)

    def _said_by_all(self, edition: Edition) -> Iterator[str]:
        """What is public besides the texts of notes."""
        config = self._config
        yield from (
            f"{page.title} {page.url} {page.path} {page.properties} {page.tags}" for page in edition.pages.values()
        )
        yield from (f"{asset.path} {asset.url}" for asset in edition.assets)
        yield from (old.url for old in edition.redirects)
        yield from (config.title, config.description, config.base_url, config.language, self._target.literals())
