"""Bytes that are put aside until they are wanted: in memory as long as they are few, else in a file without a name.

So what is made of a vault need not fit the memory. The file goes when nobody holds a piece of it any more, whatever
becomes of the process.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import partial
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
            return partial(_same, data)
        if self._file is None:
            self._file = self._opened()
        at = self._size
        view = memoryview(data)
        while view:
            written = os.pwrite(self._file.fileno(), view, self._size)
            self._size += written
            view = view[written:]
        return partial(self._read, at, len(data))

    def _opened(self) -> IO[bytes]:
        if os.path.isdir(self._folder) and os.access(self._folder, os.W_OK):
            return tempfile.TemporaryFile(dir=self._folder)
        return tempfile.TemporaryFile()

    def _read(self, at: int, size: int) -> bytes:
        assert self._file
        return os.pread(self._file.fileno(), size, at)


def _same(data: bytes) -> bytes:
    return data
