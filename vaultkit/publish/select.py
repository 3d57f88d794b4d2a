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
    later       an earlier edition is shown again, and the note is not in it
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from vaultkit.config import Publish
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.note import Facts, Note, NotePath, Value
from vaultkit.model.record import NamedTuple
from vaultkit.model.standing import Reason
from vaultkit.parse.note import parse
from vaultkit.parse.packed import unpack, unpack_properties
from vaultkit.publish.gate import Findings, at_gate
from vaultkit.publish.history import Addresses, pairs
from vaultkit.publish.intent import Notice, due, later
from vaultkit.publish.manifest import NoteRecord, digest_of
from vaultkit.publish.page import NOTHING, PLAIN, Redirect, Theme
from vaultkit.publish.renewed import in_order_of, renewed
from vaultkit.publish.spool import Kept, Spool
from vaultkit.publish.standing import Standings

if TYPE_CHECKING:
    from vaultkit.index.vault_index import VaultIndex
    from vaultkit.publish.claims import Claimed

State = Literal["published", "held", "withheld", "denied", "scheduled", "unselected", "gone", "later"]


class Verdict(NamedTuple):
    """What was decided about a note, and why; of a scheduled one, when it is `due`."""

    path: NotePath
    state: State
    reasons: tuple[Reason, ...] = ()
    due: datetime | None = None


class PublishedNote(NamedTuple):
    """A note of the set: its output path, and the text that is published with the facts of just that text, both at hand
    or put aside (`source`, and `known`, packed)."""

    path: NotePath
    url: str
    source: str | Kept
    known: Facts | Kept
    digest: str
    held: bool

    @property
    def text(self) -> str:
        return self.source if isinstance(self.source, str) else _read(self.source)

    def data(self) -> bytes:
        """The bytes of the text."""
        return self.source.encode() if isinstance(self.source, str) else self.source()

    @property
    def facts(self) -> Facts:
        return self.known if isinstance(self.known, Facts) else _unpacked(self.known)

    @property
    def properties(self) -> Mapping[str, Value]:
        return self.facts.properties


@lru_cache(64)
def _read(source: Kept) -> str:
    """A text that was put aside. Whoever asks for one asks for it again."""
    return source().decode()


@lru_cache(64)
def _unpacked(known: Kept) -> Facts:
    """Facts that were put aside, likewise."""
    return unpack(known().decode())


class PublishSet(NamedTuple):
    """What is published, and what was decided about every note. Both in order of path.

    `home` is the note that stands at the root of the site. `redirects` are old addresses of notes of the set; `past`
    are all at which notes stood before, in the set or not.
    """

    notes: Mapping[NotePath, PublishedNote]
    verdicts: Mapping[NotePath, Verdict]
    home: NotePath | None = None
    redirects: tuple[Redirect, ...] = ()
    notices: tuple[Notice, ...] = ()
    past: Addresses = NOTHING


NOBODY = PublishSet({}, {})
"""The set before anything was decided."""


class Snapshot(NamedTuple):
    """What the vault offers at one moment: its files and notes, and the findings in each.

    `text` gives the text of a note if it is still the one whose facts are in the index, else None. `data` gives the
    bytes of a file of the vault, or raises OSError. `schemas` names the schemas that govern a note. `frozen`: nothing
    can be said of this path now (its folder cannot be listed), so what was is taken to be.
    `waits`: this path is not there, and may be back in a moment; what was is taken to be until then.
    `stamp` is a text that changes when a file does, "" when nobody knows. `now` has a time zone. `addresses` are those
    that the vault itself remembers of its notes, `theme` is what its owner wrote for the look of its site.
    """

    index: VaultIndex  # type: ignore[assignment] # a tuple has another one, for which nobody asks
    findings: Mapping[NotePath, Sequence[Diagnostic]]
    text: Callable[[Note], str | None]
    data: Callable[[NotePath], bytes]
    now: datetime
    schemas: Callable[[Note], Collection[str]] = lambda note: ()
    excluded: Callable[[NotePath], bool] = lambda path: False
    frozen: Callable[[NotePath], bool] = lambda path: False
    waits: Callable[[NotePath], bool] = lambda path: False
    stamp: Callable[[NotePath], str] = lambda path: ""
    strict_breaks: bool = False
    addresses: Addresses = NOTHING
    theme: Theme = PLAIN


class Published(NamedTuple):
    """What an edition shows, the last one as a rule: its notes, and a way to their texts."""

    notes: Mapping[NotePath, NoteRecord] = NOTHING
    source: Callable[[str], str | None] = lambda digest: None
    past: Addresses = NOTHING


