"""Work that two processes share: one goes through a row of things from the front, the other from the back, until they
meet. No estimate of who needs how long can be wrong.
"""

from __future__ import annotations

import gc
import json
import mmap
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, takewhile
from struct import Struct
from typing import Any, TypeVar

_AHEAD = Struct("?Q")
"""What stands before each message of a second process: whether there is one more, and how long it is."""

_AT_ONCE = 1000
"""Rows in one message: a text of all of them would be one more thing to hold."""

Made = TypeVar("Made")

Told = Callable[[Iterator[int]], Iterable[bytes | bytearray]]
"""What a second process does with its end of a row, as the messages that tell what came of it."""


class Row:
    """Things to do, by number, that two processes take from both ends. The last one may be done by both. At the front,
    `seen` is told before each how many are taken already."""

    def __init__(self, count: int, seen: Callable[[int], None] | None = None) -> None:
        self._count = count
        self._seen = seen
        self._taken = memoryview(mmap.mmap(-1, 16)).cast("q")
        """How many are taken from the front, and from the back: each process writes one of them."""

    def from_the_front(self) -> Iterator[int]:
        """The numbers from 0 on, up to those that are taken from the back."""
        taken, count = self._taken, self._count
        for number in range(count):
            if number + taken[1] >= count:
                return
            taken[0] = number + 1
            if self._seen:
                self._seen(number + taken[1])
            yield number

    def from_the_back(self) -> Iterator[int]:
        """The numbers from the last one down, up to those that are taken from the front."""
        taken, count = self._taken, self._count
        for number in range(count):
            if number + taken[0] >= count:
                return
            taken[1] = number + 1
            yield count - 1 - number

    def left(self) -> Iterator[int]:
        """All that is not taken from the front, when nobody is at the back any more."""
        return iter(range(self._taken[0], self._count))


class Second:
    """A second process at the back of a row. One that is lost costs time and nothing else."""

    def __init__(self, row: Row, do: Told) -> None:
        told, telling = os.pipe()
        first = os.getpid()
        gc.freeze()  # to look for garbage among what both know would mean to copy it
        self._process = os.fork()
        if not self._process:
            os.close(told)
            _work(telling, do, row, first)
        os.close(telling)
        self._pipe = open(told, "rb")  # noqa: SIM115 - `end` closes it

    def told(self) -> list[bytes]:
        """What the second process came to, message by message; nothing if it was lost."""
        try:
            return list(self._messages())
        except (EOFError, OSError):
            return []
        finally:
            self.end()

    def _messages(self) -> Iterator[bytes]:
        while True:
            more, size = _AHEAD.unpack(self._some(_AHEAD.size))
            if not more:
                return
            yield self._some(size)

    def _some(self, size: int) -> bytes:
        data = self._pipe.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def end(self) -> None:
        """End the process, whose work is not wanted any more."""
        if not self._pipe.closed:
            self._pipe.close()
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)


def _work(telling: int, do: Told, row: Row, first: int) -> None:
    """The second process, from its beginning to its end, or to that of the `first` one."""
    try:
        with open(telling, "wb") as pipe:
            for message in do(takewhile(lambda _: os.getppid() == first, row.from_the_back())):
                pipe.write(_AHEAD.pack(True, len(message)))
                pipe.write(message)
            pipe.write(_AHEAD.pack(False, 0))
    finally:
        os._exit(0)  # what went wrong here goes wrong in the first process too, and is told there


def in_two(
    count: int,
    here: Callable[[int], Made],
    there: Callable[[int], object],
    received: Callable[[Any], Made],
    *,
    seen: Callable[[int], None] | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> list[Made]:
    """What is made of each number below `count`: `here` by this process from the front, `there` by a copy of it from
    the back, as JSON can tell it, which is then `received`. The first one is made before there are two, so that both
    know what was found out by it; and while the copy begins, this process has `meanwhile` something else to do."""
    found: dict[int, Made] = {0: here(0)} if count else {}
    row = Row(count - 1, seen)
    second = Second(row, lambda numbers: messages((number + 1, there(number + 1)) for number in numbers))
    try:
        meanwhile()
        found.update((number + 1, here(number + 1)) for number in row.from_the_front())
        told = second.told()
    finally:
        second.end()
    if not told:
        found.update((number + 1, here(number + 1)) for number in row.left())
    found.update((number, received(made)) for number, made in rows_of(told))
    return [found[number] for number in range(count)]


def messages(rows: Iterable[Any]) -> list[bytes]:
    """Rows as messages; made before any is told, since nobody listens until then."""
    rest = iter(rows)
    return list(iter(lambda: json.dumps(list(islice(rest, _AT_ONCE))).encode("ascii"), b"[]"))


def rows_of(told: list[bytes]) -> Iterator[Any]:
    """The rows in messages, in order; `told` is empty then: none of it is held longer than it is looked at."""
    told.reverse()
    while told:
        yield from json.loads(told.pop())


def is_shared() -> bool:
    """Whether two processes can do more than one: there are two processors, and a fork is safe here."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1
