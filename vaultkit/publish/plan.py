"""What a publish will do, decided before anything is done: `--dry-run` prints a plan, `apply` carries it out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.publish.address import claim
from vaultkit.publish.files import Conflict, FilePlan
from vaultkit.publish.history import excused, moves
from vaultkit.publish.intent import Notice
from vaultkit.publish.layout import Layout
from vaultkit.publish.manifest import AssetRecord, Manifest, NoteRecord
from vaultkit.publish.page import NOTHING, FolderPage
from vaultkit.publish.renewed import in_order_of, renewed
from vaultkit.publish.select import PublishedNote, PublishSet, State, Verdict
from vaultkit.publish.spool import Kept

_DAY = 24 * 60 * 60
_FEW = 10
_SHARE = 0.2
_EXPLICIT: frozenset[State] = frozenset(("denied", "scheduled", "later"))


class Withdrawn(NamedTuple):
    """A published note that is not in the set any more. `still_public`: somebody edited its page, so it was kept."""

    path: NotePath
    url: str
    state: State
    still_public: bool


class Refusal(NamedTuple):
    """Why a plan is not carried out: so much would vanish that a mistake is more likely. `notes` are all of it;
    `denied` are notes that are to be withdrawn, and stay public as long as nothing is done; `what` says so, and `lost`
    does not."""

    what: str
    do: str
    notes: tuple[NotePath, ...]
    denied: tuple[NotePath, ...] = ()
    lost: str = ""


class Refused(SetupError):
    """A plan that is not carried out. Nothing was changed, or what `done` says: that which has to do with no missing
    note."""

    def __init__(self, plan: Plan, where: str, done: Plan | None = None) -> None:
        assert plan.refusal
        refusal = plan.refusal
        what = (
            f"{refusal.lost or refusal.what}; all else was published"
            if done
            else refusal.what + "; nothing was changed"
        )
        super().__init__(what, where=where, do=refusal.do)
        self.plan = plan
        self.done = done


class Plan(NamedTuple):
    """One publish: what becomes of the notes, what becomes of the files, and what to say about it.

    `new`, `changed` and `unchanged` are the notes that are public then, by what becomes of their pages. With a
    `refusal` nothing is done, so that whatever is public is `unchanged`. `manifest` and `sources` are what will be
    remembered: all but the files, and the new last good texts, by digest.
    `sent` are the old addresses that lead on, and where to: those of notes, and of folders where these have pages.
    `delivered` is what is told of bringing it elsewhere, a sentence each.
    """

    notes: PublishSet
    files: FilePlan
    new: tuple[NotePath, ...]
    changed: tuple[NotePath, ...]
    withdrawn: tuple[Withdrawn, ...]
    notices: tuple[Notice, ...]
    refusal: Refusal | None
    manifest: Manifest
    sources: Mapping[str, Kept]
    sent: Mapping[str, str] = NOTHING
    delivered: tuple[str, ...] = ()

    def by_state(self, state: State) -> tuple[Verdict, ...]:
        """The notes of which this was decided, in order of path."""
        return tuple(verdict for verdict in self.notes.verdicts.values() if verdict.state == state)

    @property
    def unchanged(self) -> tuple[NotePath, ...]:
        """The notes whose pages stay as they are."""
        others = {*self.new, *self.changed}
        return tuple(path for path in self.manifest.notes if path not in others)

    @property
    def due(self) -> datetime | None:
        """When the next scheduled note becomes public; None when none waits for its date."""
        return min((item.due for item in self.notes.verdicts.values() if item.due), default=None)

    @property
    def held(self) -> tuple[Verdict, ...]:
        return self.by_state("held")

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return self.files.conflicts

    @property
    def changes(self) -> bool:
        """Whether anything public changes."""
        return bool(self.files.write or self.files.delete)


def make_plan(
    notes: PublishSet,
    assets: Mapping[NotePath, AssetRecord],
    files: FilePlan,
    before: Manifest,
    now: datetime,
    *,
    notices: Iterable[Notice] = (),
    last: Mapping[NotePath, PublishedNote] = NOTHING,
    layout: Layout | None = None,
    folders: Iterable[FolderPage] = (),
    imprint: str = "",
    vault_is_empty: bool = False,
    texts: Collection[str] | None = None,
    allow_mass_withdraw: bool = False,
) -> Plan:
    """Put together what was decided. Pure. `last` are the notes of which the records are those of `before`, if all that
    are the same lie where they lay. `texts` are the last good ones (digests) that are there still, if it is not sure
    that all are."""
    kept = {conflict.path for conflict in files.conflicts}
    withdrawn = tuple(
        Withdrawn(path, record.url, notes.verdicts[path].state, (record.file or record.url) in kept)
        for path in sorted(before.notes.keys() - notes.notes.keys())
        for record in (before.notes[path],)
    )
    missing = _missing(withdrawn, notes, before)
    recent = _recent(before, notes, now)
    gone = all(notes.verdicts[path].state == "gone" for path in missing)
    refusal = None if allow_mass_withdraw else _refusal(missing, recent, before, vault_is_empty, gone)
    sent = _sent(notes, folders, files)
    if refusal:
        return _nothing_done(notes, files, before, notices, _with_denied(refusal, withdrawn))._replace(sent=sent)
    absent = {**recent, **dict.fromkeys(missing, int(now.timestamp()))} if missing else before.absent
    pages = (layout or Layout(notes.notes)).files
    records = _records(notes, pages, before, last)
    new, changed = _sorted(records, pages, files, before)
    return Plan(
        notes,
        files,
        new,
        changed,
        withdrawn,
        (*notices, *_changed_in_case(records, before)),
        refusal,
        Manifest(
            notes=records,
            assets=assets,
            absent={} if allow_mass_withdraw and missing else absent,
            imprint="" if files.conflicts else imprint,
            past=notes.past,
            unshown=notes.unshown,
            once=notes.once,
        ),
        _new_sources(notes, before, records) if texts is None else _missing_sources(notes, texts),
        sent,
    )


def _changed_in_case(records: Mapping[NotePath, NoteRecord], before: Manifest) -> Iterator[Notice]:
    """An old address at which the new one stands, where letter case does not count."""
    for path in renewed(before.notes, records):
        old = before.notes.get(path)
        if old and old.url != records[path].url and claim(old.url) == claim(records[path].url):
            what = f"stands at `{records[path].url}` now, and nothing leads on from `{old.url}`"
            yield Notice(path, f"{what}, which some systems take for the same")


def _sent(notes: PublishSet, folders: Iterable[FolderPage], files: FilePlan) -> dict[str, str]:
    sent = {item.url: item.to for item in notes.redirects}
    moved = {old: folder.url for folder in folders for old in folder.past}
    return {**sent, **{old: to for old, to in moved.items() if old in files.files}}


def _nothing_done(
    notes: PublishSet, files: FilePlan, before: Manifest, notices: Iterable[Notice], refusal: Refusal
) -> Plan:
    """The plan of a publish that is refused: all that is public stays as it is."""
    stay = files._replace(write={}, delete=(), files=before.files)
    return Plan(notes, stay, (), (), (), tuple(notices), refusal, before, {})


def _with_denied(refusal: Refusal, withdrawn: Iterable[Withdrawn]) -> Refusal:
    """The refusal, naming what must not be public and is, for as long as nothing is done."""
    denied = tuple(item.path for item in withdrawn if item.state == "denied")
    if not denied:
        return refusal
    return refusal._replace(what=f"{refusal.what}; {still_public(denied)}", denied=denied, lost=refusal.what)


def still_public(paths: tuple[NotePath, ...]) -> str:
    """What is said of notes that are to be withdrawn, and are not yet."""
    return f"{_named(paths)} must not be public any more and still {'is' if len(paths) == 1 else 'are'}"


def _named(paths: tuple[NotePath, ...]) -> str:
    return ", ".join(f"`{path}`" for path in paths[:5]) + (f" and {len(paths) - 5} more" * (len(paths) > 5))


def _missing(withdrawn: Iterable[Withdrawn], notes: PublishSet, before: Manifest) -> tuple[NotePath, ...]:
    """The notes that vanish without having said so: their absence may be a mistake. One whose text, or the only new
    note of its name, is published under another path has only moved."""
    vanished = {item.path for item in withdrawn if item.state not in _EXPLICIT}
    if not vanished:
        return ()
    sources = {path: record.source for path, record in before.notes.items()}
    now = {path: note.digest for path, note in notes.notes.items()}
    moved = moves(sources, now, vanished)
    found = {*moved, *excused(sources, now, vanished - moved.keys(), moved)}
    return tuple(sorted(vanished - found))


def _recent(before: Manifest, notes: PublishSet, now: datetime) -> dict[NotePath, int]:
    """What vanished within a day and has not come back."""
    since = now.timestamp() - _DAY
    return {path: at for path, at in before.absent.items() if at > since and path not in notes.notes}


def _refusal(
    missing: tuple[NotePath, ...], recent: Mapping[NotePath, int], before: Manifest, vault_is_empty: bool, gone: bool
) -> Refusal | None:
    """Losing a few notes is a day's work; losing many, or more than half, or the whole vault, is an accident."""
    if not missing:
        return None
    public = len(before.notes)
    lost, total = len({*missing, *recent}), len({*before.notes, *recent})
    if not (is_accident(len(missing), public) or is_accident(lost, total, at_once=False) or vault_is_empty):
        return None
    day = f"; with those of the last day it is {lost} of {total}" if recent else ""
    what = "are not there any more" if gone else "are not there, or would not be published, any more"
    return Refusal(
        f"{len(missing)} of {public} published notes {what}: {_named(missing)}{day}",
        "see whether the vault is complete; if they are meant to go, --allow-mass-withdraw lets them",
        missing,
    )


