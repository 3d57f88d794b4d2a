"""What must stay private of a vault, and what is public of it anyway: made for each audit, and kept between them as far
as it holds.

What is public is read off the notes of the set themselves, by none of the means by which pages are made: whatever a
mistake there lets out is not excused by having come out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from vaultkit.model.note import Link, NotePath
from vaultkit.publish.boards import words as words_of_board
from vaultkit.publish.canaries import Canary, Watch, of_comments, of_file, of_note, of_properties, said, told
from vaultkit.publish.edition import allowed_names
from vaultkit.publish.layout import Layout
from vaultkit.publish.page import NOTHING, Edition, Target
from vaultkit.publish.select import PublishedNote, PublishSet, Snapshot
from vaultkit.publish.spool import Kept, Spool

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig


class Guard:
    """Knows the strings that no output of a target may hold. `searched` are outputs, by path and digest, in which none
    of them was found; `more` watches for those that were not known when they were searched. `is_current`: nothing has
    changed since that has not been taken in. `folder` (a path) is where it puts aside what would fill the memory."""

    def __init__(self, settings: Publish, config: TargetConfig, target: Target, folder: str = "") -> None:
        self._folder = folder
        self._settings = settings
        self._allowed: set[str] = set()
        self._config = config
        self._target = target
        self.forget()

    def forget(self) -> None:
        """Know nothing of earlier times."""
        self.is_current = False
        self.watch = Watch((), set())
        self.more: Watch | None = None
        self.searched: Mapping[str, str] = {}
        self._words: dict[NotePath, Kept] = {}
        """What each note says, word by word, put aside."""
        self._aside = Spool(self._folder)
        self._times: Counter[bytes] = Counter()
        self._fixed: set[bytes] = set()

    def prepare(
        self,
        snapshot: Snapshot,
        notes: PublishSet,
        edition: Edition,
        layout: Layout,
        boards: Mapping[NotePath, str] = NOTHING,
    ) -> None:
        """Find out what to watch for in this edition. `boards` are the texts of the boards that it shows."""
        self._allowed = allowed_names(self._settings, layout)
        self._words, self._times, self._aside = {}, Counter(), Spool(self._folder)
        for path, note in notes.notes.items():
            words = said(self._public(note))
            self._times.update(words)
            self._words[path] = self._aside.keep(b" ".join(words))
        pages = edition.pages.keys() - notes.notes.keys()
        said_by_boards = (words for path, text in boards.items() for words in words_of_board(path, text))
        self._fixed = told(chain(self._said_by_all(edition), pages, said_by_boards))
        before, self.watch = (
            self.watch,
            Watch(self._canaries(snapshot, notes, edition, boards), self._fixed | self._times.keys()),
        )
        self.more = self.watch.without(before)
        self.is_current = True

    def follow(self, old: PublishSet, new: PublishSet, changed: tuple[NotePath, ...]) -> bool:
        """Whether the same strings are watched for when some notes have `changed` their words; then that is noted."""
        words = {path: said(self._public(new.notes[path])) for path in changed}
        if any(self._tells(path, words[path], old.notes[path], new.notes[path]) for path in changed):
            return False
        for path, own in words.items():
            self._times.subtract(self._words[path]().split())
            self._times.update(own)
            self._words[path] = self._aside.keep(b" ".join(own))
        self.more = None
        return True

    def _tells(self, path: NotePath, words: frozenset[bytes], old: PublishedNote, new: PublishedNote) -> bool:
        """Whether a note has other private parts now, or is or was the only one to say a word of something private."""
        before, concerned = set(self._words[path]().split()), self.watch.vocabulary - self._fixed
        return (
            list(self._hidden(old)) != list(self._hidden(new))
            or any(self._times[word] <= 1 for word in (before - words) & concerned)
            or any(not self._times[word] for word in (words - before) & concerned)
        )

    def _canaries(
        self, snapshot: Snapshot, notes: PublishSet, edition: Edition, boards: Mapping[NotePath, str]
    ) -> Iterator[Canary]:
        """The strings that no output may hold."""
        index = snapshot.index
        for path in index.notes:
            if path not in notes.notes:
                note = index.glance(path)
                yield from of_note(path, snapshot.text(note) or "", note.facts)
        shipped = {*(asset.path for asset in edition.assets), *boards}
        yield from (of_file(path) for path in index.files if path not in index.notes and path not in shipped)
        for page in notes.notes.values():
            yield from self._hidden(page)

    def _hidden(self, note: PublishedNote) -> Iterator[Canary]:
        """The private parts of a published note."""
        yield from of_comments(note.path, note.text, note.facts)
        properties = note.facts.properties
        hidden = {name: value for name, value in properties.items() if name.lower() not in self._allowed}
        yield from of_properties(note.path, hidden)

    def _public(self, note: PublishedNote) -> str:
        """All that a note says by itself: its place, the properties that are shown, and its text with the words of
        links in place of the links, without comments."""
        facts = note.facts
        shown = {name: value for name, value in facts.properties.items() if name.lower() in self._allowed}
        pieces = [note.path, note.url, _LINK.sub(_words_of_link, str(shown))]
        at = facts.frontmatter.span.end
        spans = [*(item.span for item in facts.comments), *(item.span for item in facts.links)]
        for start, end in sorted(spans):
            pieces.append(note.text[at:start])
            at = max(at, end)
        pieces.append(note.text[at:])
        pieces += (_words(link) for link in facts.links if not link.hidden and not link.property)
        return _WAY.sub(" ", " ".join(pieces))

    def _said_by_all(self, edition: Edition) -> Iterator[str]:
        """What is public besides the texts of notes."""
        config = self._config
        yield from (page.file for page in edition.pages.values())
        yield from (f"{asset.path} {asset.url}" for asset in edition.assets)
        yield from (old.url for old in edition.redirects)
        yield from (old for folder in edition.folders.values() for old in folder.past)
        yield from (edition.theme.styles, *edition.theme.templates.values())
        yield from (config.title, config.description, config.base_url, config.language, str(config.own))
        yield self._target.literals()


_LINK = re.compile(r"\[\[([^\[\]|]*)(?:\|([^\[\]]*))?\]\]")
_WAY = re.compile(r"\b(?:href|src)\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
"""A way in HTML, which leads to somewhere else and is nothing to read."""


def _words_of_link(found: re.Match[str]) -> str:
    return found[2] or found[1].rpartition("/")[2]


def _words(link: Link) -> str:
    """What may be read of a link, whatever it leads to: the author's words, else the last part of the way."""
    return link.display or f"{link.target.rpartition('/')[2]} {link.subpath}"
