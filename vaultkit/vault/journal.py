"""A file to which entries are added, each a line of JSON behind its check sum.

A line that was not written to its end is not there. Whoever adds one must have read all before it, so that no entry
rests on something else than what it was made from.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import closing
from typing import Any, BinaryIO
from zlib import crc32

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class Journal:
    """The journal at `path`, as it was when it was read. `size` are its bytes."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.size = self._seen = 0

    def entries(self) -> list[Any]:
        """Everything that was added."""
        try:
            with open(self._path, "rb") as file:
                data = file.read()
        except OSError:
            data = b""
        self._seen, self.size = len(data), 0
        found = []
        for line in data.splitlines(keepends=True):
            check, _, text = line.rstrip(b"\n").partition(b" ")
            if check != b"%08x" % crc32(text) or not line.endswith(b"\n"):
                break
            found.append(json.loads(text))
            self.size += len(line)
        return found

    def add(self, entry: Any) -> bool:
        """Add an entry, unless somebody else did since it was read. Raises OSError."""
        text = _encode(entry).encode("ascii")
        line = b"%08x %b\n" % (crc32(text), text)
        with closing(self._alone()) as file:
            if file.seek(0, os.SEEK_END) != self._seen:
                return False
            file.truncate(self.size)
            file.seek(self.size)
            file.write(line)
        self.size += len(line)
        self._seen = self.size
        return True

    def _alone(self) -> BinaryIO:
        """The file, which nobody else writes. Raises BlockingIOError."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        file = os.fdopen(handle, "r+b", buffering=0)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise
        return file
