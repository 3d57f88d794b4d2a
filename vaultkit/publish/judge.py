"""What becomes of each note: published, held, withheld, denied, scheduled, unselected, gone.

Decided note by note, by what the note says and what was found in it. Where it stands is not known yet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from itertools import chain

from vaultkit.config import Publish
from vaultkit.model.note import Note, NotePath
from vaultkit.model.standing import Reason
from vaultkit.parse.note import parse
from vaultkit.publish.gate import at_gate
from vaultkit.publish.history import excused, moves, pairs
from vaultkit.publish.intent import due, later
from vaultkit.publish.manifest import NoteRecord, digest_of
from vaultkit.publish.renewed import renewed
from vaultkit.publish.select import (
    LASTING,
    Decided,
    Failures,
    Published,
    PublishedNote,
    Snapshot,
    State,
    Verdict,
    Version,
)
from vaultkit.publish.spool import Spool
from vaultkit.publish.standing import Standings

_KEPT = (Reason("publish-missing", "too many notes would go at once, so it stays"),)


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
        self._all_judged = False
        self._found: set[NotePath] = set()
        """The private notes of which it is known where they were public; no other note moved there."""
        self._former: dict[NotePath, NoteRecord] = {}
        """What was published last of notes that had another path then."""
        self._standings = Standings(settings, snapshot.schemas, snapshot.excluded)
        self.findings = at_gate(snapshot.findings, settings.gate, decided)
        self.verdicts: dict[NotePath, Verdict] = {}
        self.versions: dict[NotePath, Version | PublishedNote] = {}

    def judge_all(self) -> None:
        """Decide about every note of the vault, and about every published one that is not there any more."""
        notes = self.notes
        self.judged = self._take_over(self._decided) if self._decided else {*notes}
        for path in sorted(self.judged):
            self.judge(self._snapshot.index.glance(path))
        gone = self._before.notes.keys() - notes.keys()
        left = {path for path in sorted(gone) if not self._judge_place(path)} if gone else set()
        self._judge_gone(left, self._follow({path for path in left if not self._snapshot.waits(path)}))
        self._all_judged = True
        for path in [path for path, version in self.versions.items() if version.held]:
            if why := self._private_by_now(path):
                self.withhold(path, (*self.verdicts[path].reasons, why))

    def _judge_place(self, path: NotePath) -> bool:
        """Decide about a published note that is gone by where it was, or where its text is private; whether that could
        be decided."""
        came = chain.from_iterable(self._came_private.get(text, ()) for text in self._last_texts(path))
        moved = next((other for other in came if other not in self._found), None)
        if self._snapshot.excluded(path):
            self._decide(path, "denied", (Reason("publish-denied", "its place is excluded"),))
        elif moved:
            self._found.add(moved)
            if self.verdicts[moved].state == "denied":
                self._decide(path, "denied", (Reason("publish-denied", "it moved to where it is private"),))
            else:
                self._decide(path, "gone", (Reason("publish-gone", "it moved to where nothing selects it"),))
        elif self._snapshot.keeps(path):
            self.hold(path, _KEPT)
        elif self._snapshot.frozen(path):
            self.hold(path, (Reason("unreadable", "its folder cannot be read now"),))
        else:
            return False
        return True

    def _judge_gone(self, left: Collection[NotePath], followed: Mapping[NotePath, NotePath]) -> None:
        """Decide about other published notes that are gone. One that has moved is not waited for: its text, or a note
        of its name, is published under another path from now on, or it was `followed` there."""
        if not left:
            return
        before = {path: record.source for path, record in self._before.notes.items()}
        now = {path: version.digest for path, version in self.versions.items()}
        moved = {**moves(before, now, left), **followed}
        found = {*moved, *excused(before, now, left - moved.keys(), moved)}
        for path in sorted(left):
            if path in moved:
                self._decide(path, "gone", (Reason("publish-gone", f"it is `{moved[path]}` now"),))
            elif path not in found and self._snapshot.waits(path):
                self.hold(path, (Reason("publish-missing", "it is gone, and is withdrawn soon unless it comes back"),))
            else:
                self._decide(path, "gone", (Reason("publish-gone", "there is no such note any more"),))

    # Which note is which

    def _last_texts(self, path: NotePath) -> tuple[str, ...]:
        """The texts (digests) of a note: the one that it had in the vault last, and the one that is shown of it. Of one
        that was not public the first is known if that was public elsewhere."""
        record, unshown = self._before.notes.get(path), self._before.unshown
        return (unshown.get(path, record.source), record.source) if record else (unshown.get(path, ""),)

    def _has_come(self, path: NotePath) -> bool:
        """Whether a note has another text than it had, or is new."""
        return self._digest(path) not in self._last_texts(path)

    @cached_property
    def _came_private(self) -> Mapping[str, list[NotePath]]:
        """The notes with a new text that are not meant to be public, by their texts: one of these may be where a note
        is now that is not where it was."""
        found: dict[str, list[NotePath]] = {}
        for path in sorted(self._private, key=lambda path: self.verdicts[path].state):  # `denied` first
            if self._has_come(path):
                found.setdefault(self._digest(path), []).append(path)
        return found

    @cached_property
    def _came_public(self) -> Collection[str]:
        """The new texts of notes that are published."""
        return {item.digest for path, item in self.versions.items() if not item.held and self._has_come(path)}

    def _private_by_now(self, path: NotePath) -> Reason | None:
        """Why the last good text of a note may not be shown, if it is so: it is that of another, which is private."""
        record = self.record(path)
        if record is None or path not in self.notes or self._digest(path) == record.source:
            return None
        texts = self._last_texts(path) if path not in self._former and self._has_come(path) else (record.source,)
        own = self._before.notes.get(path)
        for text in texts:
            alike = own is not None and not own.held and own.source == text  # two notes had it, each as its own
            others = (*self._came_private.get(text, ()), *(() if alike else self._were_public.get(text, ())))
            other = next((other for other in others if other != path), None)
            if other and self._digest(path) != text:
                return Reason("publish-denied", f"its last good text is that of `{other}`, which is private")
        return None

    @cached_property
    def _were_public(self) -> Mapping[str, list[NotePath]]:
        """The notes that were public and are not meant to be any more, by what was or is shown of them."""
        found: dict[str, list[NotePath]] = {}
        for path in sorted(self._private):
            record = self._before.notes.get(path)
            for text in (*([record.source] if record else []), *self._before.once.get(path, ())):
                found.setdefault(text, []).append(path)
        return found

    def once(self) -> dict[NotePath, tuple[str, ...]]:
        """The texts (digests) that are the last good ones of other paths, by the notes that they may belong to: a note
        was shown with one, or has what that other note had in the vault while it was held."""
        shown: dict[str, set[NotePath]] = {}
        for path, version in self.versions.items():
            if version.held:
                shown.setdefault(version.digest, set()).add(path)
        if not shown:
            return {}
        before, private = self._before, {*self._private}
        hidden = {text: before.notes[path].source for path, text in before.unshown.items() if path in before.notes}
        found: dict[NotePath, tuple[str, ...]] = {}
        for path in sorted(self.notes):
            texts = {*before.once.get(path, ())}
            if path not in private:
                digest = self._digest(path)
                texts |= {*self._last_texts(path)[1:], digest, hidden.get(digest, "")}
            if of_others := sorted(text for text in texts if shown.get(text, set()) - {path}):
                found[path] = tuple(of_others)
        return found

    def _follow(self, gone: Collection[NotePath]) -> dict[NotePath, NotePath]:
        """Hold what fails and has the very text that a note of another path had, shown or not: it is that note, and its
        last good text stays. Where the notes are now that were found so, of those that are `gone` or gave their place
        to another that was public."""
        here = {path: digest for path in self._failing() if (digest := self._digest(path)) != self._last_texts(path)[0]}
        texts, before = {*here.values()} - {""}, self._before.notes
        if not texts:
            return {}
        known = {text for path in before for text in self._last_texts(path)}
        lost = {
            path: last[0]
            for path in before
            if (last := self._last_texts(path))[0] in texts and last[-1] not in self._came_public
            if path in gone or (path in self.notes and self._has_come(path) and self._has_left(path, known))
        }
        found = pairs(lost, here, by_name=False)
        for old, path in found.items():
            self._former[path] = before[old]
            self.hold(path, self.verdicts[path].reasons)
        return found

    def _has_left(self, path: NotePath, known: Collection[str]) -> bool:
        """Whether a note has hardly stayed where it was public: there is another that was public, or it was held, and
        what is there is fine. Of one that was fine there may be a copy elsewhere, as a conflict leaves it."""
        version, texts = self.versions.get(path), {*self._last_texts(path)}
        return self._digest(path) in known or (len(texts) > 1 and version is not None and not version.held)

    def _failing(self) -> Iterator[NotePath]:
        """The notes that are held or withheld. One that is new is left out unless it is meant to be public."""
        for path, item in self.verdicts.items():
            fails = item.state in ("held", "withheld") and path in self.notes
            if fails and (path in self._before.notes or self._is_meant(path)):
                yield path

    def _is_meant(self, path: NotePath) -> bool:
        """Whether a note is meant to be public beyond doubt."""
        return self._standings.standing(self._snapshot.index.glance(path)).public

    def unshown(self, paths: Iterable[NotePath]) -> dict[NotePath, str]:
        """The texts (digests) that those of some notes have in the vault that are held, or had when they were there;
        and of private notes the texts that are or were public, there or elsewhere."""
        held = {path: self._digest(path) for path in paths if self.verdicts[path].state == "held"}
        before, unshown = self._before.notes, self._before.unshown
        known = {*held.values(), *(version.digest for version in self.versions.values())}
        known |= {record.source for record in before.values()}.union(unshown.values())
        for path in self._private:
            digest, record = self._digest(path), before.get(path)
            was = unshown.get(path, "") if record is None else record.source
            held[path] = digest if digest in known else was
        return {path: held[path] for path in sorted(held) if held[path]}

    @property
    def _private(self) -> Iterator[NotePath]:
        """The notes that are not meant to be public."""
        states = ("denied", "unselected")
        return (path for path, item in self.verdicts.items() if item.state in states and path in self.notes)

    def _digest(self, path: NotePath) -> str:
        if path not in self.notes:
            return self._before.unshown.get(path, "")
        note, index = self.notes[path], self._snapshot.index
        return (
            note.digest if note else index.packed(path).digest if index.is_packed(path) else index.glance(path).digest
        )

    def record(self, path: NotePath) -> NoteRecord | None:
        """What was published of a note last, maybe under the path that it had then."""
        return self._former.get(path) or self._before.notes.get(path)

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
        waits = later(note.facts.properties, self._snapshot.now) if standing.public and not self._is_shown(note) else ()
        if standing.state in ("unknown", "unclear"):
            self.hold(path, standing.reasons)
        elif standing.state == "denied":
            self._decide(path, "denied", standing.reasons)
        elif standing.state == "unselected" and self._snapshot.keeps(path):
            self.hold(path, _KEPT)
        elif standing.state == "unselected":
            self._decide(path, "unselected", ())
        elif waits:
            self._decide(path, "scheduled", waits, due(note.facts.properties, self._snapshot.now))
        elif self.findings.get(path):
            self.hold(path, tuple(self.findings[path]))
        else:
            self._take(note)

    def _is_shown(self, note: Note) -> bool:
        """Whether its very text is public: it was due once, so if it is not now, a clock was set back."""
        record = self.record(note.path)
        return record is not None and record.source == note.digest and not record.held

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
        record = self.record(path)
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
        if self._all_judged and (why := self._private_by_now(path)):
            self.withhold(path, (*reasons, why))
            return
        self.versions[path] = Version(path, text, parse(text), record.source, True)
        self._decide(path, "held", reasons)

    def go_back(self, earlier: Published) -> None:
        """Put the texts of an earlier edition in the place of those that are public now. What may not be public now
        does not become so, whatever that edition shows."""
        then = {path: record.source for path, record in earlier.notes.items()}
        now = {path: version.digest for path, version in self.versions.items()}
        gone = {path for path in then if path not in self.notes}
        former = {path: old for old, path in moves(then, now, gone, by_name=False).items()}
        hidden = {
            text: path
            for path in self._private
            for text in (*self._last_texts(path), self._digest(path), *self._before.once.get(path, ()))
            if earlier.unshown.get(path) != text  # else it was a copy at that time
        }
        for path, version in sorted(self.versions.items()):
            record = earlier.notes.get(former.get(path, path))
            text = earlier.source(record.source) if record else None
            private = hidden.get(record.source) if record and record.source != version.digest else None
            if record is None or text is None or private:
                del self.versions[path]
                lost = "its text of that time is not in the store any more"
                lost = f"its text of that time is that of `{private}`, which is private" if private else lost
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
        if state not in LASTING:
            self.passing.add(path)
