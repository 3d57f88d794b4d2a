"""How a watch is told from outside to end, or to look."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from vaultkit.vault.watch import Watcher

IN_TIME = 1.5
"""Seconds that a step may take to its end once the watch is told to end; then it is broken off."""


class Stopped(BaseException):
    """The watch was told to end, and breaks off what it is at. Whatever that is, the next run puts it in order."""


@contextmanager
def obeying(watcher: Watcher) -> Iterator[None]:
    """SIGINT and SIGTERM end the watch: after the step that it is at, or in the midst of it, when that lasts or they
    come again. SIGHUP makes it look; from a terminal that goes away it ends the watch. Only for the main thread."""

    def end(number: int, frame: FrameType | None) -> None:
        if ended:
            for each in (*ending, signal.SIGALRM):
                signal.signal(each, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise Stopped
        ended.append(number)
        signal.setitimer(signal.ITIMER_REAL, IN_TIME)
        watcher.stop()

    def ask(number: int, frame: FrameType | None) -> None:
        watcher.nudge("asked")

    ended: list[int] = []
    at_terminal = sys.stdin is not None and sys.stdin.isatty()
    ending = (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if at_terminal else ()))
    handlers = dict.fromkeys((*ending, signal.SIGALRM), end) | ({} if at_terminal else {signal.SIGHUP: ask})
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    except Stopped:
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
