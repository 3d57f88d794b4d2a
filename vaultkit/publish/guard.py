"""What must stay private of a vault, and what is public of it anyway: made for each audit, and kept between them as far
as it holds.

What is public is read off the notes of the set themselves, by none of the means by which pages are made: whatever a
mistake there lets out is not excused by having come out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import unquote

from vaultkit.model.expression import expression
from vaultkit.model.note import Link, Note, NotePath
from vaultkit.publish.boards import words as words_of_board
from vaultkit.publish.canaries import Canaries, Canary, Watch, of_comments, of_file, of_note, of_properties, said, told
from vaultkit.publish.draft import allowed_names
from vaultkit.publish.imprint import code
from vaultkit.publish.page import Edition, Target
from vaultkit.publish.renewed import renewed
from vaultkit.publish.select import PublishedNote, Snapshot
from vaultkit.publish.spool import Spool

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig
    from vaultkit.publish.proof import Proof


class Guard:
    """Knows the strings that no output of a target may hold. `searched` are outputs, by path and digest, in which none
    of them was found; `more` watches for those that were not known when they were searched. `folder` (a path) is where
    it puts aside what would fill the memory."""

    def __init__(self, settings: Publish, config: TargetConfig, target: Target, folder: str = "") -> None:
        self._folder = folder
        self._settings = settings
        self._allowed: set[str] = set()
        self._config = config
        self._target = target
        self.forget()

    def forget(self) -> None:
        """Know nothing of earlier times."""
        self._canaries = Canaries(Spool(self._folder))
        self.searched: dict[str, str] = {}
        self._sources: dict[NotePath, Note | PublishedNote | None] = {}
        """The notes of which everything is known."""
        self._files: frozenset[NotePath] = frozenset()
        self._by_all: object = None
        self._fixed: set[bytes] = set()

    @property
    def more(self) -> Watch | None:
        return self._canaries.news

    def looked(self, printed: Mapping[str, str], gone: Iterable[str]) -> None:
        """All that is live now was searched: what was `printed` (digests by path) and what stayed."""
        self.searched = {**self.searched, **printed}
        for path in gone:
            self.searched.pop(path, None)
        self._canaries.looked()

    @property
    def watched(self) -> str:
        """What stands for all that is watched for, and for how."""
        return f"{self._canaries.sign} {code(type(self._target).__module__)}"

    def take_up(self, snapshot: Snapshot, proof: Proof, searched: Mapping[str, str], watched: str) -> None:
        """Begin with this edition where another process ended, see `go_on`."""
        self.follow(snapshot, proof)
        self.go_on(searched, watched)

    def go_on(self, searched: Mapping[str, str], watched: str) -> None:
        """Another process searched these outputs (digests by path) for what `watched` stands for. When that is
        something else now, all is still to be looked for."""
        self.searched = dict(searched)
        if self.watched == watched:
            self._canaries.looked()

    def follow(self, snapshot: Snapshot, proof: Proof) -> None:
        """Find out what to watch for in this edition: of notes, what changed since the last time."""
        chosen, edition = proof.decided.chosen, proof.edition
        self._allowed = allowed_names(self._settings, proof.layout)
        sources: dict[NotePath, Note | PublishedNote | None] = {**proof.decided.notes, **chosen.notes}
        gone = self._sources.keys() - sources.keys()
        known = self._sources
        fresh = [*dict.fromkeys((*renewed(known, sources), *(sources.keys() - known.keys())))]
        for path in (*gone, *fresh):
            self._canaries.say(self._said(known.get(path)), self._said(sources.get(path)))
        self._hear_all(proof)
        self._canaries.turn()
        for path in (*gone, *fresh):
            self._canaries.put(path, self._private(sources[path], path, snapshot) if path in sources else ())
        shipped = {*(asset.path for asset in edition.assets), *proof.boards}
        there = (path for path in snapshot.index.files if OWN not in f"/{path}")  # left by a publish into the vault
        files = frozenset(there).difference(sources, shipped)
        for path in files ^ self._files:
            self._canaries.put(path, (of_file(path),) if path in files else ())
        self._sources, self._files = sources, files

    @property
    def watch(self) -> Watch:
        return self._canaries.watch

    def _said(self, source: Note | PublishedNote | None) -> frozenset[bytes]:
        """The words that a note says in public."""
        return said(self._public(source)) if isinstance(source, PublishedNote) else frozenset()

    def _private(self, source: Note | PublishedNote | None, path: NotePath, snapshot: Snapshot) -> Iterable[Canary]:
        """What must stay private of a note."""
        if isinstance(source, PublishedNote):
            return self._hidden(source)
        note = snapshot.index.glance(path)
        return of_note(path, snapshot.text(note) or "", note.facts)

    def _hear_all(self, proof: Proof) -> None:
        """Know what is public besides the texts of notes."""
        edition, boards = proof.edition, proof.boards
        pages = [*(edition.pages.keys() - proof.decided.chosen.notes.keys())]
        apart = [*proof.layout.served]
        by_all = (edition.assets, edition.redirects, edition.folders, edition.theme, sorted(pages), apart, boards)
        if self._by_all == by_all:
            return
        self._by_all = by_all
        said_by_boards = (words for path, text in boards.items() for words in words_of_board(path, text))
        fixed = told(chain(self._said_by_all(edition), pages, said_by_boards))
        self._canaries.say(self._fixed, fixed)
        self._fixed = fixed

    def _hidden(self, note: PublishedNote) -> Iterator[Canary]:
        """The private parts of a published note."""
        yield from of_comments(note.path, note.text, note.facts)
        properties = note.facts.properties
        hidden = {name: value for name, value in properties.items() if name.lower() not in self._allowed}
        yield from of_properties(note.path, hidden)

    def _public(self, note: PublishedNote) -> str:
        """All that a note says by itself: its place, the properties that are shown, and its text with the words of
        links in place of the links, without comments."""
        facts, text = note.facts, note.text
        shown = {name: value for name, value in facts.properties.items() if name.lower() in self._allowed}
        pieces = [note.path, note.url, _TARGET.sub("](", _LINK.sub(_words_of_link, str(shown)))]
        at = facts.frontmatter.span.end
        spans = [*(item.span for item in facts.comments), *(item.span for item in facts.links)]
        for start, end in sorted(spans):
            pieces.append(text[at:start])
            at = max(at, end)
        pieces.append(text[at:])
        pieces += (_words(link) for link in facts.links if not link.hidden and not link.property)
        public = " ".join(pieces)
        public += " " + unquote(public) if "%" in public else ""  # as somebody reads it who opens an address
        lower = public.lower()
        return _WAY.sub(" ", public) if "href" in lower or "src" in lower else public

    def _said_by_all(self, edition: Edition) -> Iterator[str]:
        """What is public besides the texts of notes."""
        config = self._config
        yield from (page.file for page in edition.pages.values() if page.file != page.url)
        yield from (f"{asset.path} {asset.url}" for asset in edition.assets)
        yield from (old.url for old in edition.redirects)
        yield from (old for folder in edition.folders.values() for old in folder.past)
        yield from (edition.theme.styles, *edition.theme.templates.values())
        yield from (config.title, config.description, config.base_url, config.language, str(config.own))
        yield self._target.literals()


OWN = "/_vaultkit/"
"""The folder of a site's own files, which tell nothing of notes by their names."""

_TARGET = expression(r"\]\((?:\s|\\[nrt])*+<?(?![A-Za-z][A-Za-z0-9+.-]*+:)[^()]*+(?:\([^()]*+\)[^()]*+)*+\)")
_LINK = expression(r"\[\[([^\[\]|]*)(?:\|([^\[\]]*))?\]\]")
_WAY = expression(r"\b(?:href|src)\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
"""A way in HTML, which leads to somewhere else and is nothing to read."""


def _words_of_link(found: re.Match[str]) -> str:
    return found[2] or found[1].rpartition("/")[2]


def _words(link: Link) -> str:
    """What may be read of a link, whatever it leads to: the author's words, else the last part of the way."""
    return link.display or f"{link.target.rpartition('/')[2]} {link.subpath}"
