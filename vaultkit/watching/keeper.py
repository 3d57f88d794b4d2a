"""Looks at a vault again and again: takes in its settings, checks what changed, publishes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from vaultkit.errors import VaultkitError
from vaultkit.session import Session
from vaultkit.vault.stamp import stamp
from vaultkit.watching.events import Away, Checked, Event, Published, Renewed, Stuck

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.publish.outcome import Outcome

Publish = Callable[[Session], "Iterable[Outcome]"]


class Keeper:
    """Keeps the vault at `root` checked and published.

    `read` gives its configuration as it is now, `also` are files besides the vault's own that it depends on (absolute
    paths), and `publish` does what is to be done with a checked vault; without it nothing is. Raises SetupError for
    what is wrong from the start; what goes wrong later is told, and the last good state goes on.
    """

    def __init__(
        self, root: str, read: Callable[[], Config], publish: Publish | None = None, also: Iterable[str] = ()
    ) -> None:
        self.root = root
        self.config = read()
        self._read = read
        self._publish = publish
        self._also = tuple(also)
        self._sources: tuple[str, ...] = tuple(sorted(self.config.sources()))
        self._stamp = self._now()
        self.session = self._open()
        self._looked = False
        self._unpublished = True

    def look(self) -> Iterator[Event]:
        """Check what changed since the last look, publish, and tell each as soon as it is known.

        Raises VaultkitError at the first look only.
        """
        try:
            yield from self._look()
            self._looked = True
        except VaultkitError as error:
            if not self._looked:
                raise
            yield Stuck(error)

    def close(self) -> None:
        """End what the session has running."""
        self.session.close()

    def _look(self) -> Iterator[Event]:
        if not self.session.present():
            yield Away(self.root)
            return
        if (now := self._now()) != self._stamp:
            yield self._take_in_settings(now)
        result = self.session.refresh()
        if not self.session.present():
            yield Away(self.root)
            return
        self._unpublished = self._unpublished or self.session.changed
        yield Checked(self.session, result)
        if self._publish and self._unpublished:
            published = Published(self.session, tuple(self._publish(self.session)))
            self._unpublished = published.failed
            yield published

    def _take_in_settings(self, now: str) -> Renewed:
        """Go on with what is configured now, or with the last good settings when that cannot be used."""
        self._stamp = now
        before, good = self.session, self.config
        try:
            self.config = self._read()
            self.session = self._open()
        except VaultkitError as error:
            self.config = good
            return Renewed(error)
        before.close()
        self._unpublished = True
        return Renewed()

    def _open(self) -> Session:
        session = Session.open(self.root, self.config)
        if session.setup.sources != self._sources:
            self._sources = session.setup.sources
            self._stamp = self._now()
        return session

    def _now(self) -> str:
        return stamp(self.root, [*self._sources, *self._also])
