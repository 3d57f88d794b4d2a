"""Rendered bodies on disk, between runs: a cache and nothing more.

SQLite beside the sources, each row with a digest of itself. A file that is damaged is as good as none.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from typing import NamedTuple

from vaultkit.model.note import NotePath
from vaultkit.publish.manifest import digest_of
from vaultkit.render.job import Rendered, TocEntry

_TABLE = "CREATE TABLE IF NOT EXISTS body (path BLOB PRIMARY KEY, text TEXT, job TEXT, digest TEXT, value TEXT)"
_Row = tuple[bytes, str, str, str, str]


class Kept(NamedTuple):
    """What was made of a text: the digests of the text and of the job, the body, and its digest."""

    text: str
    job: str
    rendered: Rendered
    digest: str


def kept(text: str, job: str, rendered: Rendered) -> Kept:
    """A body to be kept."""
    return Kept(text, job, rendered, digest_of(_packed(rendered).encode()))


def _packed(rendered: Rendered) -> str:
    html, toc, words, features, problems, markdown = rendered
    return json.dumps([html, toc, words, sorted(features), problems, markdown])


class BodyStore:
    """The kept bodies of one published folder."""

    def __init__(self, path: str) -> None:
        self._path = path

    def read(self) -> dict[NotePath, Kept]:
        """Every kept body by note. Reads only; nothing when there is no readable store."""
        if not os.path.exists(self._path):
            return {}
        try:
            with closing(sqlite3.connect(f"file:{_quoted(self._path)}?mode=ro", uri=True)) as base:
                rows = base.execute("SELECT path, text, job, digest, value FROM body").fetchall()
        except sqlite3.Error:
            return {}
        return dict(_sound(rows))

    def write(self, changed: Mapping[NotePath, Kept], gone: Iterable[NotePath]) -> None:
        """Keep some bodies, and let go of those of notes that are `gone`. What cannot be kept is not."""
        try:
            self._write(changed, gone)
        except sqlite3.DatabaseError:
            with suppress(OSError):
                os.unlink(self._path)

    def _write(self, changed: Mapping[NotePath, Kept], gone: Iterable[NotePath]) -> None:
        with closing(sqlite3.connect(self._path)) as base, base:
            os.chmod(self._path, 0o600)
            base.execute(_TABLE)
            base.executemany("DELETE FROM body WHERE path = ?", [(os.fsencode(path),) for path in gone])
            base.executemany("REPLACE INTO body VALUES (?, ?, ?, ?, ?)", map(_row, changed.items()))


def _row(item: tuple[NotePath, Kept]) -> _Row:
    path, body = os.fsencode(item[0]), item[1]
    return path, body.text, body.job, _seal(path, body.text, body.job, body.digest), _packed(body.rendered)


def _seal(path: bytes, *parts: str) -> str:
    return digest_of(path + "\0".join(("", *parts)).encode())


def _sound(rows: Iterable[_Row]) -> Iterator[tuple[NotePath, Kept]]:
    for path, text, job, seal, value in rows:
        digest = digest_of(value.encode())
        if seal == _seal(path, text, job, digest):
            html, toc, words, features, problems, *more = json.loads(value)
            entries = tuple(TocEntry(*entry) for entry in toc)
            rendered = Rendered(html, entries, words, frozenset(features), tuple(problems), *more)
            yield NotePath(os.fsdecode(path)), Kept(text, job, rendered, digest)


def _quoted(path: str) -> str:
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
