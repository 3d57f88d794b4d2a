"""A flag that one waits for, and that a signal handler may set."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, SimpleQueue


class Bell:
    """Rings from `ring` until `hush`.

    `threading.Event` has a lock of its own: a handler that runs while its thread holds that one, about to wait or just
    awake, waits for itself. `SimpleQueue.put` is what Python lets a handler call at any moment.
    """

    def __init__(self) -> None:
        self._rung: SimpleQueue[None] = SimpleQueue()

    def ring(self) -> None:
        """Let it ring; from any thread, and from a signal handler."""
        if self._rung.empty():
            self._rung.put(None)

    def hush(self) -> None:
        """Let it ring no more."""
        with suppress(Empty):
            while True:
                self._rung.get_nowait()

    def rings(self) -> bool:
        """Whether it rings."""
        return not self._rung.empty()

    def heard(self, seconds: float) -> bool:
        """Wait until it rings, but not longer; whether it does. It rings on."""
        try:
            self._rung.get(timeout=seconds)
        except Empty:
            return False
        self.ring()
        return True
