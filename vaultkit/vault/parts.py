"""A file of named parts that is written once, whole, and never changed: a new one takes its place at once.

So whoever has it open goes on with what was there, and one who is killed while it is written leaves the old one as it
was. It is not forced to the disk, which would take longer than all else; instead every part has a check sum, and what
a failure of the power left half written is not believed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from struct import Struct
from typing import BinaryIO
from zlib import crc32

_END = Struct("<8sQI")
"""At the very end: the kind of the file, the bytes of the table before it, and the table's check sum."""
_KIND = b"vaultkit"
_AT_ONCE = 1 << 20


class Parts:
    """The parts of the file at `path`. Survives a fork. Raises OSError or ValueError when there is no such file."""

    def __init__(self, path: str) -> None:
        self._handle = -1
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        size = os.fstat(self._handle).st_size
        end = os.pread(self._handle, _END.size, max(0, size - _END.size))
        if len(end) < _END.size:
            raise ValueError("a file without an end")
        kind, length, check = _END.unpack(end)
        table = self._some(size - _END.size - length, length) if kind == _KIND else b""
        if not table or crc32(table) != check:
            raise ValueError("a file without a table")
        self._table: dict[str, tuple[int, int, int]] = json.loads(table)

    def __del__(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)

    def __getitem__(self, name: str) -> bytes:
        """A part. Raises ValueError or LookupError."""
        start, size, check = self._table[name]
        return self._checked(start, size, check)

    def piece(self, name: str, start: int, size: int, check: int) -> bytes:
        """A piece of a part, whose check sum is known elsewhere. Raises ValueError or LookupError."""
        return self._checked(self._table[name][0] + start, size, check)

    def there(self, path: str) -> bool:
        """Whether this is still the file at a path."""
        with suppress(OSError):
            return os.path.samestat(os.fstat(self._handle), os.stat(path))
        return False

    def _checked(self, start: int, size: int, check: int) -> bytes:
        data = self._some(start, size)
        if crc32(data) != check:
            raise ValueError("not what was written")
        return data

    def _some(self, start: int, size: int) -> bytes:
        if start < 0:
            raise ValueError("a place outside the file")
        data = os.pread(self._handle, size, start)
        while len(data) < size:
            more = os.pread(self._handle, size - len(data), start + len(data))
            if not more:
                raise ValueError("a file that was cut")
            data += more
        return data


class Writing:
    """The parts of a file that is being written, one after the other."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._table: dict[str, tuple[int, int, int]] = {}
        self._start = self._at = 0

    def piece(self, data: bytes | bytearray) -> tuple[int, int, int]:
        """Write a piece of the next part: where it stands there, its size and its check sum."""
        self._file.write(data)
        start = self._at - self._start
        self._at += len(data)
        return start, len(data), crc32(data)

    def part(self, name: str, data: bytes | bytearray | None = None) -> None:
        """Write a part; without `data`, the pieces so far are one, which is read piece by piece."""
        check = self.piece(data)[2] if data is not None else 0
        self._table[name] = (self._start, self._at - self._start, check)
        self._start = self._at

    def end(self) -> None:
        """Write where everything is."""
        table = json.dumps(self._table).encode("ascii")
        self._file.write(table + _END.pack(_KIND, len(table), crc32(table)))


@contextmanager
def written(path: str) -> Iterator[Writing]:
    """A file that takes its place at `path` when all is written. Raises OSError."""
    new = f"{path}.{os.urandom(4).hex()}.new"
    try:
        with open(new, "xb", _AT_ONCE, opener=_privately) as file:
            writing = Writing(file)
            yield writing
            writing.end()
        os.replace(new, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(new)
        raise


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)
