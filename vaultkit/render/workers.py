"""Rendering in processes that may be lost: a body that hangs, eats memory or kills its worker costs its own note only.

    with RenderPool() as pool:
        for job, outcome in pool.render_all(jobs): ...

A worker gets a chunk of jobs and reports what is done now and then; what happens inside of it is told in `worker`. It
has some more chunks at hand, so that it does not wait until somebody hears of the first. One that is silent for too
long is killed from here. What a lost worker had not reported is tried again, each job alone; one that loses its worker
again has failed.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from types import TracebackType

from vaultkit.model.record import NamedTuple
from vaultkit.render.job import RenderFailure, RenderJob
from vaultkit.render.nursery import Born, cradle
from vaultkit.render.worker import TOO_LONG, Limits, Numbered, Outcome, Render, Report, render_one

_LIMITS = Limits()
_FIRST_SIZE = 3_000
_CHUNK_SIZE = 24_000
"""Characters of bodies that the first chunk has, and those that come later."""
_CHUNK_JOBS = 40
_MANY = 5000
"""Jobs of one run after which the workers give back their memory."""
_AHEAD = 150_000
"""Bytes of chunks that a worker has at hand behind the one that it is at, if the pipe holds them."""
_PIPE = 1 << 20
"""Bytes that a pipe shall hold; a system may allow for less."""
_NO_MORE = object()


class Chunk(NamedTuple):
    """Jobs for one message, and the message. `again`: the only one in it has lost a worker before."""

    jobs: list[Numbered]
    message: memoryview
    again: bool = False


def _chunk(jobs: list[Numbered], *, again: bool = False) -> Chunk:
    return Chunk(jobs, ForkingPickler.dumps(jobs), again)


class _Waiting:
    """Chunks that wait for a worker. They are made when somebody asks for them, so that not all are in memory."""

    def __init__(self, chunks: Iterator[Chunk]) -> None:
        self._chunks = chunks
        self._first: deque[Chunk] = deque()

    def __bool__(self) -> bool:
        self.prepare(1)
        return bool(self._first)

    def prepare(self, count: int) -> None:
        """Make so many, so that nobody waits for them."""
        self._first.extend(islice(self._chunks, max(0, count - len(self._first))))

    @property
    def first(self) -> Chunk:
        """The next one; there must be one."""
        return self._first[0]

    def take(self) -> Chunk:
        """The next one, which waits no longer."""
        return self._first.popleft()

    def put_back(self, chunks: Iterable[Chunk]) -> None:
        """Let these be the next ones, in their order."""
        self._first.extendleft(reversed([*chunks]))


class RenderPool:
    """Worker processes that render bodies. They start when they are needed and stay until `close`, or until a run that
    was a long one is done.

    `render` is a function that a worker process can import; `workers` is by default the number of processors.
    """

    def __init__(self, render: Render = render_one, *, workers: int | None = None, limits: Limits = _LIMITS) -> None:
        self._count = workers or _processors()
        self._limits = limits
        self._cradle = cradle(render, limits, self._count)
        self._workers: list[_Worker] = []

    def begin(self) -> None:
        """Get ready for jobs that there will be soon."""
        self._cradle.begin()

    def render_all(
        self, jobs: Iterable[RenderJob], meanwhile: Iterable[object] = ()
    ) -> Iterator[tuple[RenderJob, Outcome]]:
        """Every job with its outcome, in the order of the jobs. One run at a time. `meanwhile` are small steps of
        something else; they are taken while all workers have enough to do, or not at all."""
        steps = iter(meanwhile)
        flying: dict[int, RenderJob] = {}
        waiting = _Waiting(_chunks(_noted(jobs, flying)))
        done: dict[int, Outcome] = {}
        at, finished = 0, False
        try:
            while waiting or flying:
                self._hand_out(waiting)
                waiting.prepare(2 * self._count)
                if waiting and not any(worker.has_room(waiting.first) for worker in self._workers):
                    next(steps, None)
                for worker in self._with_news(steps):
                    done.update(worker.hear())
                    if worker.gone:
                        self._workers.remove(worker)
                        done.update(_owed(worker, waiting))
                self._hand_out(waiting)  # now: what is done may take a while to put away
                while at in done:
                    yield flying.pop(at), done.pop(at)
                    at += 1
            finished = True
        finally:
            if not finished or at > _MANY:
                self.close()  # what workers of a run that was given up are at concerns nobody; others have grown

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.connection.close()  # so that they leave together, and not one after the other
        while self._workers:
            self._workers.pop().end()
        self._cradle.close()

    def __enter__(self) -> RenderPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _hand_out(self, waiting: _Waiting) -> None:
        """Give everybody something to do, and then something to go on with."""
        for worker in self._workers:
            if waiting and not worker.left:
                worker.give(waiting.take())
        while waiting and len(self._workers) < self._count:
            self._start().give(waiting.take())
        while waiting and (some := [worker for worker in self._workers if worker.has_room(waiting.first)]):
            min(some, key=_Worker.ahead).give(waiting.take())

    def _start(self) -> _Worker:
        born = self._cradle.worker([worker.connection for worker in self._workers])
        self._workers.append(_Worker(born, self._limits))
        return self._workers[-1]

    def _with_news(self, steps: Iterator[object]) -> list[_Worker]:
        """Wait for workers that have something to say or have been silent too long, and take some steps meanwhile."""
        busy = {worker.connection: worker for worker in self._workers if worker.left}
        while not (ready := wait(list(busy), 0)) and next(steps, _NO_MORE) is not _NO_MORE:
            pass
        patience = min(worker.silent_until for worker in busy.values()) - time.monotonic()
        ready = ready or wait(list(busy), max(patience, 0))
        now = time.monotonic()
        return [worker for connection, worker in busy.items() if connection in ready or worker.silent_until <= now]


class _Worker:
    """One process and what it still owes."""

    def __init__(self, born: Born, limits: Limits) -> None:
        self.connection, self._end = born
        self._limits = limits
        self.left: dict[int, RenderJob] = {}
        self._given: deque[Chunk] = deque()
        """The chunks of which some jobs are not done, that it is at first."""
        self._room = min(_AHEAD, _room(self.connection))
        self.gone = False
        self.cause = ""
        """Why the process was lost; "" when it left by itself."""

    @property
    def again(self) -> bool:
        """Whether it is at a job that has lost a worker before, and at nothing else."""
        return bool(self._given) and self._given[0].again

    def ahead(self) -> int:
        """The bytes of all chunks that it has."""
        return sum(len(chunk.message) for chunk in self._given)

    def has_room(self, chunk: Chunk) -> bool:
        """Whether the chunk can be sent to it behind what it has."""
        if chunk.again or self.again:
            return False
        return sum(len(ahead.message) for ahead in [*self._given][1:]) + len(chunk.message) <= self._room

    def give(self, chunk: Chunk) -> None:
        """Give it a chunk; one for which it has room, or when it has none."""
        self.left.update(chunk.jobs)
        self._given.append(chunk)
        self._be_patient()
        with suppress(OSError):  # the process is dead, which `hear` will find
            self.connection.send_bytes(chunk.message)

    def hear(self) -> list[tuple[int, Outcome]]:
        """What the worker has to say. One that has nothing to say is ended."""
        if not self.connection.poll():
            self.end()
            self.cause = TOO_LONG.format(self._limits.deadline)
            return []
        try:
            report: Report = self.connection.recv()
        except (EOFError, OSError):
            end = self.end()
            lost = f"the process that rendered it was lost ({end})"
            self.cause = TOO_LONG.format(self._limits.deadline) if end == "SIGVTALRM" else lost
            return []
        outcomes, leaves = report
        for number, _ in outcomes:
            del self.left[number]
        while self._given and self._given[0].jobs[-1][0] not in self.left:
            self._given.popleft()
        self._be_patient()
        if leaves:
            self.end()
        return outcomes

    def end(self) -> str:
        """End the process, unless it has ended, and say how it did."""
        self.gone = True
        self.connection.close()
        code = self._end()
        if code is None:
            return "nobody saw how"
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def _be_patient(self) -> None:
        self.silent_until = time.monotonic() + 1.5 * self._limits.patience


def _room(connection: Connection) -> int:
    """How many bytes can surely be sent though nobody reads them. Where more are sent to somebody who has something to
    say first, both may wait to be heard."""
    with socket.socket(fileno=os.dup(connection.fileno())) as end:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _PIPE)
        return end.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) // 2


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _noted(jobs: Iterable[RenderJob], flying: dict[int, RenderJob]) -> Iterator[Numbered]:
    """Jobs with their numbers, noted down as long as they are not done."""
    for number, job in enumerate(jobs):
        flying[number] = job
        yield number, job


def _chunks(jobs: Iterable[Numbered]) -> Iterator[Chunk]:
    """Jobs that together are worth a message. The first ones are small, so that everybody soon has something to do."""
    chunk: list[Numbered] = []
    size, enough = 0, _FIRST_SIZE
    for number, job in jobs:
        chunk.append((number, job))
        size += len(job.body)
        if size >= enough or len(chunk) == _CHUNK_JOBS:
            yield _chunk(chunk)
            chunk, size, enough = [], 0, min(2 * enough, _CHUNK_SIZE)
    if chunk:
        yield _chunk(chunk)


def _owed(worker: _Worker, waiting: _Waiting) -> list[tuple[int, Outcome]]:
    """What a worker that is gone has left undone waits again, after a loss each job alone; or it has failed."""
    if worker.again and worker.cause:
        return [(number, RenderFailure(job.path, worker.cause)) for number, job in worker.left.items()]
    left = list(worker.left.items())
    if worker.cause:
        waiting.put_back(_chunk([item], again=True) for item in left)
    elif left:
        waiting.put_back([_chunk(left)])
    return []
