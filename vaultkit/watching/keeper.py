"""Looks at a vault again and again: takes in its settings, checks what changed, publishes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from vaultkit.errors import SetupError, VaultkitError
from vaultkit.index.file_kinds import is_note
from vaultkit.model.change import Change
from vaultkit.model.path import NotePath
from vaultkit.session import Session
from vaultkit.vault.extent import expect_sure
from vaultkit.vault.stamp import stamp
from vaultkit.vault.watched import GRACE, Trouble, Watched
from vaultkit.watching.events import Away, Checked, Event, Published, Renewed, Stuck
from vaultkit.watching.memory import forget

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.publish.outcome import Outcome
    from vaultkit.spread import Seen

Publish = Callable[[Session], "Iterable[Outcome]"]

_MUCH = 2_000_000
"""Bytes of notes from which their facts lie in a file: nobody asks for all of them again, unless they are published."""

_SOONEST = 1.0
_RETRY = (2.0, 300.0)
"""Seconds to wait before what failed is tried again: at first, and at most."""


def _now() -> datetime:
    return datetime.now(UTC)


class Keeper:
    """Keeps the vault at `root` checked and published.

    `read` gives its configuration as it is now, `also` are files besides the vault's own that it depends on (absolute
    paths), and `publish` does what is to be done with a checked vault; without it nothing is. `seen` is told of every
    step of a look. Raises SetupError for what is wrong from the start; what goes wrong later is told, and the last good
    state goes on.

    A vault that vanishes is waited for. `accept_root`: so is none when another folder takes its place that is marked as
    a vault too; then it goes on with that one. A note that vanishes stays public for `grace` seconds.
    """

    session: Session

    def __init__(
        self,
        root: str,
        read: Callable[[], Config],
        publish: Publish | None = None,
        also: Iterable[str] = (),
        *,
        accept_root: bool = False,
        grace: float = GRACE,
        seen: Seen | None = None,
    ) -> None:
        self.root = root
        self._accept_root = accept_root
        self._grace = grace
        self.config = read()
        self._read = read
        self._publish = publish
        self._also = tuple(also)
        self._seen = seen
        self._sources: tuple[str, ...] = tuple(sorted(self.config.sources()))
        self._stamp = self._settings()
        self._looked = False
        self._open()
        self._lost = False
        self._unpublished = True
        self.owes = False
        """Whether what is published is not what it should be, since a target failed."""
        self._patience, self._again = _RETRY[0], 0.0
        self._due: datetime | None = None
        """When the next note becomes public that waits for its date."""

    def look(self, first: Iterable[str] = ()) -> Iterator[Event]:
        """Check what changed since the last look, publish, and tell each as soon as it is known. The vault paths in
        `first` are looked at before all others, and what is found there is told at once.

        Raises VaultkitError at the first look only.
        """
        try:
            yield from self._look(first)
            self._looked = True
            if self.session.anew:
                self.session.update(())  # who asked what is turned around now, and not when somebody waits for it
        except VaultkitError as error:
            if not self._looked:
                raise
            yield Stuck(error)
        except OSError as error:
            if not self._looked:
                raise
            yield Stuck(VaultkitError(error.strerror or str(error), where=os.fsdecode(error.filename or "")))

    def wait(self) -> float | None:
        """In how many seconds it must be looked again though nothing happens: what failed is tried again, what vanished
        is given up, what waits for its date is due. None for never."""
        if self._lost:
            return None
        waits = self._publish is not None and self._unpublished
        times = [self._files.until_given_up(), self._again - time.monotonic() if waits else None]
        times += [(self._due - _now()).total_seconds()] if self._due else []
        return min((max(_SOONEST, item) for item in times if item is not None), default=None)

    def close(self) -> None:
        """End what the session has running."""
        self.session.close()
        self._files.close()

    def _look(self, first: Iterable[str]) -> Iterator[Event]:
        if trouble := self._trouble():
            self._lost = True
            yield Away(self.root, trouble)
            return
        if (now := self._settings()) != self._stamp:
            yield self._take_in_settings(now)
        if self._lost:
            self._reopen(self.config)  # what was opened before may be gone for good, although all looks as it did
            self._lost = False
        if saved := self._known(first):
            yield Checked(self.session, self.session.update(saved))
        result = self.session.refresh()
        if trouble := self._files.trouble():
            self._lost = True
            yield Away(self.root, trouble)
            return
        is_news = self.session.changed or self._files.gave_up() or (self._due is not None and self._due <= _now())
        self._unpublished = self._unpublished or is_news
        yield Checked(self.session, result)
        if self._publish and self._unpublished and (is_news or time.monotonic() >= self._again):
            published = self._published(self._publish)
            yield published
            if not published.failed:
                self.session.publisher.prepare()  # now, and not when somebody waits for it

    def _known(self, paths: Iterable[str]) -> list[Change]:
        """The notes among some paths that were there at the last look, as if each had been saved. This changes nothing
        of what the next look at all files sees: that finds the same states changed, and reads these notes again."""
        known = self.session.seen_last[1]
        return [Change(NotePath(path), "saved") for path in paths if is_note(path) and path in known]

    def _trouble(self) -> Trouble:
        """What keeps the vault from being looked at. A folder in its place is taken for it when that was said to be
        right, or when only the new one is marked as a vault: it was opened before its disk was there."""
        trouble, files = self._files.trouble(), self._files
        if trouble == "another" and (files.was_none() or (self._accept_root and files.is_marked())):
            self._lost = True
            return ""
        return trouble

    def _published(self, publish: Publish) -> Published:
        """Publish. What fails is tried again when something changed, or else later each time."""
        publisher = self.session.publisher
        publisher.seen = self._seen
        publisher.waits, publisher.goes_on = self._files.waits, True
        published = Published(self.session, tuple(publish(self.session)))
        self._unpublished = self.owes = published.failed
        self._due = min((item.plan.due for item in published.outcomes if item.plan and item.plan.due), default=None)
        self._again = time.monotonic() + self._patience
        self._patience = min(2 * self._patience, _RETRY[1]) if published.failed else _RETRY[0]
        return published

    def _take_in_settings(self, now: str) -> Renewed:
        """Go on with what is configured now, or with the last good settings when that cannot be used."""
        self._stamp = now
        try:
            config = self._read()
            if config.is_blank and not self.config.is_blank:  # a file that is being saved is empty for a moment
                what = "nothing is configured any more, so what was configured last goes on"
                raise SetupError(what, where=config.where() or self.root, do="to go on without, start the watch anew")
            self._reopen(config)
        except VaultkitError as error:
            return Renewed(error)
        return Renewed()

    def _reopen(self, config: Config) -> None:
        """Begin anew, as configured. Raises VaultkitError, and then what was goes on."""
        session, files, good = self.session, self._files, self.config
        try:
            self.config = config
            self._open()
        except VaultkitError:
            self.config = good
            raise
        session.close()
        files.close()
        del session
        forget()
        self._unpublished, self._again = True, 0.0

    def _open(self) -> None:
        files = Watched(self.root, grace=self._grace)
        try:
            session = Session.open(self.root, self.config, files)
        except BaseException:
            files.close()
            raise
        if self._publish and self._looked:
            try:
                expect_sure(session.setup.unsure)
                self._expect_told(self.session.setup.told)
            except SetupError:
                session.close()
                files.close()
                raise
        session.seen = self._seen
        if not self._publish:
            from vaultkit.spread import Reading

            session.reading = partial(Reading, large=_MUCH)
        self.session, self._files = session, files
        if session.setup.sources != self._sources:
            self._sources = session.setup.sources
            self._stamp = self._settings()

    def _expect_told(self, files: Iterable[str]) -> None:
        """Raise SetupError when a file is gone that told which notes are excluded: it may be back in a moment."""
        for file in files:
            if not os.path.lexists(os.path.join(self.root, file)):
                what = "this file is gone, and it told which notes the app excludes; what it told goes on"
                raise SetupError(what, where=file, do="to go on without, start the watch anew")

    def _settings(self) -> str:
        """What changes when a file changes that the settings come from."""
        return stamp(self.root, [*self._sources, *self._also])
