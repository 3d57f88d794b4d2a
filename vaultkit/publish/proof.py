"""The edition of a snapshot, made of the last one as far as that holds.

Every step asks what it read when it was taken last: the decision about a note its text and the findings in it, the job
of a page all notes, places and files that it met (`jobs.Made`), a page its body, properties and what links to it.
Where all of that is the same, the very object of the last edition is taken over; so whoever comes later (`imprint`, a
target's `Printing`) sees by identity what changed. Without a last edition everything is made, by the same steps. That
both give the same bytes is tested.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from vaultkit.index.resolve import Key, name_keys
from vaultkit.model.note import Facts, NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.model.standing import Reason
from vaultkit.publish.assets import Refused, Shelf, Shelved
from vaultkit.publish.bases_settings import base_settings
from vaultkit.publish.boards import BoardTexts, board_links, linked_boards, points, with_boards
from vaultkit.publish.bodies import Bodies
from vaultkit.publish.draft import allowed_names, draft_of
from vaultkit.publish.edition import NOTHING_YET, Before, Body, Composed, compose
from vaultkit.publish.imprint import Printer
from vaultkit.publish.intent import Notice
from vaultkit.publish.jobs import JobMaker, Resolve
from vaultkit.publish.layout import Layout
from vaultkit.publish.made import Made, mark
from vaultkit.publish.mentions import Mentions, ShownTexts
from vaultkit.publish.page import NOTHING, Edition, Page, Theme
from vaultkit.publish.renewed import renewed
from vaultkit.publish.resolver import resolver, unseen
from vaultkit.publish.select import Decided, Published, PublishedNote, PublishSet, Snapshot, select
from vaultkit.publish.spool import Spool
from vaultkit.publish.store import Live, Store
from vaultkit.render.job import RenderJob

_Item = TypeVar("_Item")


class Proof(NamedTuple):
    """An edition before it is printed, and what it was made of: what was decided, the set with the boards that have
    pages, what was met for each page, what became of each attachment that was asked for, the texts of the boards that
    were, the files that links could open. `said` is what will not be shown as written, by page; `looking` are the pages
    that show the words of other notes, or boards, and `pointing` the notes that link to boards."""

    decided: Decided
    shown: PublishSet
    layout: Layout
    made: Mapping[NotePath, Made]
    composed: Composed
    said: Mapping[NotePath, tuple[Notice, ...]]
    shelved: Mapping[NotePath, Shelved | Refused]
    texts: Mapping[NotePath, str | None]
    files: frozenset[NotePath]
    strict_breaks: bool
    notices: tuple[Notice, ...]
    looking: frozenset[NotePath]
    pointing: frozenset[NotePath]

    @property
    def edition(self) -> Edition:
        return self.composed.edition

    @property
    def notes(self) -> PublishSet:
        """What is published, boards excepted, with all that is to be said of it."""
        return self.decided.chosen._replace(notices=self.shown.notices)

    @property
    def pages(self) -> dict[NotePath, PublishedNote]:
        """The boards that have pages."""
        notes = self.shown.notes
        return {path: notes[path] for path in sorted(notes.keys() - self.decided.chosen.notes.keys())}

    @property
    def boards(self) -> dict[NotePath, str]:
        """The texts of all boards that are shown."""
        shown = (path for page in sorted(self.looking) for path in self.made[page].boards)
        return {path: self.texts.get(path) or "" for path in shown}


class Desk(NamedTuple):
    """Where one proof is made: the snapshot, what is live, and where attachments and the texts of boards are had."""

    snapshot: Snapshot
    live: Live
    shelf: Shelf
    read: BoardTexts


class Sets(NamedTuple):
    """What was decided for a proof: the set with boards, where everything lies, the files that links can open, what
    they open, the notes that link to boards, and the attachments and boards that are not as they were."""

    decided: Decided
    shown: PublishSet
    layout: Layout
    files: frozenset[NotePath]
    resolve: Resolve
    pointing: frozenset[NotePath]
    others: frozenset[NotePath]


class Proofs:
    """Makes the proofs of one target. `seen` is told of every body and of how many there are; `meanwhile` are steps
    that can be taken while other processes render."""

    def __init__(
        self,
        store: Store,
        printer: Printer,
        bodies: Bodies,
        seen: Callable[[int, int], None],
        meanwhile: Callable[[Theme], Iterable[object]],
    ) -> None:
        self._meanwhile = meanwhile
        self._store = store
        self._target, self._config, self._settings = printer
        self._bodies = bodies
        self._seen = seen

    def make(self, desk: Desk, last: Proof | None = None, generation: int = 0) -> Proof:
        """Select, render, compose. A text that cannot be rendered is unfit: the set is decided again without it. With
        the texts of an earlier `generation`, if one is named."""
        snapshot, shelf, read = desk.snapshot, desk.shelf, desk.read
        failed: dict[tuple[NotePath, str], Reason] = {}
        while True:
            sets = self._sets(desk, last, failed, generation)
            maker = JobMaker(
                sets.shown,
                sets.resolve,
                shelf,
                sets.layout,
                strict_breaks=snapshot.strict_breaks,
                read=read,
                bases=base_settings(self._settings, snapshot),
            )
            made: dict[NotePath, Made] = {}
            drafts: dict[NotePath, Page] = {}
            mentions = Mentions(sets.shown, ShownTexts(maker))
            jobs = self._jobs(mentions, snapshot, stale(last, desk, sets), made, drafts)
            failures = self._bodies.render(jobs, sets.shown, self._meanwhile(snapshot.theme))
            if not failures:
                break
            failed.update(failures)
        bodies = {path: Body(item, self._bodies[path], drafts[path]) for path, item in made.items()}
        before = _before(last, made, sets) if last else NOTHING_YET
        composed = compose(sets.shown, bodies, mentions, self._settings, before)
        composed = composed._replace(edition=composed.edition._replace(theme=snapshot.theme))
        said = {path: notices for path, body in bodies.items() if (notices := _said(path, body))}
        looking = {path for path, item in made.items() if item.looks}
        if last:
            looking |= (last.looking - made.keys()) & sets.shown.notes.keys()
            said = {**_without(last.said, made), **said}
            said = _without(said, said.keys() - sets.shown.notes.keys())
            made = _without({**last.made, **made}, last.made.keys() - sets.shown.notes.keys())
        left = self._target.notices(composed.edition, self._config)
        return Proof(
            sets.decided,
            sets.shown,
            sets.layout,
            made,
            composed,
            said,
            {**(last.shelved if last else {}), **shelf.known},
            {**(last.texts if last else {}), **read.known},
            sets.files,
            snapshot.strict_breaks,
            tuple(sorted(dict.fromkeys(chain(sets.shown.notices, *said.values(), left)))),
            frozenset(looking),
            sets.pointing,
        )

    def _sets(
        self, desk: Desk, last: Proof | None, failed: Mapping[tuple[NotePath, str], Reason], generation: int
    ) -> Sets:
        """Decide what is public, and where it stands."""
        snapshot, manifest, store = desk.snapshot, desk.live.manifest, self._store
        earlier = Published.of(store.manifest(generation), store.texts.get) if generation else None
        decided = select(
            snapshot,
            self._settings,
            Published.of(manifest, store.texts.get),
            home=self._config.home,
            failed=failed,
            earlier=earlier,
            aside=Spool(store.home),
            decided=last.decided if last else None,
            lists_folders=getattr(self._target, "lists_folders", False),
        )
        chosen = decided.chosen
        hidden = unseen(snapshot, (*chosen.notes, *manifest.assets))
        files, resolve = frozenset(snapshot.index.files) | hidden, resolver(snapshot, hidden)
        layout, shown = self._target.layout(chosen.notes, self._config), chosen
        others = _other_files(last, desk) if last else frozenset[NotePath]()
        pointing = _pointing(last, chosen) if layout.dialect is None else frozenset[NotePath]()
        if layout.dialect is None:
            same = last and not failed and not others and files == last.files and _same_boards(last, chosen, pointing)
            if last and same:
                said = last.shown.notices[len(last.decided.chosen.notices) :]
                if last.pages or said:
                    notes = {**chosen.notes, **last.pages}
                    shown = chosen._replace(notes=notes, notices=(*chosen.notices, *said))
            else:
                boards = linked_boards(chosen, resolve, pointing)
                shown = with_boards(chosen, boards, desk.read, failed, self._settings.slug)
            layout = self._target.layout(shown.notes, self._config) if shown is not chosen else layout
        if last and type(layout) is not Layout and lies_alike(last, shown, layout):
            layout = last.layout  # it knows where attachments lie
        return Sets(decided, shown, layout, files, resolve, pointing, others)

    def _jobs(
        self,
        mentions: Mentions,
        snapshot: Snapshot,
        paths: Collection[NotePath],
        made: dict[NotePath, Made],
        drafts: dict[NotePath, Page],
    ) -> Iterator[RenderJob]:
        """The jobs of some notes, each made when it is asked for; what was met meanwhile stays in `made`, whom it links
        to in `mentions`, and the draft of its page in `drafts`."""
        maker = mentions.maker
        allowed = allowed_names(self._settings, maker.layout)
        for number, path in enumerate(paths):
            self._seen(number, len(paths))
            making = maker.make(path)
            made[path] = making.met(_questions(snapshot, path, maker.note(path).facts))
            mentions.gather(path)
            drafts[path] = draft_of(maker.note(path), maker, allowed)
            yield making.job


def _said(path: NotePath, body: Body) -> tuple[Notice, ...]:
    return (*body.made.notices, *(Notice(path, problem) for problem in body.rendered.problems))


def _other_files(last: Proof, desk: Desk) -> frozenset[NotePath]:
    """The attachments and boards that are not as they were."""
    found = {path for path, shelved in last.shelved.items() if desk.shelf.take(path) != shelved}
    return frozenset(found.union(path for path, text in last.texts.items() if desk.read(path) != text))


def _pointing(last: Proof | None, chosen: PublishSet) -> frozenset[NotePath]:
    """The notes of a set that link to boards."""
    before = last.decided.chosen.notes if last else NOTHING
    fresh = renewed(before, chosen.notes)
    found = {path for path in fresh if points(chosen.notes[path])}
    return frozenset(found.union(last.pointing.difference(fresh) & chosen.notes.keys() if last else ()))


def _same_boards(last: Proof, chosen: PublishSet, pointing: Collection[NotePath]) -> bool:
    """Whether the notes of a set link to the same boards, and none of these can have another place."""
    before, notes = last.decided.chosen, chosen.notes
    fresh = renewed(before.notes, notes)
    return (
        notes.keys() == before.notes.keys()
        and chosen.redirects == before.redirects
        and all(notes[path].url == before.notes[path].url for path in fresh)
        and all(
            [*board_links(notes[path].facts)] == [*board_links(before.notes[path].facts)]
            for path in fresh
            if path in pointing or path in last.pointing
        )
    )


def _questions(snapshot: Snapshot, path: NotePath, facts: Facts) -> Iterator[Key]:
    """What the links of a note ask."""
    find = snapshot.index.find
    return (find(link, path).key for link in facts.links)


def _without(items: Mapping[NotePath, _Item], gone: Iterable[NotePath]) -> dict[NotePath, _Item]:
    """A mapping without some of its keys."""
    found = dict(items)
    for path in gone:
        found.pop(path, None)
    return found


def _before(last: Proof, made: Mapping[NotePath, Made], sets: Sets) -> Before:
    """What was composed last, and which of it is made anew or is gone."""
    others = (last.made.keys() & made.keys()) | (last.made.keys() - sets.shown.notes.keys())
    met = [last.made[path] for path in others]
    led = frozenset(path for item in met for path in (*item.links, *item.embedded, *item.boards))
    return Before(last.composed, frozenset(others), led, last.shown.past)


def stale(last: Proof | None, desk: Desk, sets: Sets) -> list[NotePath]:
    """The pages that are to be made anew, in order."""
    shown, snapshot = sets.shown.notes, desk.snapshot
    if last is None or last.strict_breaks != snapshot.strict_breaks or not lies_alike(last, sets.shown, sets.layout):
        return list(shown)
    before, made = last.shown.notes, last.made
    fresh = {*renewed(before, shown)}
    gone = before.keys() - shown.keys()
    placed = gone | {path for path in fresh if path not in before or before[path].url != shown[path].url}
    others = placed | sets.others
    outlined = placed | {path for path in fresh - placed if _places(before[path].facts) != _places(shown[path].facts)}
    read = fresh | gone
    names = {key for path in sets.files ^ last.files for key in name_keys(path)}
    concerned = _naming(names, made, shown, snapshot) if names else frozenset()

    def shows_another(item: Made) -> bool:
        return (
            item.sees_all
            or not read.isdisjoint(item.embedded)
            or not others.isdisjoint(item.boards)
            or (bool(names) and (bool(item.boards) or not concerned.isdisjoint(item.embedded)))
        )

    found = {*fresh, *concerned}
    found.update(path for path in last.looking if shows_another(made[path]))
    if outlined:
        found.update(path for path, item in made.items() if not outlined.isdisjoint(item.placed))
    if others:
        found.update(
            path
            for path, item in made.items()
            if not others.isdisjoint(item.links) or not others.isdisjoint(item.others)
        )
    return list(filter(found.__contains__, shown))


def lies_alike(last: Proof, shown: PublishSet, layout: Layout) -> bool:
    """Whether a page whose note is the same lies where it lay. Of a layout that puts more in its place than pages,
    nobody can tell unless all is the same."""
    if type(last.layout) is Layout is type(layout):
        return True
    return last.layout.files == layout.files and last.shown.notes.keys() == shown.notes.keys()


def _places(facts: Facts) -> tuple[object, ...]:
    """All that a subpath can name."""
    return (
        [(heading.level, heading.text) for heading in facts.headings],
        [(block.id, block.kind) for block in facts.blocks],
        [note.text for note in facts.footnotes if note.kind == "definition"],
    )


def _naming(
    names: Collection[Key],
    made: Mapping[NotePath, Made],
    notes: Mapping[NotePath, PublishedNote],
    snapshot: Snapshot,
) -> frozenset[NotePath]:
    """The notes with links that may open something else when files of these names come or go."""
    marks = frozenset(map(mark, names))
    near = [path for path, item in made.items() if item.names(marks) and path in notes]
    return frozenset(
        path for path in near if any(key in names for key in _questions(snapshot, path, notes[path].facts))
    )
