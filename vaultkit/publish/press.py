"""From a snapshot of the vault to a published folder: the steps in their order.

    press = Press(Store(output), settings, config, target, pool.render_all)
    press.plan(snapshot)                 # what would be done; nothing is written
    press.publish(snapshot)              # under the lock: recover, decide, build beside, audit, swap

select -> jobs -> render -> compose -> target -> audit -> files -> plan -> apply. Every step but the last is a function
of what the steps before it gave; `plan` and `publish` take the same ones, so that a dry run tells what will happen.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vaultkit.errors import SetupError
from vaultkit.index.resolve import FileTable, folder_of
from vaultkit.model.note import Link, NotePath
from vaultkit.model.standing import Reason
from vaultkit.publish.apply import apply
from vaultkit.publish.assets import Shelf
from vaultkit.publish.audit import Audit, audit
from vaultkit.publish.bases import BaseSettings
from vaultkit.publish.boards import BoardTexts, with_boards, words
from vaultkit.publish.bodies import Bodies, RenderAll
from vaultkit.publish.body_store import BodyStore
from vaultkit.publish.canaries import Canary, Watch, of_comments, of_file, of_note, of_properties, told
from vaultkit.publish.edition import Body, compose
from vaultkit.publish.files import FilePlan, as_before, contents, plan_files
from vaultkit.publish.imprint import imprint
from vaultkit.publish.intent import Notice
from vaultkit.publish.jobs import JobMaker, Resolve
from vaultkit.publish.mentions import ShownTexts
from vaultkit.publish.page import Edition, Target
from vaultkit.publish.plan import Plan, make_plan
from vaultkit.publish.select import Published, PublishSet, Snapshot, select
from vaultkit.publish.store import Live, Store

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig


@dataclass(frozen=True, slots=True)
class Proof:
    """An edition before it is printed: the set it was made of, the texts of the boards in it, and what will not be
    shown as written."""

    notes: PublishSet
    edition: Edition
    texts: ShownTexts
    boards: Mapping[NotePath, str]
    notices: tuple[Notice, ...]


class Press:
    """Publishes one target of a vault, again and again."""

    def __init__(
        self, store: Store, settings: Publish, config: TargetConfig, target: Target, render_all: RenderAll
    ) -> None:
        self.store = store
        self._settings = settings
        self._config = config
        self._target = target
        self._bodies = Bodies(BodyStore(os.path.join(store.home, "bodies.sqlite")), render_all)

    def plan(self, snapshot: Snapshot, *, force: bool = False, allow_mass_withdraw: bool = False) -> Plan:
        """What a publish would do now. Writes nothing."""
        self.store.check()
        return self._plan(snapshot, self.store.live(), force, allow_mass_withdraw)

    def publish(self, snapshot: Snapshot, *, force: bool = False, allow_mass_withdraw: bool = False) -> Plan:
        """Publish, and tell what was done.

        Raises SetupError when too much would vanish, TargetError when the folder cannot be written or the audit finds
        something that must not go live, BusyError when somebody else is publishing there. Then nothing has changed.
        """
        with self.store.lock():
            with self.store.writing():
                live = self.store.recover()
            plan = self._plan(snapshot, live, force, allow_mass_withdraw)
            if plan.refusal:
                what = f"{plan.refusal.what}; nothing was changed"
                raise SetupError(what, where=self.store.output, do=plan.refusal.do)
            apply(self.store, live, plan.files, plan.manifest, plan.sources)
            self._bodies.keep(plan.notes)
        return plan

    def _plan(self, snapshot: Snapshot, live: Live, force: bool, allow_mass_withdraw: bool) -> Plan:
        shelf = Shelf(snapshot, live.manifest)
        proof = self.proof(snapshot, live, shelf)
        imprinted = imprint(proof.edition, self._bodies.digest, self._target, self._config, self._settings)
        files = None
        if imprinted == live.manifest.imprint:
            files = plan_files(as_before(live.manifest), live.manifest, self.store.output)
        if files is None or files.write or files.conflicts:
            files = self._print(snapshot, live, proof, shelf, force)
        return make_plan(
            proof.notes,
            shelf.records(proof.edition.assets),
            files,
            live.manifest,
            snapshot.now,
            notices=proof.notices,
            imprint=imprinted,
            vault_is_empty=not snapshot.index.notes,
            allow_mass_withdraw=allow_mass_withdraw,
        )

    def _print(self, snapshot: Snapshot, live: Live, proof: Proof, shelf: Shelf, force: bool) -> FilePlan:
        """Make the files, look at all of them, and compare them with what is there."""
        outputs = list(self._target.outputs(proof.edition, self._config, self._settings))
        assets = proof.edition.assets
        paths = {*(output.path for output in outputs), *(asset.url for asset in assets)}
        watch = Watch(self._canaries(snapshot, proof), self._public_words(proof))
        root = urlsplit(self._config.base_url).path.rstrip("/") + "/"
        audited = contents(audit(outputs, Audit(watch, paths, root, live.manifest.files)))
        wanted = chain(audited, shelf.contents(assets, self._kept))
        return plan_files(wanted, live.manifest, self.store.output, force=force)

    def proof(self, snapshot: Snapshot, live: Live, shelf: Shelf) -> Proof:
        """Select, render, compose. A text that cannot be rendered is unfit: the set is decided again without it."""
        before = Published(live.manifest.notes, self.store.source)
        failed: dict[tuple[NotePath, str], Reason] = {}
        read = BoardTexts(snapshot)
        while True:
            notes = select(snapshot, self._settings, before, home=self._config.home, failed=failed)
            resolve = _resolver(snapshot, (*notes.notes, *live.manifest.assets))
            shown = with_boards(notes, resolve, read, failed)
            maker = JobMaker(
                shown, resolve, shelf, strict_breaks=snapshot.strict_breaks, read=read, bases=self._bases(snapshot)
            )
            made = {path: maker.make(path) for path in shown.notes}
            failures = self._bodies.render({path: item.job for path, item in made.items()}, shown)
            if not failures:
                break
            failed.update(failures)
        bodies = {path: Body(item, self._bodies[path]) for path, item in made.items()}
        texts = ShownTexts(maker)
        edition = compose(shown, bodies, texts, self._settings)
        said = (Notice(path, problem) for path, body in bodies.items() for problem in body.rendered.problems)
        notices = (*notes.notices, *(notice for item in made.values() for notice in item.notices), *said)
        boards = {path: read(path) or "" for item in made.values() for path in item.boards}
        return Proof(notes, edition, texts, boards, tuple(sorted(dict.fromkeys(notices))))

    def _bases(self, snapshot: Snapshot) -> BaseSettings:
        names = frozenset(name.lower() for name in self._settings.properties)
        return BaseSettings(names, snapshot.now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None))

    def _kept(self, url: str) -> bytes:
        with open(os.path.join(self.store.output, url), "rb") as file:
            return file.read()

    def _canaries(self, snapshot: Snapshot, proof: Proof) -> Iterator[Canary]:
        """The strings that no output may hold."""
        allowed = {name.lower() for name in self._settings.properties}
        published = proof.notes.notes
        for path, note in snapshot.index.notes.items():
            if path not in published:
                yield from of_note(path, snapshot.text(note) or "", note.facts)
        shipped = {*(asset.path for asset in proof.edition.assets), *proof.boards}
        yield from (
            of_file(path) for path in snapshot.index.files if path not in snapshot.index.notes and path not in shipped
        )
        for path, page in published.items():
            yield from of_comments(path, page.text, page.facts)
            hidden = {name: value for name, value in page.facts.properties.items() if name.lower() not in allowed}
            yield from of_properties(path, hidden)

    def _public_words(self, proof: Proof) -> set[bytes]:
        """The words that published material says by itself."""
        config = self._config
        pages = proof.edition.pages.values()
        return told(
            chain(
                (proof.texts.whole(note) for note in proof.notes.notes.values()),
                (
                    f"{page.title} {page.url} {page.path} {page.description} {page.properties} {page.tags}"
                    for page in pages
                ),
                (f"{asset.path} {asset.url}" for asset in proof.edition.assets),
                (old.url for old in proof.edition.redirects),
                (said for path, text in proof.boards.items() for said in words(path, text)),
                (config.title, config.description, config.base_url, config.language, self._target.literals()),
            )
        )


def _resolver(snapshot: Snapshot, published: Iterable[NotePath]) -> Resolve:
    """What links open: in the vault as it is, with what is published and cannot be seen in it now."""
    index = snapshot.index
    hidden = [path for path in published if path not in index.files and snapshot.frozen(path)]
    if not hidden:
        return lambda link, source: index.find(link, source).resolution.path
    table = FileTable((*index.files, *hidden))

    def resolve(link: Link, source: NotePath) -> NotePath | None:
        return table.find(link.target, folder_of(source)).resolution.path if link.target else source

    return resolve
