"""A word on the desktop, by what the system has for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

from vaultkit.reports._look import show

_APPLESCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)
_LONGEST = 240
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def command(title: str, text: str) -> list[str] | None:
    """What is run to show a note to the person at this desktop; None where there is no desktop, or no such program."""
    title, text = shown(title), shown(text)
    if sys.platform == "darwin":
        program = shutil.which("osascript")
        lines = [word for line in _APPLESCRIPT for word in ("-e", line)]
        return [program, *lines, title, text] if program else None
    desktop = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"))
    program = shutil.which("notify-send") if desktop else None
    return [program, "--app-name=vaultkit", "--", title, text.translate(_MARKUP)] if program else None


def shown(text: str) -> str:
    """Text from notes as a desktop may have it: harmless, on one line, not too long."""
    harmless = show(text)
    return harmless if len(harmless) <= _LONGEST else harmless[: _LONGEST - 1] + "…"


def notify(title: str, text: str) -> bool:
    """Show a note on the desktop, and wait for nothing; whether there was a way."""
    argv = command(title, text)
    if argv is None:
        return False
    with suppress(OSError):
        _run(argv)
    return True


def _run(argv: Sequence[str]) -> None:
    import threading

    nothing = subprocess.DEVNULL
    process = subprocess.Popen(argv, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    threading.Thread(target=process.wait, name="notification", daemon=True).start()
