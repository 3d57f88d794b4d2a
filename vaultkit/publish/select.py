"""The publish set, decided once and fail-closed. Everything that leaves the vault is made of it and of nothing else.

A note that passes is published as it stands. A note that fails after it was published is held: its last good *text*,
kept in the target's store, takes its place in the set. So the set is a small vault of its own, complete and consistent:
whatever is made of it (pages, links, embeds, backlinks, tags, feeds) needs no notion of held notes, and a held page
does not go on linking to a page that was withdrawn since, as a kept rendering would. Denying beats holding.

States of a note:

    published   it is in the set as it stands
    held        it fails now; its last good text is in the set
    withheld    it fails and was never published, or there is no last good text
    denied      it says so itself, or its place is excluded
    scheduled   its date is still to come
    unselected  nothing asks for it to be published
    gone        it was published, and there is no such note any more
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from vaultkit.config import Publish, severity
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.note import Facts, Note, NotePath
from vaultkit.model.standing import Reason
from vaultkit.parse.note import parse
from vaultkit.publish.intent import Notice, later
from vaultkit.publish.manifest import NoteRecord, digest_of
from vaultkit.publish.page import PLAIN, Redirect, Theme
from vaultkit.publish.standing import Standings

if TYPE_CHECKING:
    from vaultkit.index.vault_index import VaultIndex

State = Literal["published", "held", "withheld", "denied", "scheduled", "unselected", "gone"]


class Verdict(NamedTuple):
    """What was decided about a note, and why."""

    path: NotePath
    state: State
    reasons: tuple[Reason, ...] = ()


class PublishedNote(NamedTuple):
    """A note of the set: its output path, and the text that is published with the facts of just that text."""

    path: NotePath
    url: str
    text: str
    facts: Facts
    digest: str
    held: bool


@dataclass(frozen=True, slots=True)
class PublishSet:
    """What is published, and what was decided about every note. Both in order of path.

    `home` is the note that stands at the root of the site. `redirects` are old addresses of notes of the set.
    """

    notes: Mapping[NotePath, PublishedNote]
    verdicts: Mapping[NotePath, Verdict]
    home: NotePath | None = None
    redirects: tuple[Redirect, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the vault offers at one moment.

    `text` gives the text of a note if it is still the one whose facts are in the index, else None. `data` gives the
    bytes of a file of the vault, or raises OSError. `schemas` names the schemas that govern a note. `frozen`: nothing
    can be said of this path now (its folder cannot be listed, it vanished a moment ago), so what was is taken to be.
    `stamp` is a text that changes when a file does, "" when nobody knows. `now` has a time zone. `theme` is what the
    vault's owner wrote for the look of its site.
    """

    index: VaultIndex
    diagnostics: Iterable[Diagnostic]
    text: Callable[[Note], str | None]
    data: Callable[[NotePath], bytes]
    now: datetime
    schemas: Callable[[Note], Collection[str]] = lambda note: ()
    excluded: Callable[[NotePath], bool] = lambda path: False
    frozen: Callable[[NotePath], bool] = lambda path: False
    stamp: Callable[[NotePath], str] = lambda path: ""
    strict_breaks: bool = False
    theme: Theme = PLAIN


@dataclass(frozen=True, slots=True)
class Published:
    """What is public now: the notes of the last edition, and a way to their last good texts."""

    notes: Mapping[NotePath, NoteRecord] = field(default_factory=dict)
    source: Callable[[str], str | None] = lambda digest: None


class Version(NamedTuple):
    """One text of a note that may be published."""

    path: NotePath
    text: str
    facts: Facts
    digest: str
    held: bool


Failures = Mapping[tuple[NotePath, str], Reason]
"""Texts (by path and digest) that turned out unfit after they were selected, and why."""


