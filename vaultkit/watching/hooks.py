"""Programs of the user's own that are run when something happened, beside the watch and never in its way.

They come from the user's own configuration alone. Each is given one JSON document on standard input; what it prints
goes to the log, and that it failed is told.
"""

from __future__ import annotations

import json
import os
import queue
import selectors
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from vaultkit.reports._look import show
from vaultkit.watching import desktop
from vaultkit.watching.events import Event, Published
from vaultkit.watching.news import Change, News

if TYPE_CHECKING:
    from vaultkit.vault.user_config import UserSettings

_MOST_LINES = 50
_MOST_BYTES = 65_536
_PAUSE = 0.1
_MOST_WAITING = 20
_GRACE = 1.0
"""Seconds that a hook has left when the watch ends."""

Task = tuple[str, tuple[str, ...], float, bytes]
"""Which hook, its command, how many seconds it may take, and what it is given."""


class Hooks:
    """A listener that runs the hooks of `settings`, one after another in a thread of its own, and shows notifications.

    `settings` is asked at every publish, so that a change of them holds at once. `tell` says a sentence, made
    harmless, to whoever reads the log.
    """

    def __init__(self, root: str, settings: Callable[[], UserSettings], tell: Callable[[str], object]) -> None:
        self._root = os.path.abspath(root)
        self._settings = settings
        self._tell = tell
        self._news = News()
        self._waiting: queue.Queue[Task | None] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._closed = False
        self._process: subprocess.Popen[bytes] | None = None

    def __call__(self, event: Event) -> None:
        """Start what is to be run after a publish."""
        if not isinstance(event, Published):
            return
        news = self._news.of(event)
        settings = self._settings()
        held = [change for change in news if change.what == "held"]
        public = [change for change in news if change.what in ("new", "changed", "withdrawn")]
        if held and settings.notifications:
            desktop.notify(*_in_words(held))
        if held and settings.on_held:
            self._start("on-held", settings.on_held, settings.timeout, {"notes": _notes(held)})
        if public and settings.on_published:
            outputs = [{"name": item.target.name, "output": item.output} for item in event.outcomes if item.plan]
            about = {"notes": _notes(public), "outputs": outputs}
            self._start("on-published", settings.on_published, settings.timeout, about)

    def close(self) -> None:
        """Take no more, and end what still runs in a moment."""
        if self._thread is None:
            return
        with suppress(queue.Full):
            self._waiting.put_nowait(None)
        self._thread.join(_GRACE)
        self._closed = True
        if (process := self._process) is not None:
            _end(process)
        self._thread.join(_GRACE)

    def _start(self, hook: str, command: Sequence[str], timeout: float, about: dict[str, Any]) -> None:
        document = {"version": 1, "event": hook, "vault": self._root, **about}
        program = os.path.expanduser(command[0])
        task = (hook, (program, *command[1:]), timeout, json.dumps(document).encode() + b"\n")
        try:
            self._waiting.put_nowait(task)
        except queue.Full:
            self._tell(f"The hook {hook} is too slow: it is not run for this change.")
        if self._thread is None:
            self._thread = threading.Thread(target=self._run_all, name="hooks", daemon=True)
            self._thread.start()

    def _run_all(self) -> None:
        while (task := self._waiting.get()) is not None and not self._closed:
            self._run(*task)

    def _run(self, hook: str, command: tuple[str, ...], timeout: float, given: bytes) -> None:
        try:
            with tempfile.TemporaryFile() as file:  # a hook that does not read it keeps nobody waiting
                file.write(given)
                file.seek(0)
                self._process = process = _started(command, file)
        except (OSError, ValueError) as error:
            self._tell(f"The hook {hook} cannot be run: {show(str(error))}.")
            return
        said, done = _heard(process, time.monotonic() + timeout)
        if not done:
            _end(process)
        self._process = None
        for line in said.decode("utf-8", "backslashreplace").splitlines()[:_MOST_LINES]:
            self._tell(f"{hook}: {show(line)}")
        if self._closed:
            return
        if not done:
            self._tell(f"The hook {hook} failed: it was not done after {timeout:g} s, and was ended.")
        elif process.returncode:
            self._tell(f"The hook {hook} failed: it ended with exit code {process.returncode}.")


def _started(command: Sequence[str], given: IO[bytes]) -> subprocess.Popen[bytes]:
    out = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=given, stdout=out, stderr=subprocess.STDOUT, cwd=_home(), start_new_session=True
    )


def _heard(process: subprocess.Popen[bytes], until: float) -> tuple[bytes, bool]:
    """What a process says at first, and whether it ended in time; what it leaves running may go on."""
    assert process.stdout
    said = b""
    with process.stdout as out, selectors.DefaultSelector() as waiting:
        waiting.register(out, selectors.EVENT_READ)
        while (left := until - time.monotonic()) > 0:
            if waiting.select(min(left, _PAUSE)):
                more = os.read(out.fileno(), _MOST_BYTES)
                said = (said + more)[:_MOST_BYTES]
                if more:
                    continue
                with suppress(subprocess.TimeoutExpired):
                    process.wait(left)
            if process.poll() is not None:
                return said, True
    return said, False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _home() -> str:
    home = os.path.expanduser("~")
    return home if os.path.isdir(home) else "/"


def _notes(changes: Iterable[Change]) -> list[dict[str, str]]:
    return [change._asdict() for change in changes]


def _in_words(held: Sequence[Change]) -> tuple[str, str]:
    """A title and a sentence for the desktop."""
    first = held[0]
    if len(held) == 1:
        return "A published note is held back", f"{first.path}: {first.why}"
    return f"{len(held)} published notes are held back", ", ".join(change.path for change in held)
