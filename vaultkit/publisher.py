"""Publishing from a session: a snapshot of what was checked goes to the press of each target."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from vaultkit.errors import VaultkitError
from vaultkit.model.record import NamedTuple
from vaultkit.publish.address import page_url
from vaultkit.publish.assets import Shelf
from vaultkit.publish.bases_settings import base_settings
from vaultkit.publish.boards import BoardTexts
from vaultkit.publish.jobs import JobMaker
from vaultkit.publish.layout import Layout
from vaultkit.publish.manifest import Manifest
from vaultkit.publish.place import Undelivered, destination, folder_of
from vaultkit.publish.plan import Refused
from vaultkit.publish.press import AS_USUAL, Press, Wish
from vaultkit.publish.select import PublishedNote, PublishSet, Snapshot
from vaultkit.publish.store import Generation, Store
from vaultkit.render.job import Rendered
from vaultkit.render.workers import RenderPool
from vaultkit.vault import addresses
from vaultkit.vault.extent import expect_sure
from vaultkit.vault.files import Gone
from vaultkit.vault.obsidian import ObsidianSettings
from vaultkit.vault.theme import read_theme

if TYPE_CHECKING:
    from vaultkit.config import Config, TargetConfig
    from vaultkit.model.note import Link, NotePath
    from vaultkit.publish.plan import Plan
    from vaultkit.render.job import RenderJob
    from vaultkit.render.worker import Outcome
    from vaultkit.session import Session
    from vaultkit.spread import Seen

MAX_ASSET = 256 * 1024 * 1024
"""Bytes of the largest attachment that is published."""


class _AllNotes(Mapping["NotePath", PublishedNote]):
    """Every note of a vault as if it were published."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def __getitem__(self, path: NotePath) -> PublishedNote:
        note = self._snapshot.index.notes[path]
        return PublishedNote(path, page_url(path), self._snapshot.text(note) or "", note.facts, note.digest, False)

    def __iter__(self) -> Iterator[NotePath]:
        return iter(self._snapshot.index.notes)

    def __len__(self) -> int:
        return len(self._snapshot.index.notes)


def outputs(config: Config, root: str) -> list[tuple[TargetConfig, str]]:
    """The targets of a vault, each with the folder (a path) that it is published to."""
    return [(item, folder_of(item, root)) for item in config.publish.targets]


class Version(NamedTuple):
    """A page: its output path, "" when there is none, and its bytes."""

    url: str
    data: bytes


NO_PAGE = Version("", b"")