def is_accident(lost: int, total: int, *, at_once: bool = True) -> bool:
    """Whether so many notes of all that are public hardly mean to go; those that are gone `at_once` must not be most of
    them either."""
    return lost > max(_FEW, _SHARE * total) or (at_once and lost > 1 and lost > total / 2)


def to_withdraw(notes: PublishSet, before: Manifest) -> frozenset[NotePath]:
    """The notes that would be withdrawn: all, or those that say so where the others would be an accident."""
    gone = frozenset(before.notes.keys() - notes.notes.keys())
    explicit = frozenset(path for path in gone if notes.verdicts[path].state in _EXPLICIT)
    return explicit if is_accident(len(gone) - len(explicit), len(before.notes)) else gone


def _records(
    notes: PublishSet, pages: Mapping[NotePath, str], before: Manifest, last: Mapping[NotePath, PublishedNote]
) -> dict[NotePath, NoteRecord]:
    """What is to be remembered of each note; the same object as before when it is the same."""
    known, found = before.notes, dict(before.notes)
    for path in known.keys() - notes.notes.keys():
        del found[path]
    for path in renewed(last, notes.notes):
        note, page = notes.notes[path], pages[path]
        record = NoteRecord(note.url, note.digest, note.held, "" if page == note.url else page)
        if record != known.get(path):
            found[path] = record
    return in_order_of(notes.notes, found)


def _sorted(
    records: Mapping[NotePath, NoteRecord], pages: Mapping[NotePath, str], files: FilePlan, before: Manifest
) -> tuple[tuple[NotePath, ...], tuple[NotePath, ...]]:
    """The notes that are new, and those that are others. A page that somebody edited stays as it is."""
    known = before.notes
    new = records.keys() - known.keys()
    others = {path for path in renewed(known, records) if path not in new and known[path][:2] != records[path][:2]}
    others.update(path for path in records if pages[path] in files.write)
    if files.conflicts:
        edited = {conflict.path for conflict in files.conflicts}
        others = {path for path in others if pages[path] not in edited}
    return tuple(sorted(new)), tuple(sorted(others - new))


def _missing_sources(notes: PublishSet, texts: Collection[str]) -> dict[str, Kept]:
    return {note.digest: note.data for note in notes.notes.values() if note.digest not in texts}


def _new_sources(notes: PublishSet, before: Manifest, records: Mapping[NotePath, NoteRecord]) -> dict[str, Kept]:
    """The texts that are not remembered yet."""
    found = [notes.notes[path] for path in renewed(before.notes, records)]
    known = before.texts() if found else ()
    return {note.digest: note.data for note in found if note.digest not in known}
