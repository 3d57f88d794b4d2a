"""When to look at the vault again. Events are hints; a scan by the session is the truth.

    for wake in Watcher(root):
        session.refresh()

Any event only sets a flag. After a quiet moment, or at the latest after a short while, the loop wakes; it also wakes at
the start and every half minute without any event, so that lost events (a full queue, the watch limit, a dead thread,
sleep) cost delay and never truth. Where the system cannot watch at all, looking every two seconds takes its place.
"""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers.api import BaseObserver

_LOOK_AT_ROOT = 1.0

Wake = Literal["start", "events", "sweep"]


class Watcher:
    """Iterates over the moments to look again; ends after `stop()`. All times are seconds.

    `quiet`: how long nothing must happen before a look; `longest`: the longest wait while things keep happening;
    `sweep`: a look without any event; `blind`: the same where watching is not possible. `ignored` are vault folders
    whose events do not matter (outputs). `unwatched` says why the system does not watch, "" when it does.
    """

    def __init__(
        self,
        root: str,
        *,
        quiet: float = 0.2,
        longest: float = 2.0,
        sweep: float = 30.0,
        blind: float = 2.0,
        ignored: Iterable[str] = (),
    ) -> None:
        self._root = root.rstrip("/")
        self._quiet, self._longest, self._sweep, self._blind = quiet, longest, sweep, blind
        self._ignored = tuple(folder + "/" for folder in ignored)
        self._dirty = threading.Event()
        self._stopped = False
        self._observer: BaseObserver | None = None
        self.unwatched = ""

    def __iter__(self) -> Iterator[Wake]:
        try:
            yield from self._wakes()
        finally:
            self._close()

    def _wakes(self) -> Iterator[Wake]:
        self._watch()
        yield "start"
        while not self._stopped:
            happened = self._wait(self._blind if self.unwatched else self._sweep)
            if happened and not self._stopped:
                self._settle()
            if self._stopped:
                return
            self._dirty.clear()
            if not self._alive():
                self._close()
                self._watch()
            yield "events" if happened else "sweep"

    def _wait(self, longest: float) -> bool:
        """Wait for an event; a root that came, went or was replaced counts as one, because it may not tell itself."""
        latest = time.monotonic() + longest
        before = self._root_now()
        while (left := latest - time.monotonic()) > 0:
            if self._dirty.wait(min(left, _LOOK_AT_ROOT)) or self._root_now() != before:
                return True
        return self._dirty.is_set()

    def _root_now(self) -> tuple[int, int] | None:
        try:
            state = os.stat(self._root)
        except OSError:
            return None
        return state.st_dev, state.st_ino

    def stop(self) -> None:
        """End the iteration soon; safe to call from a signal handler or another thread."""
        self._stopped = True
        self._dirty.set()

    def nudge(self) -> None:
        """Look again soon, as after an event."""
        self._dirty.set()

    def _settle(self) -> None:
        latest = time.monotonic() + self._longest
        while not self._stopped and time.monotonic() < latest:
            self._dirty.clear()
            if not self._dirty.wait(min(self._quiet, max(0.0, latest - time.monotonic()))):
                return

    def _watch(self) -> None:
        from watchdog import events
        from watchdog.observers import Observer

        warnings.filterwarnings("ignore", category=RuntimeWarning, module="watchdog")
        kinds: list[type[FileSystemEvent]] = [
            events.FileClosedEvent,
            events.FileCreatedEvent,
            events.FileModifiedEvent,
            events.FileDeletedEvent,
            events.FileMovedEvent,
            events.DirCreatedEvent,
            events.DirDeletedEvent,
            events.DirMovedEvent,
        ]
        try:
            observer = Observer()
            observer.schedule(_handler(self._hint), self._root, recursive=True, event_filter=kinds)
            observer.start()
        except (OSError, RuntimeError) as error:
            self.unwatched = str(error)
            return
        self.unwatched = ""
        self._observer = observer

    def _hint(self, event: FileSystemEvent) -> None:
        if any(self._matters(str(path)) for path in (event.src_path, event.dest_path) if path):
            self._dirty.set()

    def _matters(self, path: str) -> bool:
        inside = path.removeprefix(self._root).lstrip("/")
        hidden = inside.startswith(".") or "/." in inside
        return (not hidden or inside.startswith(".obsidian/")) and not (inside + "/").startswith(self._ignored)

    def _alive(self) -> bool:
        observer = self._observer
        return observer is not None and observer.is_alive() and all(item.is_alive() for item in observer.emitters)

    def _close(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(1.0)
            self._observer = None


def _handler(hint: Callable[[FileSystemEvent], None]) -> FileSystemEventHandler:
    from watchdog.events import FileSystemEventHandler

    class Hints(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            hint(event)

    return Hints()
