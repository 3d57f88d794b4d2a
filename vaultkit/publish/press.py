"""From a snapshot of the vault to a published folder: the steps in their order.

    press = Press(Store(output), settings, config, destination(config), pool.render_all)
    press.plan(snapshot)                 # what would be done; nothing is written
    press.publish(snapshot)              # under the lock: recover, decide, build beside, audit, swap, deliver

select -> jobs -> render -> compose -> target -> audit -> files -> plan -> apply -> place. All but the last two are
functions of what the steps before gave; `plan` and `publish` take the same ones, so that a dry run tells what will
happen. What a step gave last is taken over as far as it holds (`proof`, `page.Printing`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence, Set
from functools import cache, partial
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.publish.apply import apply
from vaultkit.publish.assets import Shelf
from vaultkit.publish.audit import Audit, Gone, audit
from vaultkit.publish.boards import BoardTexts
from vaultkit.publish.bodies import Bodies, RenderAll
from vaultkit.publish.body_store import BodyStore
from vaultkit.publish.files import Content, FilePlan, plan_files, plan_step
from vaultkit.publish.guard import Guard
from vaultkit.publish.imprint import Known, Printer, imprint
from vaultkit.publish.layout import Layout
from vaultkit.publish.manifest import Manifest, digest_of
from vaultkit.publish.owing import naming
from vaultkit.publish.page import NOTHING, Edition, Output, Printing
from vaultkit.publish.place import Delivery, Destination
from vaultkit.publish.plan import Plan, Refused, make_plan
from vaultkit.publish.print_record import PrintRecord, read
from vaultkit.publish.printed import Printed, looked_at, placed, printed
from vaultkit.publish.proof import Desk, Proof, Proofs, lies_alike
from vaultkit.publish.renewed import renewed
from vaultkit.publish.select import Snapshot
from vaultkit.publish.standing import Standings
from vaultkit.publish.store import Live, Store

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig
    from vaultkit.publish.bringing import Bringing


class Wish(NamedTuple):
    """How to publish. `force`: over what somebody else made or edited; `allow_mass_withdraw`: even when many notes are
    missing; `generation`: with the texts of that earlier generation, 0 with those of now."""

    force: bool = False
    allow_mass_withdraw: bool = False
    generation: int = 0


AS_USUAL = Wish()


class Last(NamedTuple):
    """What was published last: what was noted down of it, what its files were made of, and how they were printed, if
    they were."""

    manifest: Manifest
    printer: tuple[object, ...]
    proof: Proof
    printing: Printing | None

    def is_live(self, live: Live) -> bool:
        """Whether it is live still, and nobody has noted down anything else of its notes."""
        mine, now = self.manifest, live.manifest
        alike = (mine.notes, mine.memory) == (now.notes, now.memory)
        return bool(mine.imprint) and mine.imprint == now.imprint and alike


class Press:
    """Publishes one target of a vault, again and again."""

    def __init__(
        self, store: Store, settings: Publish, config: TargetConfig, goal: Destination, render_all: RenderAll
    ) -> None:
        self.store = store
        self._settings = settings
        self._config = config
        self._target = goal.form
        self._bringing: Bringing | None = None
        if goal.place:
            from vaultkit.publish.bringing import Bringing

            self._bringing = Bringing(goal.place, config, store)
        self.seen: Callable[[int, int], None] | None = None
        """Told of every step and of how many there are: rendering, printing and looking at it are a third each."""
        self._guard = Guard(settings, config, self._target, store.home)
        self._imprints = Known()
        self._printed: dict[str, str] = {}
        """The digests of what was printed and looked at last, by path."""
        self._printing: Printing | None = None
        """The edition that was printed last, as far as it was begun."""
        self._pages: Set[NotePath] = frozenset()
        """The notes and boards that had pages when it was last decided."""
        self._last: Last | None = None
        """The edition that is live, if it was made here."""
        self._bodies = Bodies(BodyStore(os.path.join(store.home, "bodies.sqlite")), render_all, store.home)

    def plan(self, snapshot: Snapshot, wish: Wish = AS_USUAL) -> Plan:
        """What a publish would do now. Writes nothing. Raises Undelivered when it could not be brought elsewhere."""
        with naming(self.store, snapshot, self._settings, self._config.home):
            snapshot.expect_sure()
            self.store.check()
            live = self.store.live()
            plan = self._plan(snapshot, live, wish)
        self._forget()
        if not self._bringing or plan.refusal:
            return plan
        return self._bringing.foresee(plan, self._delivery(snapshot, live.manifest, plan, wish))

    def publish(self, snapshot: Snapshot, wish: Wish = AS_USUAL) -> Plan:
        """Publish, and tell what was done.

        Raises Refused when too much would vanish, TargetError when the folder cannot be written or the audit finds
        something that must not go live, BusyError when somebody else is publishing there. Then nothing has changed.
        Raises Undelivered when it was published, and could not be brought elsewhere.
        """
        with naming(self.store, snapshot, self._settings, self._config.home):
            snapshot.expect_sure()
            if self._bringing:
                self._bringing.check()
            with self.store.lock():
                return self._publish(snapshot, wish)

    def _publish(self, snapshot: Snapshot, wish: Wish) -> Plan:
        with self.store.writing():
            live = self.store.recover()
        try:
            plan = self._plan(snapshot, live, wish)
            if plan.refusal:
                raise Refused(plan, self.store.output)
            keep = partial(self._bodies.keep, self._pages)
            apply(self.store, live, plan.files, plan.manifest, plan.sources, meanwhile=keep)
        except BaseException:
            self._forget()
            raise
        self._bodies.keep(self._pages)
        if self._printed:
            self._guard.looked(self._printed, plan.files.delete)
            self._write_record(plan)
        if not self._bringing:
            return plan
        now = self.store.live().manifest
        return self._bringing.deliver(plan, self._delivery(snapshot, now, plan, wish), live.manifest)

    def prepare(self, snapshot: Callable[[], Snapshot]) -> None:
        """Get ready for the next edit while nobody waits: go on from what another process printed, and have the tree at
        hand of which the next one is built. `snapshot` is what was published just now. Raises VaultkitError."""
        last = self._last
        if last is None:
            return
        with self.store.lock(), self.store.writing():
            live = self.store.recover()
            if last.printing is None and last.is_live(live):
                last = self._last = last._replace(printing=self._taken_up(snapshot(), live, last, last.proof))
            if last.printing:
                last.printing.prepare()
            self.store.prepare(live)

    def _write_record(self, plan: Plan) -> None:
        """Let another process go on from what is live now."""
        manifest, printing = plan.manifest, self._last.printing if self._last else None
        if printing and manifest.imprint:
            assets = {record.url for record in manifest.assets.values()}
            vendored = plan.files.files.keys() - self._guard.searched.keys() - assets
            record = PrintRecord(manifest.imprint, printing.kept(), tuple(sorted(vendored)), self._guard.watched)
            record.write(self.store.home)

    def _taken_up(self, snapshot: Snapshot, live: Live, last: Last, proof: Proof) -> Printing | None:
        """The printing of the last edition, which another process made into the files that are live. From now on it is
        watched for what must not be seen in the edition of a `proof`, which is of this snapshot."""
        record = read(self.store.home, live.manifest.imprint)
        printing = self._begun(last.proof.edition) if record else None
        if record is None or printing is None or not printing.go_on(record.printing):
            return None
        self._guard.take_up(snapshot, proof, _searched(live, record), record.watched)
        return printing

    def _forget(self) -> None:
        """What was decided has not become true, so the next time begins anew."""
        self._last = None
        self._guard.forget()

    def _delivery(self, snapshot: Snapshot, manifest: Manifest, plan: Plan, wish: Wish) -> Delivery:
        def denied() -> dict[str, NotePath]:
            standings = Standings(self._settings)
            notes = [snapshot.index.glance(item.path) for item in plan.by_state("denied")]
            return {
                claim.url: note.path for note in notes for claim in standings.claims(note.path, note.facts.properties)
            }

        return Delivery(
            *(self.store.output, self.store.home, self.store.vault, manifest, plan, wish.force),
            allow_mass_withdraw=wish.allow_mass_withdraw,
            denied=denied,
        )

    def _plan(self, snapshot: Snapshot, live: Live, wish: Wish) -> Plan:
        last, self._last, self._printed, self._printing = self._last, None, {}, None
        if last and (wish != AS_USUAL or not last.is_live(live) or last.printer[0] != self._printer):
            last = None
        desk = Desk(snapshot, live, Shelf(snapshot, live.manifest), BoardTexts(snapshot))
        proof = self._proofs.make(desk, last and last.proof, wish.generation)
        self._pages = proof.made.keys()
        before = last.proof.edition.pages if last else NOTHING
        redone = renewed(before, proof.edition.pages)
        digest, printer, known = self._bodies.digest, self._printer, self._imprints
        imprinted = cache(lambda: imprint(proof.edition, digest, printer, known, redone))
        files = None
        if live.manifest.imprint and imprinted() == live.manifest.imprint:
            files = self._as_before(live)
            self._printing = last.printing if last else None
        elif last and last.printer == self._imprints.printer:
            if last.printing is None:
                last = last._replace(printing=self._taken_up(snapshot, live, last, proof))
            files = self._print_again(last, desk, proof)
        if files is None:
            files = self._print(desk, proof, wish.force, imprinted)
        alike = last and lies_alike(last.proof, proof.shown, proof.layout)
        plan = make_plan(
            proof.notes,
            desk.shelf.records(proof.edition.assets),
            files,
            live.manifest,
            snapshot.now,
            notices=proof.notices,
            last=last.proof.decided.chosen.notes if last and alike else NOTHING,
            layout=proof.layout,
            folders=proof.edition.folders.values(),
            imprint=imprinted(),
            vault_is_empty=not proof.decided.notes,
            texts=self._texts(live, files, last),
            allow_mass_withdraw=wish.allow_mass_withdraw,
        )
        if not wish.generation:
            self._last = Last(plan.manifest, self._imprints.printer, proof, self._printing)
        return plan

    def _texts(self, live: Live, files: FilePlan, last: Last | None) -> Collection[str] | None:
        """The last good texts that are there, where some may have been lost; None where they are those of before."""
        if last or not live.manifest.notes or not (files.write or files.delete or self.store.texts.is_lost()):
            return None
        return self.store.texts.digests()

    @property
    def _proofs(self) -> Proofs:
        seen = lambda number, total: self._told(0, total)(number)  # noqa: E731
        ready = getattr(self._target, "ready", lambda theme: ())  # `page.Resuming`
        return Proofs(self.store, self._printer, self._bodies, seen, ready)

    @property
    def _printer(self) -> Printer:
        return Printer(self._target, self._config, self._settings)

    def _as_before(self, live: Live) -> FilePlan | None:
        """The files as they were published last; None when they are not there so any more."""
        plan = plan_step((), (), live.manifest, self.store.output, None)
        if plan.write or plan.conflicts:
            return None
        self.store.learn({live.number: plan.live})
        return plan

    def _print(self, desk: Desk, proof: Proof, force: bool, meanwhile: Callable[[], object]) -> FilePlan:
        """Make the files, look at all of them, and compare them with what is there. `meanwhile` is something that has
        to be done too."""
        live, outputs = desk.live, self._outputs(desk, proof, meanwhile)
        record = None if self._guard.searched else read(self.store.home, live.manifest.imprint)
        if record:
            self._guard.go_on(_searched(live, record), record.watched)
        paths = {*(item.path for item in outputs), *(asset.url for asset in proof.edition.assets)}
        wanted = chain(self._audited(outputs, self._measure(paths, live, proof.layout)), self._attached(desk, proof))
        return plan_files(wanted, live.manifest, self.store.output, force=force)

    def _outputs(self, desk: Desk, proof: Proof, meanwhile: Callable[[], object]) -> list[Printed]:
        """All files of an edition but the attachments."""
        self._printing = self._begun(proof.edition)

        def besides() -> None:
            self._guard.follow(desk.snapshot, proof)
            meanwhile()

        made = printed(
            self._printing.parts()
            if self._printing
            else [partial(self._target.outputs, *self._to_print(proof.edition))],
            self.store.home,
            self._told(1, len(proof.edition.pages)),
            besides,
        )
        if self._printing:
            self._printing.made([tuple([item.path for item in part]) for part in made])
        each = chain.from_iterable(made)
        return [*(placed(each, proof.edition) if self._printing else each)]

    def _print_again(self, last: Last, desk: Desk, proof: Proof) -> FilePlan | None:
        """Make the files that are others than those of the last edition, and look at these, and at those that stay for
        what may have become wrong in them. None when it takes all of them to be sure."""
        live = desk.live
        found = last.printing.again(proof.edition, partial(self._live_file, live)) if last.printing else None
        if found is None:
            return None
        self._printing, (outputs, gone) = found
        self._guard.follow(desk.snapshot, proof)
        assets = {asset.url for asset in proof.edition.assets}
        gone = gone.union(asset.url for asset in last.proof.edition.assets).difference(assets)
        paths = (live.manifest.files.keys() - gone).union(assets, (output.path for output in outputs))
        measure = self._measure(paths, live, proof.layout)
        renewed = [Printed(path, partial(bytes, data), vendored) for path, data, vendored in outputs]
        fresh = dict(self._audited(renewed, measure))
        if not self._stays_right(live, gone, measure):
            return None
        fresh.update(item for item in self._attached(desk, proof) if item[0] not in live.manifest.files)
        plan = plan_step(fresh.items(), gone, live.manifest, self.store.output, self.store.tree(live.number))
        return None if plan.write.keys() - fresh.keys() or plan.conflicts else plan

    def _stays_right(self, live: Live, gone: Set[str], measure: Audit) -> bool:
        """Look at the files that are not printed anew for what may have become wrong in them; whether all can be had.
        Raises TargetError."""
        more, missing = measure.more, Gone(gone)
        for path in self._guard.searched.keys() - self._printed.keys() - gone if more or missing.paths else ():
            try:
                data = self._kept(path)
            except OSError:
                return False
            if (more and more.meets(data)) or missing.may_be_missed(path, data):
                if self._live_file(live, path) != data:
                    return False
                audit(Output(path, data), measure)
        return True

    def _attached(self, desk: Desk, proof: Proof) -> Iterator[tuple[str, Content]]:
        """The attachments of an edition."""
        return desk.shelf.contents(proof.edition.assets, self._kept)

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

    def _measure(self, paths: Set[str], live: Live, layout: Layout) -> Audit:
        """What outputs are measured by when these are all paths."""
        root = urlsplit(self._config.base_url).path.rstrip("/") + "/"
        guard = self._guard
        return Audit(
            guard.watch,
            paths,
            root,
            before=live.manifest.files,
            searched=guard.searched,
            more=guard.more,
            served=layout.served,
            rooted=layout.rooted,
        )

    def _audited(self, outputs: Sequence[Printed], measure: Audit) -> Iterator[tuple[str, Content]]:
        """What was printed as contents, each looked at."""
        digests = looked_at(outputs, measure, self._told(2, len(outputs)))
        found = [*zip(outputs, digests, strict=True)]
        self._printed = {item.path: digest for item, digest in found if not item.vendored}
        return ((item.path, Content(digest, item.data)) for item, digest in found)

    def _told(self, third: int, total: int) -> Callable[[int], None]:
        """What is told how many steps are done of a third of the work."""
        seen = self.seen
        return (lambda done: seen(third * total + min(done, total), 3 * total)) if seen else lambda done: None

    def proof(self, snapshot: Snapshot, live: Live, shelf: Shelf) -> Proof:
        """The edition of a snapshot before it is printed."""
        return self._proofs.make(Desk(snapshot, live, shelf, BoardTexts(snapshot)))

    def _kept(self, url: str) -> bytes:
        with open(os.path.join(self.store.output, url), "rb") as file:
            return file.read()


def _searched(live: Live, record: PrintRecord) -> dict[str, str]:
    """The digests of the live files, by path, that were searched for private strings."""
    apart = {*record.vendored, *(asset.url for asset in live.manifest.assets.values())}
    return {path: item.digest for path, item in live.manifest.files.items() if path not in apart}
