"""Rendering in processes that may be lost: a body that hangs, eats memory or kills its worker costs its own note only.

    with RenderPool() as pool:
        for job, outcome in pool.render_all(jobs): ...

A worker gets a chunk of jobs and reports what is done now and then. Inside, a timer ends a job at its deadline; from
outside, a worker that is silent for twice the deadline is killed. What a lost worker had not reported is tried again,
each job alone; one that loses its worker again has failed. A worker that ran out of time or memory leaves by itself.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from types import FrameType, TracebackType
from typing import NamedTuple

from vaultkit.render.job import Rendered, RenderFailure, RenderJob
from vaultkit.render.markdown import render

Outcome = Rendered | RenderFailure
Render = Callable[[RenderJob], Outcome]
Numbered = tuple[int, RenderJob]
Report = tuple[list[tuple[int, Outcome]], bool]
"""What a worker says: outcomes by number, and whether it leaves now."""

_CHUNK_SIZE = 60_000
_CHUNK_JOBS = 40
_REPORT_EVERY = 0.05
_RING_AGAIN = 0.1


class Limits(NamedTuple):
    """What a worker is held to: seconds for one job, bytes of address space beyond those at its start."""

    deadline: float = 2.0
    memory: int = 1 << 30


_LIMITS = Limits()


class Chunk(NamedTuple):
    """Jobs for one message. `again`: the only one in it has lost a worker before."""

    jobs: list[Numbered]
    again: bool = False


class RenderPool:
    """Worker processes that render bodies. They start when they are needed and stay until `close`.

    `render` is a function that a worker process can import; `workers` is by default the number of processors.
    """

    def __init__(self, render: Render = render, *, workers: int | None = None, limits: Limits = _LIMITS) -> None:
        self._render = render
        self._count = workers or _processors()
        self._limits = limits
        # A forked worker starts at once with all that is loaded; elsewhere than on Linux a fork is not safe.
        self._context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self._workers: list[_Worker] = []

    def render_all(self, jobs: Iterable[RenderJob]) -> Iterator[tuple[RenderJob, Outcome]]:
        """Every job with its outcome, in the order of the jobs. One run at a time."""
        numbered = list(enumerate(jobs))
        waiting = deque(_chunks(numbered))
        done: dict[int, Outcome] = {}
        at = 0
        try:
            while at < len(numbered):
                self._hand_out(waiting)
                for worker in self._with_news():
                    done.update(worker.hear())
                    if worker.gone:
                        self._workers.remove(worker)
                        done.update(_owed(worker, waiting))
                while at in done:
                    yield numbered[at][1], done.pop(at)
                    at += 1
        finally:
            if at < len(numbered):
                self.close()  # the run was given up: what the workers are at concerns nobody

    def close(self) -> None:
        """End all workers."""
        while self._workers:
            self._workers.pop().end()

    def __enter__(self) -> RenderPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _hand_out(self, waiting: deque[Chunk]) -> None:
        for worker in self._workers:
            if waiting and not worker.left:
                worker.give(waiting.popleft())
        while waiting and len(self._workers) < self._count:
            others = [worker.connection for worker in self._workers]
            self._workers.append(_Worker(self._context, self._render, self._limits, others))
            self._workers[-1].give(waiting.popleft())

    def _with_news(self) -> list[_Worker]:
        """Wait for workers that have something to say or have been silent too long."""
        busy = {worker.connection: worker for worker in self._workers if worker.left}
        patience = min(worker.silent_until for worker in busy.values()) - time.monotonic()
        ready = wait(list(busy), max(patience, 0))
        now = time.monotonic()
        return [worker for connection, worker in busy.items() if connection in ready or worker.silent_until <= now]


class _Worker:
    """One process and what it still owes."""

    def __init__(self, context: BaseContext, render: Render, limits: Limits, others: list[Connection]) -> None:
        self.connection, theirs = context.Pipe()
        inherited = [*others, self.connection] if context.get_start_method() == "fork" else []
        self._process: BaseProcess = context.Process(  # type: ignore[attr-defined]
            target=_work, args=(theirs, inherited, render, limits), daemon=True
        )
        self._process.start()
        theirs.close()
        self._limits = limits
        self.left: dict[int, RenderJob] = {}
        self.again = False
        self.gone = False
        self.cause = ""
        """Why the process was lost; "" when it left by itself."""

    def give(self, chunk: Chunk) -> None:
        self.left = dict(chunk.jobs)
        self.again = chunk.again
        self._be_patient()
        with suppress(OSError):  # the process is dead, which `hear` will find
            self.connection.send(chunk.jobs)

    def hear(self) -> list[tuple[int, Outcome]]:
        """What the worker has to say. One that has nothing to say is ended."""
        if not self.connection.poll():
            self.end()
            self.cause = f"it took longer than {self._limits.deadline:g} seconds"
            return []
        try:
            report: Report = self.connection.recv()
        except (EOFError, OSError):
            self.cause = f"the process that rendered it was lost ({self.end()})"
            return []
        outcomes, leaves = report
        for number, _ in outcomes:
            del self.left[number]
        self._be_patient()
        if leaves:
            self.end()
        return outcomes

    def end(self) -> str:
        """End the process, unless it has ended, and say how it did."""
        self.gone = True
        self.connection.close()
        self._process.kill()
        self._process.join()
        code = self._process.exitcode or 0
        self._process.close()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def _be_patient(self) -> None:
        self.silent_until = time.monotonic() + 2 * self._limits.deadline + _REPORT_EVERY


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _chunks(jobs: list[Numbered]) -> Iterator[Chunk]:
    """Jobs that together are worth a message."""
    chunk: list[Numbered] = []
    size = 0
    for number, job in jobs:
        chunk.append((number, job))
        size += len(job.body)
        if size >= _CHUNK_SIZE or len(chunk) == _CHUNK_JOBS:
            yield Chunk(chunk)
            chunk, size = [], 0
    if chunk:
        yield Chunk(chunk)


def _owed(worker: _Worker, waiting: deque[Chunk]) -> list[tuple[int, Outcome]]:
    """What a worker that is gone has left undone waits again, after a loss each job alone; or it has failed."""
    if worker.again and worker.cause:
        return [(number, RenderFailure(job.path, worker.cause)) for number, job in worker.left.items()]
    left = list(worker.left.items())
    if worker.cause:
        waiting.extendleft(Chunk([item], again=True) for item in reversed(left))
    elif left:
        waiting.appendleft(Chunk(left))
    return []


# In the worker ---------------------------------------------------------------------------------------------------


class _Deadline(BaseException):
    """The timer has run out. Not an Exception, so that nothing on the way takes it for its own."""


def _work(connection: Connection, inherited: list[Connection], render: Render, limits: Limits) -> None:
    """Render chunk after chunk until the other side is gone."""
    for other in inherited:
        other.close()  # or it would keep its siblings' pipes open when the parent dies
    gc.freeze()  # what came with the fork is not this process's to tidy
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, _ring)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    _limit_memory(limits.memory)
    try:
        while True:
            _work_on(connection, connection.recv(), render, limits.deadline)
    except (EOFError, OSError):
        return


def _work_on(connection: Connection, chunk: list[Numbered], render: Render, deadline: float) -> None:
    """Report at times, so that silence means trouble. After an overrun the process leaves."""
    reported = time.monotonic()
    results: list[tuple[int, Outcome]] = []
    for number, job in chunk:
        outcome, spoiled = _one(job, render, deadline)
        results.append((number, outcome))
        if spoiled:
            connection.send((results, True))
            raise EOFError
        if time.monotonic() - reported > _REPORT_EVERY:
            connection.send((results, False))
            results = []
            reported = time.monotonic()
    if results:
        connection.send((results, False))


def _one(job: RenderJob, render: Render, deadline: float) -> tuple[Outcome, bool]:
    """The outcome of one job, and whether it has left the process in doubt."""
    try:
        _set_timers(deadline)
        try:
            return render(job), False
        finally:
            _set_timers(0)
    except _Deadline:
        return RenderFailure(job.path, f"it took longer than {deadline:g} seconds"), True
    except MemoryError:
        return RenderFailure(job.path, "it needs more memory than a note may take"), True
    except Exception as error:  # a defect of ours or of a library must not stop the other notes
        return RenderFailure(job.path, f"the renderer failed: {type(error).__name__}: {error}"), False


def _set_timers(deadline: float) -> None:
    """Ring at the deadline, and again, since callbacks from C swallow exceptions; and end the process should it spin in
    C, where no handler runs, with a parent that is no longer there to kill it."""
    signal.setitimer(signal.ITIMER_REAL, deadline, _RING_AGAIN)
    signal.setitimer(signal.ITIMER_PROF, 3 * deadline)


def _ring(number: int, frame: FrameType | None) -> None:
    raise _Deadline


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
