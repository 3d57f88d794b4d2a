"""The system's watching of a folder and all below it, by watchdog: what it tells, and whether it still does."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from vaultkit.vault import watchable

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers.api import BaseObserver


Hint = Callable[[tuple[str, ...], bool], None]
"""Takes the paths that an event names, and whether they are folders."""


def identity(root: str) -> tuple[int, int] | None:
    """Which folder stands at a path; None when none does."""
    try:
        state = os.stat(root)
    except OSError:
        return None
    return state.st_dev, state.st_ino


class Observation:
    """The watching of a folder by threads of watchdog's. One of them calls `hint` for every event, and `lost` when the
    system's queue overflowed (True) or something else is wrong. Raises OSError when the system cannot watch."""

    def __init__(self, root: str, hint: Hint, lost: Callable[[bool], None]) -> None:
        from watchdog import events
        from watchdog.observers import Observer

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
        warnings.filterwarnings("ignore", category=RuntimeWarning, module="watchdog")
        self.root = identity(root)
        self._observer: BaseObserver = Observer()
        self._reader: Any = getattr(self._observer, "_inotify_fd", None)  # a thread of its own that nobody else asks
        try:
            self._observer.schedule(_handler(hint), root, recursive=True, event_filter=kinds)
            self._observer.start()
        except BaseException:
            self._observer.stop()
            raise
        self._emitters = tuple(self._observer.emitters)
        self._log = _Log(lost)
        logging.getLogger("watchdog").addHandler(_NOBODY)
        logging.getLogger("watchdog").addHandler(self._log)

    def is_alive(self) -> bool:
        """Whether all of its threads run; none of them tells when it dies."""
        threads = (self._observer, *self._emitters, *([self._reader] if self._reader else ()))
        return all(thread.is_alive() for thread in threads)

    def watches(self) -> int:
        """How many folders are watched; 0 where the system does not tell."""
        return watchable.watches_of(self._reader._inotify_fd) if self._reader else 0

    def is_blind(self) -> bool:
        """Whether nothing is watched any more, as after an unmount."""
        return self._reader is not None and watchable.tells_watches() and not self.watches()

    def hush(self) -> None:
        """Tell nothing any more. For its own thread."""
        self._observer.stop()

    def close(self) -> None:
        """End its threads, and let go of what one of them held that died while it was reading."""
        logging.getLogger("watchdog").removeHandler(self._log)
        self._observer.stop()
        with suppress(RuntimeError):
            self._observer.join(1.0)
        reader = self._reader
        if reader and not reader.is_alive() and reader._is_reading:
            reader._close_resources()


_NOBODY = logging.NullHandler()
"""Hears what is said once nobody listens, so that it is not shouted at the terminal."""


class _Log(logging.Handler):
    """Hears of what watchdog tells nobody else: that the system's queue of events overflowed."""

    def __init__(self, lost: Callable[[bool], None]) -> None:
        super().__init__(logging.WARNING)
        self._lost = lost

    def emit(self, record: logging.LogRecord) -> None:
        self._lost("overflow" in record.getMessage())


def _handler(hint: Hint) -> FileSystemEventHandler:
    from watchdog.events import FileSystemEventHandler

    class Hints(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            hint(tuple(str(path) for path in (event.src_path, event.dest_path) if path), event.is_directory)

    return Hints()
