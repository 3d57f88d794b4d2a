"""The last good texts of published notes, by digest: one SQLite file, since a file for each costs as much as its page.

A write is all or nothing by SQLite's own journal, and on the disk when it returns. Whoever reads checks the digest, so
that a damaged text is as good as none.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from functools import partial
from typing import TypeVar

from vaultkit.publish.manifest import digest_of
from vaultkit.publish.spool import Kept

_TABLE = "CREATE TABLE IF NOT EXISTS text (digest TEXT PRIMARY KEY, data BLOB)"
_SMALL = "PRAGMA auto_vacuum = FULL"
"""What is let go gives its room back."""
_DAMAGED = sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR
"""What is wrong when it is not the disk: the last one, since what we ask for is right in a file of ours."""

_MAGIC = b"SQLite format 3\0"

_Result = TypeVar("_Result")


class Texts:
    """The texts in a file at some path, which is made when there is something to keep. One that is damaged is begun
    anew then, with what can be read of it."""

    def __init__(self, path: str) -> None:
        self._path = path

    def get(self, digest: str) -> str | None:
        """A text; None when it is not there as it was written, or cannot be read."""
        try:
            return self._in_file(lambda base: _text(base, digest), None) if self._is_there() else None
        except OSError:
            return None

    def is_lost(self) -> bool:
        """Whether there is no such file, or another one in its place."""
        try:
            with open(self._path, "rb") as file:
                return file.read(len(_MAGIC)) != _MAGIC
        except FileNotFoundError:
            return True
        except OSError:
            return False

    def digests(self) -> set[str]:
        """What stands for each text that is there. Raises OSError when the file cannot be read."""
        return self._in_file(_digests, set()) if self._is_there() else set()

    def add(self, texts: Mapping[str, Kept]) -> None:
        """Keep texts, given by digest, unless they are there. Raises OSError when there is no room for them."""
        if texts and not self._in_file(lambda base: _add(base, texts), False):
            all_texts = {**self._in_file(_readable, dict[str, Kept]()), **texts}
            os.unlink(self._path)
            if not self._in_file(lambda base: _add(base, all_texts), False):
                raise OSError(errno.EIO, os.strerror(errno.EIO), self._path)

    def drop(self, digests: Iterable[str]) -> None:
        """Let go of some texts. Raises OSError when they cannot be."""
        rows = [(digest,) for digest in digests]
        if rows and self._is_there():
            self._in_file(lambda base: base.executemany("DELETE FROM text WHERE digest = ?", rows), None)

    def _is_there(self) -> bool:
        return os.path.exists(self._path)

    def _in_file(self, do: Callable[[sqlite3.Connection], _Result], damaged: _Result) -> _Result:
        """What comes of something that is done with the file, all of it or nothing; or what it is to a `damaged` one.
        Raises OSError."""
        try:
            with closing(sqlite3.connect(self._path)) as base, base:
                return do(base)
        except UnicodeError:  # the message of an error is made of what the file holds
            return damaged
        except sqlite3.DatabaseError as error:
            code = error.sqlite_errorcode & 0xFF
            if code in _DAMAGED:
                return damaged
            reason = os.strerror(errno.ENOSPC) if code == sqlite3.SQLITE_FULL else str(error)
            raise OSError(errno.ENOSPC if code == sqlite3.SQLITE_FULL else errno.EIO, reason, self._path) from error


def _text(base: sqlite3.Connection, digest: str) -> str | None:
    rows = base.execute("SELECT digest, data FROM text WHERE digest = ?", (digest,))
    return next((data.decode() for _, data in _sound(rows)), None)


def _sound(rows: Iterable[tuple[str, object]]) -> Iterator[tuple[str, bytes]]:
    """The rows that are what they were."""
    return ((digest, data) for digest, data in rows if isinstance(data, bytes) and digest_of(data) == digest)


def _readable(base: sqlite3.Connection) -> dict[str, Kept]:
    """All texts up to the first place that cannot be read."""
    found: dict[str, Kept] = {}
    with suppress(sqlite3.DatabaseError, UnicodeError):
        for digest, data in _sound(base.execute("SELECT digest, data FROM text")):
            found[digest] = partial(bytes, data)
    return found


def _digests(base: sqlite3.Connection) -> set[str]:
    return {digest for (digest,) in base.execute("SELECT digest FROM text")}


def _add(base: sqlite3.Connection, texts: Mapping[str, Kept]) -> bool:
    base.execute(_SMALL)
    base.execute("BEGIN")
    base.execute(_TABLE)
    missing = ((digest, text()) for digest, text in texts.items() if _text(base, digest) is None)
    base.executemany("REPLACE INTO text VALUES (?, ?)", missing)
    return True
