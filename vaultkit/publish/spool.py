"""Bytes that are put aside until they are wanted: in memory as long as they are few, else in a file without a name.

So what is made of a vault need not fit the memory. The file goes when nobody holds a piece of it any more, whatever
becomes of the process.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from struct import Struct
from typing import IO

ROOM = 8 * 1024 * 1024
"""Bytes that one spool keeps in memory."""

_AT_ONCE = 4096
"""Bytes that are read at one time: of most that is put aside it is all."""

_HEAD = Struct("Q")
"""What stands before each piece: its length."""

Kept = Callable[[], bytes]
"""Gives what was put aside."""


class Spool:
    """Puts bytes aside; the file, if it comes to one, is made in `folder` (a path) where that can be written to. `room`
    is how many bytes stay in memory, those that come first."""

    def __init__(self, folder: str = "", room: int = ROOM) -> None:
        self._folder = folder
        self._room = room
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._size = 0

    def keep(self, data: bytes) -> Aside:
        """Put some bytes aside. Raises OSError when there is no room for them."""
        return Aside(self, self.put(data))

    def put(self, data: bytes) -> int:
        """The same; where they begin, which is all that is to be known of them."""
        at, data = self._size, _HEAD.pack(len(data)) + data
        if self._file is None and at + len(data) <= self._room:
            self._memory += data
            self._size += len(data)
            return at
        file, view = self.file(), memoryview(data)
        while view:
            written = os.pwrite(file.fileno(), view, self._size)
            self._size += written
            view = view[written:]
        return at

    def read(self, at: int) -> bytes:
        """What was put aside there."""
        begin = at + _HEAD.size
        if at < len(self._memory):
            (size,) = _HEAD.unpack_from(self._memory, at)
            return bytes(self._memory[begin : begin + size])
        handle = self.file().fileno()
        data = os.pread(handle, _AT_ONCE, at)
        (size,) = _HEAD.unpack_from(data)
        return data[_HEAD.size :][:size] if begin + size <= at + len(data) else os.pread(handle, size, begin)

    def file(self) -> IO[bytes]:
        """The file, made now if there is none. Once it is there, all goes into it, and a process that is forked shares
        it."""
        if self._file is None:
            own = os.path.isdir(self._folder) and os.access(self._folder, os.W_OK)
            self._file = tempfile.TemporaryFile(dir=self._folder if own else None)  # noqa: SIM115 - it ends with the spool
        return self._file


class Aside:
    """Bytes in a spool."""

    __slots__ = ("at", "spool")

    def __init__(self, spool: Spool, at: int) -> None:
        self.spool = spool
        self.at = at

    def __call__(self) -> bytes:
        return self.spool.read(self.at)