class Judge:
    """Decides note by note, by what the note says and what was found in it; knows nothing of addresses."""

    def __init__(self, snapshot: Snapshot, settings: Publish, before: Published, failed: Failures) -> None:
        self._snapshot = snapshot
        self._before = before
        self._failed = failed
        self._standings = Standings(settings, snapshot.schemas, snapshot.excluded)
        self._findings = _at_gate(snapshot.diagnostics, settings.gate)
        self.verdicts: dict[NotePath, Verdict] = {}
        self.versions: dict[NotePath, Version] = {}

    def judge_all(self) -> None:
        """Decide about every note of the vault, and about every published one that is not there any more."""
        notes = self._snapshot.index.notes
        for path in sorted(notes.keys() | self._before.notes.keys()):
            if path in notes:
                self._judge(notes[path])
            elif self._snapshot.frozen(path):
                self.hold(path, (Reason("unreadable", "its folder cannot be read now"),))
            else:
                self.verdicts[path] = Verdict(path, "gone", (Reason("publish-gone", "there is no such note any more"),))

    def _judge(self, note: Note) -> None:
        path = note.path
        standing = self._standings.standing(note)
        waits = later(note.facts.properties, self._snapshot.now) if standing.public else ()
        if standing.state in ("unknown", "unclear"):
            self.hold(path, standing.reasons)
        elif standing.state == "denied":
            self._decide(path, "denied", standing.reasons)
        elif standing.state == "unselected":
            self._decide(path, "unselected", ())
        elif waits:
            self._decide(path, "scheduled", waits)
        elif self._findings.get(path):
            self.hold(path, tuple(self._findings[path]))
        else:
            self._take(note)

    def _take(self, note: Note) -> None:
        """Publish a note as it stands, if it is still the one that was checked and nothing came up since."""
        text = self._snapshot.text(note)
        if text is None:
            self.hold(note.path, (Reason("publish-changed", "it changed while it was being published"),))
            return
        version = Version(note.path, text, note.facts, digest_of(text.encode()), False)
        failure = self._failed.get((note.path, version.digest))
        if failure:
            self.hold(note.path, (failure,))
            return
        self.versions[note.path] = version
        self.verdicts[note.path] = Verdict(note.path, "published")

    def hold(self, path: NotePath, reasons: tuple[Reason, ...]) -> None:
        """Put a note's last good text in its place, or withhold it when there is none."""
        record = self._before.notes.get(path)
        text = self._before.source(record.source) if record else None
        if record and text is None:
            reasons = (*reasons, Reason("publish-store", "its last good version is not in the store any more"))
        if record is None or text is None:
            self.withhold(path, reasons)
            return
        failure = self._failed.get((path, record.source))
        if failure:
            self.withhold(path, (*reasons, failure))
            return
        self.versions[path] = Version(path, text, parse(text), record.source, True)
        self.verdicts[path] = Verdict(path, "held", reasons)

    def withhold(self, path: NotePath, reasons: tuple[Reason, ...]) -> None:
        """Leave a failing note out."""
        self.versions.pop(path, None)
        self._decide(path, "withheld", reasons)

    def _decide(self, path: NotePath, state: State, reasons: tuple[Reason, ...]) -> None:
        self.verdicts[path] = Verdict(path, state, reasons)


def select(
    snapshot: Snapshot, settings: Publish, before: Published, *, home: str = "", failed: Failures | None = None
) -> PublishSet:
    """Decide what is published. `home` is the path of the note that is to stand at the root of the site."""
    from vaultkit.publish.claims import settle

    judge = Judge(snapshot, settings, before, failed or {})
    judge.judge_all()
    addresses = settle(judge, home)
    notes = {
        path: PublishedNote(path, addresses.urls[path], version.text, version.facts, version.digest, version.held)
        for path, version in sorted(judge.versions.items())
    }
    verdicts = dict(sorted(judge.verdicts.items()))
    return PublishSet(notes, verdicts, addresses.home, addresses.redirects, addresses.notices)


def _at_gate(diagnostics: Iterable[Diagnostic], gate: str) -> dict[NotePath, dict[Reason, None]]:
    """The findings that hold a note back, each sentence once."""
    limit = severity(gate)
    found: dict[NotePath, dict[Reason, None]] = {}
    for item in diagnostics:
        if limit is not None and item.severity >= limit:
            found.setdefault(item.path, {})[Reason(item.rule, item.message)] = None
    return found
