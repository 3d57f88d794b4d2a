"""Bytes that are put aside until they are wanted: in memory as long as they are few, else in a file without a name.

So what is made of a vault need not fit the memory. The file goes when nobody holds a piece of it any more, whatever
becomes of the process.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import IO

ROOM = 32 * 1024 * 1024
"""Bytes that one spool keeps in memory."""

Kept = Callable[[], bytes]
"""Gives what was put aside."""


class Spool:
    """Puts bytes aside; the file, if it comes to one, is made in `folder` (a path) where that can be written to."""

    def __init__(self, folder: str = "", room: int = ROOM) -> None:
        self._folder = folder
        self._room = room
        self._file: IO[bytes] | None = None
        self._size = 0

    def keep(self, data: bytes) -> Kept:
        """Put some bytes aside. Raises OSError when there is no room for them."""
        if self._file is None and len(data) <= self._room:
            self._room -= len(data)
            return _AtHand(data)
        return self.file_away(data)

    def file_away(self, data: bytes) -> Filed:
        """Put some bytes into the file, however few they are. Raises OSError when there is no room for them."""
        file, at = self.file(), self._size
        view = memoryview(data)
        while view:
            written = os.pwrite(file.fileno(), view, self._size)
            self._size += written
            view = view[written:]
        return Filed(self, at, len(data))

    def file(self) -> IO[bytes]:
        """The file, made now if there is none. Once it is there, all goes into it, and a process that is forked shares
        it."""
        if self._file is None:
            own = os.path.isdir(self._folder) and os.access(self._folder, os.W_OK)
            self._file = tempfile.TemporaryFile(dir=self._folder if own else None)  # noqa: SIM115 - it ends with the spool
        return self._file


class Filed:
    """Bytes in the file of a spool."""

    __slots__ = ("at", "size", "spool")

    def __init__(self, spool: Spool, at: int, size: int) -> None:
        self.spool = spool
        self.at = at
        self.size = size

    def __call__(self) -> bytes:
        return os.pread(self.spool.file().fileno(), self.size, self.at)


class _AtHand:
    """Bytes in memory."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __call__(self) -> bytes:
        return self.data
