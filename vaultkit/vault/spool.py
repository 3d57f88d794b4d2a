"""Bytes that are put away one behind the other and read again piece by piece: in memory, or in a file without a name.

The file is for what would fill the memory. It ends with the last process that has it open; a process that was forked
meanwhile shares it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import IO

_AT_ONCE = 1 << 20


class Spool:
    """Pieces of bytes; `filed`: in a file, as long as there is room for it."""

    def __init__(self, filed: bool = False) -> None:
        self._file: IO[bytes] | None = None
        self._filed = 0
        """So many bytes are in the file; those behind them are in memory."""
        self._memory: bytes | bytearray = bytearray()
        if filed:
            from tempfile import TemporaryFile

            with suppress(OSError):
                self._file = TemporaryFile(buffering=0)  # noqa: SIM115 - it ends with the spool

    def add(self, data: bytes | bytearray) -> int:
        """Put a piece away; where it begins."""
        start = self._filed + len(self._memory)
        self._memory += data
        if self._file and len(self._memory) >= _AT_ONCE:
            self.file_all()
        return start

    def read(self, start: int, size: int) -> bytes | bytearray:
        """A part of a piece. Raises ValueError when the file was cut."""
        if start >= self._filed:
            start -= self._filed
            return self._memory[start : start + size]
        assert self._file
        data = os.pread(self._file.fileno(), size, start)
        if len(data) < size:
            raise ValueError("a file that was cut")
        return data

    def file_all(self) -> int:
        """Put what is in memory into the file; the bytes in it. When it has no room, all stays in memory: 0."""
        if not self._file:
            return 0
        handle, at = self._file.fileno(), self._filed
        try:
            while at < self._filed + len(self._memory):
                at += os.pwrite(handle, self._memory[at - self._filed :], at)
        except OSError:
            self._memory = bytearray(os.pread(handle, self._filed, 0)) + self._memory
            self._file.close()
            self._file, self._filed = None, 0
            return 0
        self._filed, self._memory = at, bytearray()
        return at

    def was_filled(self, filed: int, memory: bytes) -> None:
        """Another process, to which this spool is known since it was forked, has put so many bytes into the file, and
        has these in memory."""
        self._filed, self._memory = filed, memory

    @property
    def memory(self) -> bytes | bytearray:
        """What is not in the file."""
        return self._memory
