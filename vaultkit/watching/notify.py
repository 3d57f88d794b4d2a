"""Tells a service manager how the watcher fares, in systemd's protocol (sd_notify): datagrams on the socket that it
names. Where nothing is named, nothing is told."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress

from vaultkit.reports._look import show
from vaultkit.watching.events import Away, Checked, Event, Hearing, Published, Renewed, Stuck

_OFTEN = 1.0
"""Seconds between two pings at least as long as it is not ready; later it is a quarter of what they are waited for."""

_BUSY = 1.0
"""Seconds that a service manager may be too busy to take a message."""

_LASTING = 7_200_000_000
"""Microseconds that something may last which tells of no steps."""

_PATIENCE = 60_000_000
"""Microseconds of more time that each step of the first look asks for."""


class Notifier:
    """A listener that tells the service manager: ready after the first look, then a line of status and that it lives.

    Takes what it needs out of the environment, so that no other process speaks in its name.
    """

    def __init__(self, environment: MutableMapping[str, str] = os.environ) -> None:
        named = environment.pop("NOTIFY_SOCKET", "")
        limit, process = environment.pop("WATCHDOG_USEC", ""), environment.pop("WATCHDOG_PID", "")
        self._address = "\0" + named[1:] if named[:1] == "@" else named  # `@` is written for an abstract name
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if named[:1] in ("@", "/") else None
        if self._socket is not None:
            self._socket.settimeout(_BUSY)
        self._watched = limit.isdecimal() and process in ("", str(os.getpid()))
        self._limit = int(limit) if self._watched else 0
        self._started = self._ready = False
        self._said = ""
        self._next = 0.0

    def __call__(self, event: Event) -> None:
        """Tell it when it is news for a service manager; any event shows that the watch goes round."""
        if self._socket is None:
            return
        match event:
            case Checked():
                self._be_ready()
                self._say(_state_of(event))
            case Away():
                self._say("paused: the vault is not there")
            case Renewed(None) | Hearing() | Published(failed=False):
                pass
            case Published():
                self._say("publishing failed: " + "; ".join(item.error.what for item in event.outcomes if item.error))
            case Renewed(error) | Stuck(error):
                self._say(f"trouble: {error.what}" if error else "")
        self.alive()

    def alive(self) -> None:
        """The watch has come a step further; told now and then. Asks for time as long as it is not ready."""
        if time.monotonic() >= self._next:
            waited_for = self._limit / 4_000_000 if self._ready and self._limit else _OFTEN
            self._next = time.monotonic() + waited_for
            if not self._ready:
                self._send(f"EXTEND_TIMEOUT_USEC={_PATIENCE}")
            if self._watched and self._started:
                self._send("WATCHDOG=1")

    def told(self, ready: bool, status: str) -> None:
        """How it is with something that has no events; it goes round."""
        if ready:
            self._be_ready()
        self._say(status)
        self.alive()

    @contextmanager
    def patience(self) -> Iterator[None]:
        """What is done meanwhile may last, and tells of no steps: a program that runs, an upload."""
        self._limit_to(_LASTING)
        try:
            yield
        finally:
            self._limit_to(self._limit)
            self.alive()

    def _limit_to(self, microseconds: int) -> None:
        if self._watched and self._started:
            self._send(f"WATCHDOG_USEC={microseconds}")

    def reloading(self) -> None:
        """A look is about to be made because somebody asked; the next one that succeeds is told as ready again."""
        self._ready = False
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """The watch ends."""
        self._send("STOPPING=1")

    def _be_ready(self) -> None:
        if not self._ready:
            self._started = self._ready = True
            self._send(f"READY=1\nMAINPID={os.getpid()}")

    def _say(self, status: str) -> None:
        if status != self._said:
            self._said = status
            self._send(f"STATUS={show(status)}")

    def _send(self, message: str) -> None:
        if self._socket is not None:
            with suppress(OSError):  # it is gone or does not listen: that is its affair
                self._socket.sendto(message.encode("utf-8", "backslashreplace"), self._address)


def _state_of(checked: Checked) -> str:
    notes = len(checked.session.diagnostics().paths)
    return f"watching {notes} note{'s' * (notes != 1)}"
