"""Where workers come from.

On Linux from one process that gets ready to render and then copies itself: what it has loaded and found out, it has
done once for all of them, and while somebody else looks at the vault. It also buries them, and so knows how each ended.
Elsewhere a copy of a process is not safe, and each worker begins anew.
"""

from __future__ import annotations

import errno
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import recv_handle, send_handle
from typing import Protocol

from vaultkit.model.path import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.render.job import RenderJob
from vaultkit.render.worker import Guard, Limits, Render, work

FIRST = (
    "# *A* **heading**\n\n- [ ] a [[wikilink]], a [link](x.md), `code` and <b>HTML</b> #tag\n\n"
    "> [!note]\n> A callout[^1]\n\n"
    "| a | b |\n| - | - |\n| ==1== | %%2%% |\n\n```\npass\n```\n\n[^1]: A footnote ^id\n"
)
"""A body with a little of everything: once it is rendered, a process is ready for any other."""

_LANGUAGES = ("js", "css", "html", "yaml", "json", "sh", "python", "md")
MORE = ("$x$", *(f"```{language}\n.\n```" for language in _LANGUAGES))
"""What is loaded when it is met, if there is the time to load it before."""

_NEW = 0
"""Asks for a worker. Any other number is that of a process, and asks to end it."""


class Born(NamedTuple):
    """A new worker: the connection to it, and what ends it and gives its exit code; None when nobody knows it."""

    connection: Connection
    end: Callable[[], int | None]


class Cradle(Protocol):
    """What workers come from."""

    def begin(self) -> None:
        """Get ready, since there will be workers soon."""

    def worker(self, others: list[Connection]) -> Born:
        """A new one; `others` are the connections that this process has to others. Raises OSError."""

    def close(self) -> None:
        """There will be no more of them; all have ended."""


def cradle(render: Render, limits: Limits, soon: int) -> Cradle:
    """What workers that render so come from; `soon` are how many there will be first."""
    return _Nursery(render, limits, soon) if sys.platform == "linux" else _Spawning(render, limits)


class _Spawning:
    """Each worker is a process that begins anew."""

    def __init__(self, render: Render, limits: Limits) -> None:
        self._how = render, limits
        self._context = multiprocessing.get_context("spawn")

    def begin(self) -> None:
        pass

    def worker(self, others: list[Connection]) -> Born:
        connection, theirs = self._context.Pipe()
        process = self._context.Process(target=work, args=(theirs, [], *self._how), daemon=True)
        process.start()
        theirs.close()
        return Born(connection, partial(_end, process))

    def close(self) -> None:
        pass


class _Nursery:
    """The process that all workers are copies of."""

    def __init__(self, render: Render, limits: Limits, soon: int) -> None:
        self._how = render, limits
        self._soon = soon
        self._context = multiprocessing.get_context("fork")
        self._process: BaseProcess | None = None
        self._line: Connection

    def begin(self) -> None:
        if self._process is None:
            self._start((FIRST, *MORE), [], self._soon)

    def _start(self, bodies: Iterable[str], others: list[Connection], soon: int = 0) -> None:
        """Start the process, which renders these bodies as long as it has nothing else to do."""
        self._line, theirs = self._context.Pipe()
        nursery = _Tending(theirs, [*others, self._line], *self._how)
        process = self._context.Process(target=nursery.tend, args=(bodies, soon), daemon=True)
        process.start()
        self._process = process
        theirs.close()

    def worker(self, others: list[Connection]) -> Born:
        if self._process is None:
            self._start((FIRST,), others)
        try:
            return self._worker()
        except (EOFError, OSError):  # somebody ended it, to have the memory back maybe
            self.close()
        self._start((), others)
        try:
            return self._worker()
        except EOFError as error:
            raise OSError(errno.EAGAIN, "no process could be started to render notes") from error

    def _worker(self) -> Born:
        self._line.send(_NEW)
        number: int = self._line.recv()
        try:
            return Born(Connection(recv_handle(self._line)), partial(self._end, number))
        except RuntimeError as error:  # there was no room for it among the open files
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE)) from error

    def _end(self, process: int) -> int | None:
        with suppress(EOFError, OSError):
            self._line.send(process)
            code: int | None = self._line.recv()
            return code
        return None

    def close(self) -> None:
        if self._process:
            self._line.close()
            _end(self._process)
            self._process = None


def _end(process: BaseProcess) -> int | None:
    process.kill()
    process.join()
    code = process.exitcode
    process.close()
    return code


class _Tending:
    """What goes on in the nursery. `inherited` are connections that came with the fork."""

    def __init__(self, line: Connection, inherited: list[Connection], render: Render, limits: Limits) -> None:
        self._line = line
        self._inherited = inherited
        self._how = render, limits
        self._workers = set[int]()
        self._spare: list[tuple[int, Connection]] = []
        """Workers that nobody has asked for yet."""

    def tend(self, bodies: Iterable[str], soon: int) -> None:
        """Do what is asked for until nobody is there to ask, and end the workers then. Get ready before, by the first
        of the bodies, and in between by the others, and have so many workers at hand then."""
        for other in self._inherited:
            other.close()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        gc.freeze()  # what came with the fork is not this process's to tidy
        guard = Guard(*self._how)
        try:
            for body in bodies:
                if guard.outcome(RenderJob(NotePath(""), body, {}, {}, {}))[1]:
                    return
                guard.rest()
                while self._line.poll():
                    self._answer()
            while len(self._workers) < soon:
                self._spare.append(self._copy())
            while True:
                self._answer()
        except (EOFError, OSError):
            return
        finally:
            for worker in self._workers:
                _buried(worker)

    def _answer(self) -> None:
        """Do what is asked for next. Raises EOFError when nobody is there to ask any more."""
        asked: int = self._line.recv()
        if asked == _NEW:
            number, connection = self._spare.pop() if self._spare else self._copy()
            self._line.send(number)
            send_handle(self._line, connection.fileno(), 0)
            connection.close()
        else:
            self._line.send(_buried(asked) if asked in self._workers else None)
            self._workers.discard(asked)

    def _copy(self) -> tuple[int, Connection]:
        """The number of a new process, a worker, and the connection to it."""
        connection, theirs = multiprocessing.Pipe()
        gc.freeze()
        number = os.fork()
        if number:
            theirs.close()
            self._workers.add(number)
            return number, connection
        try:
            work(theirs, [self._line, connection, *(other for _, other in self._spare)], *self._how)
        finally:
            os._exit(0)


def _buried(process: int) -> int:
    """The exit code of a child, which is ended."""
    os.kill(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
