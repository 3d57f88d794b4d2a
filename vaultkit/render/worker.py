"""What runs inside a worker process: one job after the other, each under its limits.

Time is counted as the processor's, so that the same note fails or not however busy the machine is; a clock of its own
catches what sleeps. A job that ran out of time or memory may have left anything half done, so its process leaves.
"""

from __future__ import annotations

import gc
import resource
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import FrameType
from typing import TYPE_CHECKING

from vaultkit.model.record import NamedTuple
from vaultkit.render.job import Rendered, RenderFailure, RenderJob

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

Outcome = Rendered | RenderFailure
Render = Callable[[RenderJob], Outcome]
Numbered = tuple[int, RenderJob]
Report = tuple[list[tuple[int, Outcome]], bool]
"""What a worker says: outcomes by number, and whether it leaves now."""

TOO_LONG = "rendering it took longer than {:g} seconds"

_REPORT_EVERY = 0.05
_RING_AGAIN = 0.1


class Limits(NamedTuple):
    """What a job is held to: seconds of processor time, seconds by the clock, bytes of address space beyond those that
    its process starts with."""

    deadline: float = 2.0
    patience: float = 20.0
    memory: int = 1 << 30


def render_one(job: RenderJob) -> Outcome:
    """What a job comes to. The renderer is loaded by the process that needs it."""
    from vaultkit.render.markdown import render

    return render(job)


class _Deadline(BaseException):
    """A timer has run out. Not an Exception, so that nothing on the way takes it for its own."""


def work(connection: Connection, inherited: list[Connection], render: Render, limits: Limits) -> None:
    """Render chunk after chunk until the other side is gone, or until a job has run out of time or memory.

    `inherited` are connections that came with the fork; kept open, they would hide from siblings that the parent died.
    """
    for other in inherited:
        other.close()
    gc.freeze()  # what came with the fork is not this process's to tidy
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _limit_memory(limits.memory)
    guard = Guard(render, limits)
    try:
        while _work_on(connection, connection.recv(), guard):
            pass
    except (EOFError, OSError):
        return


def _work_on(connection: Connection, chunk: list[Numbered], guard: Guard) -> bool:
    """Report at times, so that silence means trouble. False when this process has to leave."""
    reported = time.monotonic()
    results: list[tuple[int, Outcome]] = []
    for number, job in chunk:
        outcome, spoiled = guard.outcome(job)
        results.append((number, outcome))
        if spoiled:
            connection.send((results, True))
            return False
        if time.monotonic() - reported > _REPORT_EVERY:
            connection.send((results, False))
            results = []
            reported = time.monotonic()
    guard.rest()
    if results:
        connection.send((results, False))
    return True


class Guard:
    """Renders under the limits of time."""

    def __init__(self, render: Render, limits: Limits) -> None:
        self._render = render
        self._limits = limits
        self._on = False
        self._swallowed: BaseException | None = None
        signal.signal(signal.SIGALRM, self._ring)
        signal.signal(signal.SIGPROF, self._ring)
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
        sys.unraisablehook = self._keep

    def outcome(self, job: RenderJob) -> tuple[Outcome, bool]:
        """The outcome of a job, and whether it has left the process in doubt."""
        try:
            return self._rendered(job), False
        except _Deadline:
            return RenderFailure(job.path, TOO_LONG.format(self._limits.deadline)), True
        except MemoryError:
            return RenderFailure(job.path, "rendering it needs more memory than a note may take"), True
        except Exception as error:  # a defect of ours or of a library must not stop the other notes
            return RenderFailure(job.path, f"the renderer failed: {type(error).__name__}: {error}"), False

    def _rendered(self, job: RenderJob) -> Outcome:
        self._swallowed = None
        try:
            self._set_timers(self._limits.deadline, self._limits.patience)
            self._on = True
            outcome = self._render(job)
        finally:
            self._on = False  # until the next job sets the timers again they ring in vain
        if self._swallowed is not None:
            raise self._swallowed
        return outcome

    def rest(self) -> None:
        """Ring no more: there is nothing to be done now."""
        self._set_timers(0, 0)

    def _set_timers(self, deadline: float, patience: float) -> None:
        """Ring at the deadline and again and again, since callbacks from C swallow exceptions. Should the process spin
        in C, where no handler runs, the third timer ends it, even with no parent left to kill it."""
        signal.setitimer(signal.ITIMER_PROF, deadline, _RING_AGAIN)
        signal.setitimer(signal.ITIMER_REAL, patience, _RING_AGAIN)
        signal.setitimer(signal.ITIMER_VIRTUAL, 3 * deadline)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        if self._on:
            raise _Deadline

    def _keep(self, args: UnraisableHookArgs) -> None:
        """An exception in a callback from C was swallowed there. What it interrupted is not to be trusted: it might be
        the sanitiser."""
        self._swallowed = args.exc_value or self._swallowed


def _limit_memory(extra: int) -> None:
    """Hold the address space to what there is and `extra` bytes more."""
    limit = _address_space() + extra
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (ValueError, OSError):
        return  # a system without such a limit; the deadline still holds


def _address_space() -> int:
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0
