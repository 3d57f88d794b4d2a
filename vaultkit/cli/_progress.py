"""How far a check or a publish is, as a bar on the terminal's standard error, once it takes longer than a second."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""Seconds before anything is shown."""

_PAUSE = 0.1


class Bar:
    """Call it with the steps done and how many there are. It draws when it is called: it needs no thread, and so the
    process can be forked meanwhile. When it is closed, it leaves nothing behind."""

    def __init__(self, doing: str = "Checking") -> None:
        self._doing = doing
        self._next = time.monotonic() + PATIENCE
        self._shown: tuple[Progress, TaskID] | None = None

    def __call__(self, done: int, total: int) -> None:
        """Show how much is done, if it is time to."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _PAUSE
        progress, task = self._shown = self._shown or self._started()
        progress.update(task, completed=done, total=total, refresh=True)

    def close(self) -> None:
        """Take the bar away."""
        if self._shown:
            self._shown[0].stop()

    def _started(self) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

        progress = Progress(
            TextColumn(self._doing),
            BarColumn(),
            TaskProgressColumn(),
            console=Console(file=sys.stderr),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        progress.start()
        return progress, progress.add_task("")