class Version(NamedTuple):
    """One text of a note that may be published, with its facts; both at hand or put aside, as in `PublishedNote`."""

    path: NotePath
    source: str | Kept
    known: Facts | Kept
    digest: str
    held: bool

    @property
    def properties(self) -> Mapping[str, Value]:
        known = self.known
        return known.properties if isinstance(known, Facts) else unpack_properties(known().decode())


_LASTING: frozenset[State] = frozenset(("published", "denied", "unselected"))
"""What is decided by nothing but the note and its findings."""

Failures = Mapping[tuple[NotePath, str], Reason]
"""Texts (by path and digest) that turned out unfit after they were selected, and why."""


class Decided(NamedTuple):
    """What was decided the last time, and of what: `notes` are those of the index (`VaultIndex.ready`), `told` all
    findings and `findings` those at the gate, `addresses` what the vault remembered. `chosen` is the set as `select`
    gave it, `claimed` what each of its notes asks for, `passing` are the notes about which must be decided again."""

    notes: Mapping[NotePath, Note | None]
    told: Mapping[NotePath, Sequence[Diagnostic]]
    findings: Findings
    addresses: Addresses
    chosen: PublishSet
    claimed: Mapping[NotePath, Claimed]
    passing: frozenset[NotePath]


class Judge:
    """Decides note by note, by what the note says and what was found in it; knows nothing of addresses. What was
    `decided` of a note holds as long as both are the same, unless it was decided for another reason too. `judged` are
    the others."""

    def __init__(
        self,
        snapshot: Snapshot,
        settings: Publish,
        before: Published,
        failed: Failures,
        aside: Spool,
        *,
        decided: Decided | None = None,
    ) -> None:
        self.notes = snapshot.index.ready()
        self.judged: set[NotePath] = set()
        self.passing: set[NotePath] = set()
        """The notes of which something was decided that may not last."""
        self._decided = decided
        self._snapshot = snapshot
        self._aside = aside
        self._before = before
        self._failed = failed
        self._standings = Standings(settings, snapshot.schemas, snapshot.excluded)
        self.findings = at_gate(snapshot.findings, settings.gate, decided)
        self.verdicts: dict[NotePath, Verdict] = {}
        self.versions: dict[NotePath, Version | PublishedNote] = {}

    def judge_all(self) -> None:
        """Decide about every note of the vault, and about every published one that is not there any more. Of these, one
        that has moved is not waited for: its text, or a note of its name, is published under another path from now
        on."""
        notes, before = self.notes, self._before.notes
        self.judged = self._take_over(self._decided) if self._decided else {*notes}
        for path in sorted(self.judged):
            self.judge(self._snapshot.index.glance(path))
        gone = sorted(before.keys() - notes.keys())
        arrived = {path: self.versions[path].digest for path in self.versions.keys() - before.keys()} if gone else {}
        texts, moved = {*arrived.values()}, pairs({path: before[path].source for path in gone}, arrived)
        for path in gone:
            if self._snapshot.frozen(path):
                self.hold(path, (Reason("unreadable", "its folder cannot be read now"),))
            elif before[path].source not in texts and path not in moved and self._snapshot.waits(path):
                self.hold(path, (Reason("publish-missing", "it is gone, and is withdrawn soon unless it comes back"),))
            else:
                self._decide(path, "gone", (Reason("publish-gone", "there is no such note any more"),))

    def _take_over(self, decided: Decided) -> set[NotePath]:
        """Decide as the last time; the notes of which that may not hold."""
        notes, known, old = self.notes, decided.notes, decided.chosen
        self.verdicts.update(old.verdicts)
        self.versions.update(old.notes)
        stale = {*renewed(known, notes), *decided.passing} | (notes.keys() - old.verdicts.keys())
        found, before = self.findings, decided.findings
        stale |= {path for path in found.keys() | before.keys() if found.get(path) != before.get(path)}
        stale |= {path for path, digest in self._failed if path in old.notes and old.notes[path].digest == digest}
        stale = {path for path in stale if not self._is_held_alike(decided, path)} & notes.keys()
        for path in stale | (old.verdicts.keys() - notes.keys()):
            self.verdicts.pop(path, None)
            self.versions.pop(path, None)
        return stale

    def _is_held_alike(self, decided: Decided, path: NotePath) -> bool:
        """Whether a note is held back for the same findings, and what there is in its place is the same."""
        verdict, old = decided.chosen.verdicts.get(path), decided.chosen.notes.get(path)
        reasons = tuple(self.findings.get(path, ()))
        if verdict is None or (old and not old.held) or decided.notes.get(path) is not self.notes.get(path):
            return False
        if not reasons or verdict.reasons != reasons or verdict.state not in ("held", "withheld"):
            return False
        record = self._before.notes.get(path)
        failed = old is not None and (path, old.digest) in self._failed
        return record is None if old is None else record is not None and record.source == old.digest and not failed

    def judge(self, note: Note) -> None:
        """Decide about one note."""
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
            self._decide(path, "scheduled", waits, due(note.facts.properties, self._snapshot.now))
        elif self.findings.get(path):
            self.hold(path, tuple(self.findings[path]))
        else:
            self._take(note)

    def _take(self, note: Note) -> None:
        """Publish a note as it stands, if it is still the one that was checked and nothing came up since."""
        text = self._snapshot.text(note)
        if text is None:
            self.hold(note.path, (Reason("publish-changed", "it changed while it was being published"),))
            return
        data, index = text.encode(), self._snapshot.index
        packed = index.packed(note.path).facts if index.is_packed(note.path) else ""
        known = self._aside.keep(packed.encode()) if packed else note.facts
        version = Version(note.path, self._aside.keep(data), known, digest_of(data), False)
        failure = self._failed.get((note.path, version.digest))
        if failure:
            self.hold(note.path, (failure,))
            return
        self.versions[note.path] = version
        self._decide(note.path, "published", ())

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
        self._decide(path, "held", reasons)

    def go_back(self, earlier: Published) -> None:
        """Put the texts of an earlier edition in the place of those that are public now. What may not be public now
        does not become so, whatever that edition shows."""
        for path, version in sorted(self.versions.items()):
            record = earlier.notes.get(path)
            text = earlier.source(record.source) if record else None
            if record is None or text is None:
                del self.versions[path]
                lost = "its text of that time is not in the store any more"
                self._decide(path, "later", (Reason("publish-later", lost if record else "it was published later"),))
            elif (failure := self._failed.get((path, record.source))) is not None:
                self.withhold(path, (failure,))
            elif record.source != version.digest:
                self.versions[path] = Version(path, text, parse(text), record.source, True)
                self._decide(path, "held", (Reason("publish-earlier", "it is shown as it was then"),))

    def withhold(self, path: NotePath, reasons: tuple[Reason, ...]) -> None:
        """Leave a failing note out."""
        self.versions.pop(path, None)
        self._decide(path, "withheld", reasons)

    def _decide(
        self, path: NotePath, state: State, reasons: tuple[Reason, ...], due_at: datetime | None = None
    ) -> None:
        self.verdicts[path] = Verdict(path, state, reasons, due_at)
        if state not in _LASTING:
            self.passing.add(path)


