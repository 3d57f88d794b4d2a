"""From a snapshot of the vault to a published folder: the steps in their order.

    press = Press(Store(output), settings, config, destination(config), pool.render_all)
    press.plan(snapshot)                 # what would be done; nothing is written
    press.publish(snapshot)              # under the lock: recover, decide, build beside, audit, swap, deliver

select -> jobs -> render -> compose -> target -> audit -> files -> plan -> apply -> place. All but the last two are
functions of what the steps before gave; `plan` and `publish` take the same ones, so that a dry run tells what will
happen.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from vaultkit.errors import TargetError, VaultkitError
from vaultkit.model.note import NotePath
from vaultkit.model.standing import Reason
from vaultkit.publish.apply import apply
from vaultkit.publish.assets import Shelf
from vaultkit.publish.audit import Audit
from vaultkit.publish.bases import base_settings
from vaultkit.publish.boards import BoardTexts, with_boards
from vaultkit.publish.bodies import Bodies, RenderAll
from vaultkit.publish.body_store import BodyStore
from vaultkit.publish.edition import Body, compose
from vaultkit.publish.files import Content, FilePlan, as_before, plan_files, plan_step
from vaultkit.publish.guard import Guard
from vaultkit.publish.imprint import Known, Printer, imprint
from vaultkit.publish.intent import Notice
from vaultkit.publish.jobs import JobMaker, Read, Resolve
from vaultkit.publish.layout import Layout
from vaultkit.publish.made import Made
from vaultkit.publish.manifest import digest_of
from vaultkit.publish.mentions import ShownTexts
from vaultkit.publish.page import Edition, Printing
from vaultkit.publish.place import Delivery, Destination, Undelivered
from vaultkit.publish.plan import Plan, Refused, make_plan, still_public
from vaultkit.publish.printed import Printed, looked_at, placed, printed
from vaultkit.publish.resolver import resolver
from vaultkit.publish.select import Judge, Published, PublishedNote, PublishSet, Snapshot, select
from vaultkit.publish.spool import Spool
from vaultkit.publish.step import Base, Means, Step, take_step
from vaultkit.publish.store import Live, Store
from vaultkit.render.job import RenderJob

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig


class Wish(NamedTuple):
    """How to publish. `force`: over what somebody else made or edited; `allow_mass_withdraw`: even when many notes are
    missing; `generation`: with the texts of that earlier generation, 0 with those of now."""

    force: bool = False
    allow_mass_withdraw: bool = False
    generation: int = 0


AS_USUAL = Wish()


@dataclass(frozen=True, slots=True)
class Proof:
    """An edition before it is printed: the set it was made of, the boards that have `pages` beside it, the texts of all
    boards that it shows, and what will not be shown as written."""

    notes: PublishSet
    pages: Mapping[NotePath, PublishedNote]
    made: Mapping[NotePath, Made]
    edition: Edition
    texts: ShownTexts
    boards: Mapping[NotePath, str]
    notices: tuple[Notice, ...]
    layout: Layout


class Press:
    """Publishes one target of a vault, again and again."""

    def __init__(
        self, store: Store, settings: Publish, config: TargetConfig, goal: Destination, render_all: RenderAll
    ) -> None:
        self.store = store
        self._settings = settings
        self._config = config
        self._target = goal.form
        self._place = goal.place
        self.seen: Callable[[int, int], None] | None = None
        """Told of every step and of how many there are: rendering, printing and looking at it are a third each."""
        self._guard = Guard(settings, config, self._target, store.home)
        self._imprints = Known()
        self._printed: dict[str, str] = {}
        """The digests of what was printed last, by path."""
        self._printing: Printing | None = None
        """The edition that was printed last, as far as it was begun."""
        self._pages: Set[NotePath] = frozenset()
        """The notes and boards that had pages when it was last decided."""
        self._owed: set[NotePath] = set()
        """Notes that were withdrawn here, and may still be public at the place."""
        self._base: Base | None = None
        """The edition that is live, if it was made here."""
        self._bodies = Bodies(BodyStore(os.path.join(store.home, "bodies.sqlite")), render_all, store.home)

    def plan(self, snapshot: Snapshot, wish: Wish = AS_USUAL) -> Plan:
        """What a publish would do now. Writes nothing. Raises Undelivered when it could not be brought elsewhere."""
        self.store.check()
        live = self.store.live()
        plan = self._plan(snapshot, live, wish)
        self._forget()
        if not self._place or plan.refusal:
            return plan
        try:
            self._place.check(self._config, self.store.vault)
            return replace(plan, delivered=self._place.foresee(self._delivery(live, plan, wish), self._config))
        except VaultkitError as error:
            raise Undelivered(plan, error) from error

    def publish(self, snapshot: Snapshot, wish: Wish = AS_USUAL) -> Plan:
        """Publish, and tell what was done.

        Raises Refused when too much would vanish, TargetError when the folder cannot be written or the audit finds
        something that must not go live, BusyError when somebody else is publishing there. Then nothing has changed.
        Raises Undelivered when it was published, and could not be brought elsewhere.
        """
        if self._place:
            self._place.check(self._config, self.store.vault)
        with self.store.lock():
            with self.store.writing():
                live = self.store.recover()
            try:
                plan = self._plan(snapshot, live, wish)
                if plan.refusal:
                    raise Refused(plan, self.store.output)
                self._apply(live, plan)
            except BaseException:
                self._forget()
                raise
            self._bodies.keep(self._pages)
            self._guard.searched = {**self._guard.searched, **self._printed}
            return self._brought(plan, wish) if self._place else plan

    def _apply(self, live: Live, plan: Plan) -> None:
        try:
            apply(self.store, live, plan.files, plan.manifest, plan.sources)
        except TargetError as error:
            _owe(error, (item.path for item in plan.withdrawn))
            raise

    def _brought(self, plan: Plan, wish: Wish) -> Plan:
        assert self._place
        self._owed = {*self._owed, *(item.path for item in plan.withdrawn)} - plan.notes.notes.keys()
        try:
            told = self._place.deliver(self._delivery(self.store.live(), plan, wish), self._config)
        except VaultkitError as error:
            _owe(error, self._owed)
            raise Undelivered(plan, error) from error
        self._owed = set()
        return replace(plan, delivered=told)

    def _forget(self) -> None:
        """What was decided has not become true, so the next time begins anew."""
        self._base = None
        self._guard.forget()

    def _delivery(self, live: Live, plan: Plan, wish: Wish) -> Delivery:
        return Delivery(self.store.output, self.store.home, self.store.vault, live.manifest, plan, wish.force)

    def _plan(self, snapshot: Snapshot, live: Live, wish: Wish) -> Plan:
        base, self._base, self._printed, self._printing = self._base, None, {}, None
        shelf, read = Shelf(snapshot, live.manifest), BoardTexts(snapshot)
        step = self._step(base, snapshot, live, shelf, read) if base and wish == AS_USUAL else None
        proof = self._proof(*step[:5]) if step else self.proof(snapshot, live, shelf, wish.generation, read)
        self._pages = proof.made.keys()
        imprinted = imprint(proof.edition, self._bodies.digest, self._printer, self._imprints, step and step.redone)
        files = None
        if imprinted == live.manifest.imprint:
            files = plan_files(as_before(live.manifest), live.manifest, self.store.output)
            self._printing = base.printing if base and step and not step.redone else None
        elif base and step:
            files = self._print_again(base, step, live)
        if files is None or files.write.keys() - self._printed.keys() or files.conflicts:
            files = self._print(snapshot, live, proof, shelf, wish.force)
        elif not self._printed and not (step and step.is_none):
            self._guard.is_current = False
        plan = make_plan(
            proof.notes,
            shelf.records(proof.edition.assets),
            files,
            live.manifest,
            snapshot.now,
            notices=proof.notices,
            layout=proof.layout,
            imprint=imprinted,
            reworded=step.words if step else None,
            vault_is_empty=not snapshot.index.notes,
            allow_mass_withdraw=wish.allow_mass_withdraw,
        )
        if not wish.generation:
            self._base = self._as_base(snapshot, proof, shelf, read, plan)
        return plan

    @property
    def _printer(self) -> Printer:
        return Printer(self._target, self._config, self._settings)

    def _as_base(self, snapshot: Snapshot, proof: Proof, shelf: Shelf, read: BoardTexts, plan: Plan) -> Base:
        index = snapshot.index
        findings = Judge(snapshot, self._settings, Published(), {}).findings
        return Base(
            plan.manifest.imprint,
            self._printer,
            index.ready(),
            frozenset(index.files),
            findings,
            snapshot.addresses,
            snapshot.strict_breaks,
            dict(shelf.known),
            dict(read.known),
            proof.notes,
            proof.pages,
            proof.made,
            proof.edition,
            proof.layout,
            self._printing,
        )

    def _step(self, base: Base, snapshot: Snapshot, live: Live, shelf: Shelf, read: BoardTexts) -> Step | None:
        """What became of the last edition, when that was a small step."""
        if not base.imprint or base.imprint != live.manifest.imprint or base.printer != self._printer:
            return None
        judge = Judge(snapshot, self._settings, Published(live.manifest.notes, self.store.source), {})
        resolve = resolver(snapshot, (*base.chosen.notes, *live.manifest.assets))
        maker = self._maker(snapshot, resolve, shelf, read)
        return take_step(base, snapshot, Means(judge, shelf, read, maker, self._bodies, self._settings))

    def _print(self, snapshot: Snapshot, live: Live, proof: Proof, shelf: Shelf, force: bool) -> FilePlan:
        """Make the files, look at all of them, and compare them with what is there."""
        self._printing = self._begun(proof.edition)
        made = printed(
            self._printing.parts()
            if self._printing
            else [partial(self._target.outputs, *self._to_print(proof.edition))],
            self.store.home,
            self._told(1, len(proof.edition.pages)),
            lambda: self._guard.prepare(snapshot, proof.notes, proof.edition, proof.layout, proof.boards),
        )
        outputs = [*(placed(made, proof.edition) if self._printing else made)]
        paths = {*(item.path for item in outputs), *(asset.url for asset in proof.edition.assets)}
        wanted = chain(
            self._audited(outputs, paths, live, proof.layout), shelf.contents(proof.edition.assets, self._kept)
        )
        return plan_files(wanted, live.manifest, self.store.output, force=force)

    def _print_again(self, base: Base, step: Step, live: Live) -> FilePlan | None:
        """Make the files that are others after a small step; None when it takes all of them to be sure."""
        before = base.printing or self._begun(base.edition)
        if before is None or step.private or not self._guard.is_current:
            return None
        found = before.again(step.edition, step.redone, partial(self._live_file, live))
        if found is None or any(path.endswith(".html") for path in found[1].gone):
            return None
        if not self._guard.follow(base.chosen, step.chosen, step.words):
            return None
        self._printing, (outputs, gone) = found
        paths = (live.manifest.files.keys() - gone).union(output.path for output in outputs)
        fresh = [Printed(path, partial(bytes, data), vendored) for path, data, vendored in outputs]
        audited = self._audited(fresh, paths, live, step.texts.maker.layout)
        return plan_step(audited, gone, live.manifest, self.store.output, self.store.tree(live.number))

    def _begun(self, edition: Edition) -> Printing | None:
        """The edition as its target prints it piece by piece, None when it does not."""
        begin: Callable[..., Printing] | None = getattr(self._target, "printing", None)  # `page.Resuming`
        return begin(*self._to_print(edition)) if begin else None

    def _to_print(self, edition: Edition) -> tuple[Edition, TargetConfig, Publish]:
        return edition, self._config, self._settings

    def _live_file(self, live: Live, path: str) -> bytes | None:
        """A file as it was published, None when it is not there as it was."""
        try:
            data = self._kept(path)
        except OSError:
            return None
        return data if path in live.manifest.files and digest_of(data) == live.manifest.files[path].digest else None

    def _audited(
        self, outputs: Sequence[Printed], paths: Collection[str], live: Live, layout: Layout
    ) -> Iterator[tuple[str, Content]]:
        """What was printed as contents, each looked at."""
        root = urlsplit(self._config.base_url).path.rstrip("/") + "/"
        guard = self._guard
        before, there = live.manifest.files, (layout.served, layout.rooted)
        measure = Audit(guard.watch, paths, root, before, guard.searched, guard.more, *there)
        digests = looked_at(outputs, measure, self._told(2, len(outputs)))
        self._printed = {item.path: digest for item, digest in zip(outputs, digests, strict=True)}
        return ((item.path, Content(self._printed[item.path], item.data)) for item in outputs)

    def _told(self, third: int, total: int) -> Callable[[int], None]:
        """What is told how many steps are done of a third of the work."""
        seen = self.seen
        return (lambda done: seen(third * total + min(done, total), 3 * total)) if seen else lambda done: None

    def proof(
        self, snapshot: Snapshot, live: Live, shelf: Shelf, generation: int = 0, read: BoardTexts | None = None
    ) -> Proof:
        """Select, render, compose. A text that cannot be rendered is unfit: the set is decided again without it."""
        read = read or BoardTexts(snapshot)
        before = Published(live.manifest.notes, self.store.source, live.manifest.past)
        earlier = Published(self.store.manifest(generation).notes, self.store.source) if generation else None
        failed: dict[tuple[NotePath, str], Reason] = {}
        while True:
            notes = select(
                snapshot,
                self._settings,
                before,
                home=self._config.home,
                failed=failed,
                earlier=earlier,
                aside=Spool(self.store.home),
            )
            resolve = resolver(snapshot, (*notes.notes, *live.manifest.assets))
            layout = self._target.layout(notes.notes, self._config)
            shown = notes
            if layout.dialect is None:
                shown = with_boards(notes, resolve, read, failed, self._settings.slug.style)
                layout = self._target.layout(shown.notes, self._config) if shown is not notes else layout
            maker = self._maker(snapshot, resolve, shelf, read)(shown, layout)
            made: dict[NotePath, Made] = {}
            failures = self._bodies.render(self._jobs(maker, shown, made), shown)
            if not failures:
                break
            failed.update(failures)
        bodies = {path: Body(item, self._bodies[path]) for path, item in made.items()}
        texts = ShownTexts(maker, Spool(self.store.home))
        edition = compose(shown, bodies, texts, self._settings)._replace(theme=snapshot.theme)
        pages = {path: note for path, note in shown.notes.items() if path not in notes.notes}
        return self._proof(replace(notes, notices=shown.notices), pages, made, texts, edition)

    def _jobs(self, maker: JobMaker, notes: PublishSet, made: dict[NotePath, Made]) -> Iterator[RenderJob]:
        """The jobs of all notes, each made when it is asked for; what was met meanwhile stays in `made`."""
        seen = self._told(0, len(notes.notes))
        for number, path in enumerate(notes.notes):
            seen(number)
            made[path] = maker.make(path)
            yield made[path].take()

    def _maker(
        self, snapshot: Snapshot, resolve: Resolve, shelf: Shelf, read: Read
    ) -> Callable[[PublishSet, Layout], JobMaker]:
        """What makes the jobs of a set for a layout."""
        strict, bases = snapshot.strict_breaks, base_settings(self._settings, snapshot)
        return lambda notes, layout: JobMaker(
            notes, resolve, shelf, layout, strict_breaks=strict, read=read, bases=bases
        )

    def _proof(
        self,
        notes: PublishSet,
        pages: Mapping[NotePath, PublishedNote],
        made: Mapping[NotePath, Made],
        texts: ShownTexts,
        edition: Edition,
    ) -> Proof:
        maker = texts.maker
        shown = (Notice(path, problem) for path in made for problem in self._bodies[path].problems)
        left = self._target.notices(edition, self._config)
        notices = (*notes.notices, *(notice for item in made.values() for notice in item.notices), *shown, *left)
        boards = {path: maker.read(path) or "" for item in made.values() for path in item.boards}
        return Proof(notes, pages, made, edition, texts, boards, tuple(sorted(dict.fromkeys(notices))), maker.layout)

    def _kept(self, url: str) -> bytes:
        with open(os.path.join(self.store.output, url), "rb") as file:
            return file.read()


def _owe(error: VaultkitError, notes: Iterable[NotePath]) -> None:
    """Let an error name the notes that are still public because of it."""
    if owed := tuple(sorted(notes)):
        error.what += f"; {still_public(owed)}"