class Publisher:
    """Publishes the vault of a session, again and again; what was rendered is remembered between the times. Bodies are
    rendered by a `pool`, which is then the publisher's."""

    def __init__(self, session: Session, pool: RenderPool | None = None) -> None:
        self._session = session
        self._pool = pool or RenderPool()
        self._presses: dict[str, Press] = {}
        self.seen: Seen | None = None
        """Told of every step and of how many there are."""
        self.waits: Callable[[NotePath], bool] = lambda path: False
        """Whether a file that is not there may be back in a moment, so that its page is kept until then."""
        self.meanwhile: Callable[[], object] = lambda: None
        """What may be done while the renderers are busy, maybe more than once."""
        self.goes_on = False
        """Whether to go on when so many notes are missing that they are not withdrawn: with all else, and as if these
        could be back in a moment."""

    def plan(self, target: TargetConfig, output: str, wish: Wish = AS_USUAL) -> Plan:
        """What publishing to `output` (a path) would do now; nothing is written."""
        return self._press(target, output).plan(self.snapshot(), wish)

    def publish(self, target: TargetConfig, output: str, wish: Wish = AS_USUAL) -> Plan:
        """Publish what the vault is now to `output` (a path), and tell what was done.

        Raises Refused when too much would vanish, TargetError when the folder cannot be written or the audit finds
        something that must not go live, BusyError when somebody else publishes there. Then nothing has changed.
        """
        snapshot, press = self.snapshot(), self._press(target, output)
        with self._addresses() as save:
            try:
                return save(press.publish(snapshot, wish))
            except Refused as error:
                if not self.goes_on or not error.plan.refusal:
                    raise
                refusal = error.plan.refusal
                try:
                    plan = save(press.publish(snapshot._replace(keeps=frozenset(refusal.notes).__contains__), wish))
                except Undelivered as other:
                    other.what = f"{refusal.what}; and {other.what}"
                    raise
                raise Refused(error.plan, press.store.output, plan) from error

    def prepare(self) -> None:
        """Get ready for the next edit while nobody waits, after what the vault is now was published."""
        for press in self._presses.values():
            with suppress(VaultkitError):
                press.prepare(self.snapshot)

    @contextmanager
    def _addresses(self) -> Iterator[Callable[[Plan], Plan]]:
        """Keep the addresses of whatever was published, brought elsewhere or not: gives what notes them down."""
        root, config = self._session.root, self._session.config

        def save(plan: Plan) -> Plan:
            addresses.save(root, config, plan.notes)
            return plan

        try:
            yield save
        except Undelivered as error:
            save(error.plan)
            raise

    def pages(self, target: TargetConfig, output: str, plan: Plan, path: NotePath) -> tuple[Version, Version]:
        """The page of a note as it is public now, and as it would be after `plan`."""
        store = self._press(target, output).store
        record, note = store.live().manifest.notes.get(path), plan.manifest.notes.get(path)
        old, new = (item and (item.file or item.url) for item in (record, note))
        before = Version(old, self._public(store, old)) if old else NO_PAGE
        if not new:
            return before, NO_PAGE
        content = plan.files.write.get(new)
        return before, Version(new, content.bytes() if content else self._public(store, new))

    def shown(self, target: TargetConfig, output: str) -> Collection[NotePath]:
        """The notes that are public at `output` (a path)."""
        return self._press(target, output).store.live().manifest.notes.keys()

    def _public(self, store: Store, url: str) -> bytes:
        """A file that is public now; empty when it is not there any more."""
        try:
            with open(os.path.join(store.output, url), "rb") as file:
                return file.read()
        except OSError:
            return b""

    def generations(self, target: TargetConfig, output: str) -> list[Generation]:
        """What is published at `output`, and the earlier generations that are kept, newest first."""
        return self._press(target, output).store.generations()

    def preview(self, path: NotePath) -> str:
        """A note as sanitised HTML, as the session has it, private or not; for its author alone.

        Links lead to the addresses that pages would have. "" when it cannot be rendered.
        """
        snapshot = self.snapshot()

        def resolve(link: Link, source: NotePath) -> NotePath | None:
            return snapshot.index.find(link, source).resolution.path

        notes = PublishSet(_AllNotes(snapshot), {})
        shelf = Shelf(snapshot, Manifest())
        maker = JobMaker(
            notes,
            resolve,
            shelf,
            Layout({}),
            strict_breaks=snapshot.strict_breaks,
            read=BoardTexts(snapshot),
            bases=base_settings(self._session.config.publish, snapshot),
        )
        for _, outcome in self._pool.render_all([maker.make(path).job]):
            return outcome.html if isinstance(outcome, Rendered) else ""
        return ""

    def _render_all(
        self, jobs: Iterable[RenderJob], meanwhile: Iterable[object]
    ) -> Iterator[tuple[RenderJob, Outcome]]:
        def steps() -> Iterator[object]:
            yield from meanwhile
            yield self.meanwhile()

        return self._pool.render_all(jobs, steps())

    def snapshot(self) -> Snapshot:
        """What the vault offers at this moment."""
        session = self._session
        return Snapshot(
            index=session.index,
            findings=session.findings(),
            text=session.unchanged,
            data=self._data,
            now=datetime.now().astimezone(),
            schemas=lambda note: tuple(schema.name for schema in session.governing(note)),
            excluded=lambda path: not session.setup.checks(path),
            frozen=session.is_frozen,
            waits=self.waits,
            expect_sure=partial(expect_sure, session.setup.unsure),
            stamp=self._stamp,
            strict_breaks=ObsidianSettings.load(session.root).strict_line_breaks,
            addresses=addresses.load(session.root, session.config),
            theme=read_theme(session.root, session.config),
        )

    def _data(self, path: NotePath) -> bytes:
        """The bytes of an attachment. Raises OSError."""
        try:
            return self._session.files.read_bytes(path, MAX_ASSET)
        except Gone as error:
            raise FileNotFoundError(errno.ENOENT, "it is not there any more", path) from error

    def _stamp(self, path: NotePath) -> str:
        """What changes when a file does; "" when it cannot be seen. The change time cannot be set back."""
        try:
            state = os.lstat(os.path.join(self._session.root, path))
        except OSError:
            return ""
        return f"{state.st_ino}.{state.st_size}.{state.st_mtime_ns}.{state.st_ctime_ns}"

    def close(self) -> None:
        """End the workers."""
        self._pool.close()

    def _press(self, target: TargetConfig, output: str) -> Press:
        if output not in self._presses:
            store = Store(output, self._session.root)
            settings = self._session.config.publish
            self._presses[output] = Press(store, settings, target, destination(target), self._render_all)
        self._presses[output].seen = self.seen
        return self._presses[output]