def select(
    snapshot: Snapshot,
    settings: Publish,
    before: Published,
    *,
    home: str = "",
    failed: Failures | None = None,
    earlier: Published | None = None,
    aside: Spool | None = None,
    decided: Decided | None = None,
) -> Decided:
    """Decide what is published. `home` is the path of the note that is to stand at the root of the site; `earlier` is
    an edition whose texts are to be shown again. Texts are put `aside`. What was `decided` the last time under the
    same settings is decided again only where something is another."""
    from vaultkit.publish.claims import Claims

    judge = Judge(snapshot, settings, before, failed or {}, aside or Spool(), decided=decided)
    judge.judge_all()
    if earlier is not None:
        judge.go_back(earlier)
    old = decided.chosen if decided and decided.addresses == snapshot.addresses and not earlier else NOBODY
    claims = Claims(judge, home, settings.slug.style, decided)
    fresh = renewed(old.notes, judge.versions)
    if old is not NOBODY and claims.are_those_of(old.notes, fresh):
        notes = {**old.notes, **{path: _as_public(judge.versions[path], old.notes[path].url, old) for path in fresh}}
        rest = (old.home, old.redirects, old.notices, old.past)
    else:
        found = claims.settle(snapshot, before)
        notes = {path: _as_public(version, found.urls[path], old) for path, version in judge.versions.items()}
        rest = (found.home, found.redirects, found.notices, found.past)
    chosen = PublishSet(in_order_of(old.notes, notes), in_order_of(old.verdicts, judge.verdicts), *rest)
    passing = judge.passing.union(decided.passing if decided else ()) & chosen.verdicts.keys()
    passing = {path for path in passing if chosen.verdicts[path].state not in _LASTING}
    return Decided(
        judge.notes,
        snapshot.findings,
        judge.findings,
        snapshot.addresses,
        chosen,
        claims.of(chosen.notes),
        frozenset(passing),
    )


def _as_public(version: Version | PublishedNote, url: str, before: PublishSet) -> PublishedNote:
    """A version with its address; the same object as before when it is the same."""
    path, source, known, digest, held = version.path, version.source, version.known, version.digest, version.held
    old = before.notes.get(path)
    if old and old.url == url and (old is version or (old.digest, old.held) == (digest, held)):
        return old
    return PublishedNote(path, url, source, known, digest, held)
