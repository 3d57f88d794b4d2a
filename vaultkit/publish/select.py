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
from vaultkit.parse.packed import unpack, unpack_properties
from vaultkit.publish.gate import Findings
from vaultkit.publish.history import Addresses
from vaultkit.publish.intent import Notice
from vaultkit.publish.manifest import Manifest, NoteRecord
from vaultkit.publish.page import NOTHING, PLAIN, Redirect, Theme
from vaultkit.publish.renewed import in_order_of, renewed
from vaultkit.publish.spool import Kept, Spool

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
    are all at which notes stood before, in the set or not. `unshown` are the digests of the texts that held notes
    have in the vault, and of those that are or were public of private ones; `once` the last good texts of others that
    may be a note's own.
    """

    notes: Mapping[NotePath, PublishedNote]
    verdicts: Mapping[NotePath, Verdict]
    home: NotePath | None = None
    redirects: tuple[Redirect, ...] = ()
    notices: tuple[Notice, ...] = ()
    past: Addresses = NOTHING
    unshown: Mapping[NotePath, str] = NOTHING
    once: Mapping[NotePath, tuple[str, ...]] = NOTHING


NOBODY = PublishSet({}, {})
"""The set before anything was decided."""


class Snapshot(NamedTuple):
    """What the vault offers at one moment: its files and notes, and the findings in each.

    `text` gives the text of a note if it is still the one whose facts are in the index, else None. `data` gives the
    bytes of a file of the vault, or raises OSError. `schemas` names the schemas that govern a note. `frozen`: nothing
    can be said of this path now (its folder cannot be listed), so what was is taken to be.
    `waits`: this path is not there, and may be back in a moment; what was is taken to be until then. `keeps`: this note
    stays as it was, whatever became of it, unless it says that it is private.
    `expect_sure` raises SetupError when it is not known which notes are excluded: then nothing may be published.
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
    keeps: Callable[[NotePath], bool] = lambda path: False
    expect_sure: Callable[[], None] = lambda: None
    stamp: Callable[[NotePath], str] = lambda path: ""
    strict_breaks: bool = False
    addresses: Addresses = NOTHING
    theme: Theme = PLAIN


class Published(NamedTuple):
    """What an edition shows, the last one as a rule: its notes, and a way to their texts. `past`, `unshown` and `once`
    as in `PublishSet`."""

    notes: Mapping[NotePath, NoteRecord] = NOTHING
    source: Callable[[str], str | None] = lambda digest: None
    past: Addresses = NOTHING
    unshown: Mapping[NotePath, str] = NOTHING
    once: Mapping[NotePath, tuple[str, ...]] = NOTHING

    @classmethod
    def of(cls, manifest: Manifest, source: Callable[[str], str | None]) -> Published:
        """What an edition shows, by its manifest."""
        return cls(manifest.notes, source, *manifest.memory)


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


LASTING: frozenset[State] = frozenset(("published", "denied", "unselected"))
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
    lists_folders: bool = True,
) -> Decided:
    """Decide what is published. `home` is the path of the note that is to stand at the root of the site; `earlier` is
    an edition whose texts are to be shown again. Texts are put `aside`. What was `decided` the last time under the
    same settings is decided again only where something is another. `lists_folders`: folders have pages of their own."""
    from vaultkit.publish.claims import Claims
    from vaultkit.publish.judge import Judge
    from vaultkit.publish.permalinks import posts_of

    judge = Judge(snapshot, settings, before, failed or {}, aside or Spool(), decided=decided)
    judge.judge_all()
    if earlier is not None:
        judge.go_back(earlier)
    old = decided.chosen if decided and decided.addresses == snapshot.addresses and not earlier else NOBODY
    claims = Claims(judge, home, settings.slug.style, decided, posts_of(settings.slug), lists_folders=lists_folders)
    fresh = renewed(old.notes, judge.versions)
    if old is not NOBODY and claims.are_those_of(old.notes, fresh):
        notes = {**old.notes, **{path: _as_public(judge.versions[path], old.notes[path].url, old) for path in fresh}}
        rest = (old.home, old.redirects, old.notices, old.past)
    else:
        found = claims.settle(snapshot, before)
        notes = {path: _as_public(version, found.urls[path], old) for path, version in judge.versions.items()}
        rest = (found.home, found.redirects, found.notices, found.past)
    verdicts = in_order_of(old.verdicts, judge.verdicts)
    passing = judge.passing.union(decided.passing if decided else ()) & verdicts.keys()
    passing = {path for path in passing if verdicts[path].state not in LASTING}
    chosen = PublishSet(in_order_of(old.notes, notes), verdicts, *rest, judge.unshown(passing), judge.once())
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
