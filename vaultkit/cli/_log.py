"""Where what a watcher says goes when no terminal shows it: to the journal, or into a file that never grows large.

Whatever is written to the standard streams goes there line by line, harmless, so that nobody who speaks needs to know.
"""

from __future__ import annotations

import io
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import TextIOWrapper
from typing import TextIO

from vaultkit.reports._look import show

ERROR, WARNING, INFO = 3, 4, 6
"""How urgent a line is, as syslog counts."""

MOST_BYTES = 1_000_000
KEPT = 3
"""So large does a log get, and so many older ones are kept beside it."""

_COMPLAINT = re.compile(r"([^|]* \| )?vaultkit: ")

Emit = Callable[[str, int], object]


class Lines(io.TextIOBase):
    """A stream that gives out whole lines, made harmless. `level` is how urgent a line is that does not tell itself."""

    def __init__(self, emit: Emit, level: int) -> None:
        self._emit = emit
        self._level = level
        self._rest = ""
        self._lock = threading.RLock()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, text: str) -> int:
        """Give out the lines that are whole by now."""
        with self._lock:
            *lines, self._rest = (self._rest + text).split("\n")
            for line in lines:
                if line.strip():
                    self._emit(show(line), ERROR if _COMPLAINT.match(line) else self._level)
        return len(text)


def in_journal(environment: dict[str, str] | os._Environ[str] = os.environ) -> bool:
    """Whether standard error leads to systemd's journal."""
    device, _, inode = environment.get("JOURNAL_STREAM", "").partition(":")
    try:
        state = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return False
    return (device, inode) == (str(state.st_dev), str(state.st_ino))


@contextmanager
def logged(file: str | None) -> Iterator[bool]:
    """Have all that is said go into `file` (a path), or without one to the journal, if standard error leads there;
    whether it does. Findings and what becomes of notes are warnings, other words are not."""
    emit = _into_file(file) if file else _into_journal(sys.stderr) if in_journal() else None
    if emit is None:
        yield False
        return
    with redirect_stdout(Lines(emit, WARNING)), redirect_stderr(Lines(emit, INFO)):
        yield True


def _into_journal(stream: TextIO) -> Emit:
    lock = threading.Lock()

    def emit(line: str, level: int) -> None:
        with lock:
            stream.write(f"<{level}>{line}\n")
            stream.flush()

    return emit


def _into_file(path: str) -> Emit:
    """Raises OSError when the file cannot be written."""
    import logging
    from logging.handlers import RotatingFileHandler

    class Private(RotatingFileHandler):
        def _open(self) -> TextIOWrapper:
            handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            return open(handle, "a", encoding="utf-8", errors="replace")

    os.makedirs(os.path.dirname(os.path.abspath(path)), 0o700, exist_ok=True)
    handler = Private(path, maxBytes=MOST_BYTES, backupCount=KEPT)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))
    levels = {ERROR: logging.ERROR, WARNING: logging.WARNING, INFO: logging.INFO}

    def emit(line: str, level: int) -> None:
        handler.handle(logging.LogRecord("vaultkit", levels[level], "", 0, line, None, None))

    return emit
