"""Rendered bodies on disk, between runs: a cache and nothing more.

SQLite beside the sources, each row with a digest of itself. A file that is damaged is as good as none.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from functools import lru_cache

from vaultkit.model.note import NotePath
from vaultkit.publish.manifest import digest_of, sign_of
from vaultkit.publish.sets import shared
from vaultkit.publish.spool import Kept, Spool
from vaultkit.render.job import Rendered, TocEntry

_TABLE = "CREATE TABLE IF NOT EXISTS body (path BLOB PRIMARY KEY, text TEXT, job TEXT, digest TEXT, value BLOB)"
_Row = tuple[bytes, str, str, str, bytes]
_KINDS = [bytes, str, str, str, bytes]
_DAMAGED = sqlite3.Error, UnicodeError
"""What a damaged file comes to; its own words in the message need not be UTF-8."""
_BETWEEN = b"\0"
"""Stands between the HTML and the rest, in which it is not."""
_ANY = "surrogatepass"
_AT_HAND = 64
"""Bodies that stay unpacked for whoever asks again."""


class StoredBody:
    """A rendered body that was put aside: what all pages are asked for is at hand, the rest is unpacked when somebody
    asks, the HTML apart from what a search is made of. Two are equal when they say the same. `digest` is what stands
    for it; `source` and `job` are the digests of the text and of the job that it was made of."""

    __slots__ = ("_html", "_rest", "digest", "excerpt", "features", "job", "problems", "source")

    def __init__(self, made_of: tuple[str, bytes], rendered: Rendered, packed: bytes, aside: Spool) -> None:
        self.source, self.job = made_of
        self.digest = sign_of(packed)
        self.excerpt = rendered.excerpt
        self.features = shared(rendered.features)
        self.problems = rendered.problems
        html, _, rest = packed.rpartition(_BETWEEN)
        self._html, self._rest = aside.keep(html), aside.keep(rest)

    def packed(self) -> bytes:
        """All of it, as it is stored."""
        return _BETWEEN.join((self._html(), self._rest()))

    @property
    def html(self) -> str:
        return _html(self._html)

    @property
    def toc(self) -> tuple[TocEntry, ...]:
        return _unpacked(self._rest).toc

    @property
    def text(self) -> str:
        return _unpacked(self._rest).text

    @property
    def markdown(self) -> str:
        return _unpacked(self._rest).markdown

    def __repr__(self) -> str:
        return f"StoredBody({self.digest.hex()})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StoredBody) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)


@lru_cache(_AT_HAND)
def _html(packed: Kept) -> str:
    return packed().decode("utf-8", _ANY)


@lru_cache(_AT_HAND)
def _unpacked(packed: Kept) -> Rendered:
    return _rendered(packed())


def _rendered(packed: bytes) -> Rendered:
    """All that was rendered but the HTML."""
    toc, text, features, problems, markdown = json.loads(packed)
    entries = tuple(TocEntry(*entry) for entry in toc)
    return Rendered("", entries, text, frozenset(features), tuple(problems), markdown)


def stored(source: str, job: bytes, rendered: Rendered, aside: Spool) -> StoredBody:
    """A body to be kept, put aside, with the digests of the text and of the job that it was made of."""
    html, toc, words, features, problems, markdown = rendered
    rest = json.dumps([toc, words, sorted(features), problems, markdown]).encode("ascii")
    return StoredBody((source, job), rendered, _BETWEEN.join((html.encode("utf-8", _ANY), rest)), aside)


class BodyStore:
    """The kept bodies of one published folder."""

    def __init__(self, path: str) -> None:
        self._path = path

    def read(self, aside: Spool) -> dict[NotePath, StoredBody]:
        """Every kept body by note, put aside. Reads only; nothing when there is no readable store."""
        if not os.path.exists(self._path):
            return {}
        try:
            with closing(sqlite3.connect(f"file:{_quoted(self._path)}?mode=ro", uri=True)) as base:
                return dict(_sound(base.execute("SELECT path, text, job, digest, value FROM body"), aside))
        except _DAMAGED:
            return {}

    def write(self, changed: Mapping[NotePath, StoredBody], gone: Iterable[NotePath]) -> None:
        """Keep some bodies, and let go of those of notes that are `gone`. What cannot be kept is not."""
        try:
            self._write(changed, gone)
        except _DAMAGED:
            with suppress(OSError):
                os.unlink(self._path)

    def _write(self, changed: Mapping[NotePath, StoredBody], gone: Iterable[NotePath]) -> None:
        with closing(sqlite3.connect(self._path)) as base, base:
            os.chmod(self._path, 0o600)
            base.execute("PRAGMA synchronous = OFF")  # what a power cut spoils is rendered again
            base.execute("BEGIN")
            base.execute(_TABLE)
            base.executemany("DELETE FROM body WHERE path = ?", [(os.fsencode(path),) for path in gone])
            base.executemany("REPLACE INTO body VALUES (?, ?, ?, ?, ?)", map(_row, changed.items()))


def _row(item: tuple[NotePath, StoredBody]) -> _Row:
    path, body = os.fsencode(item[0]), item[1]
    made_of = body.source, body.job.hex()
    return path, *made_of, _seal(path, *made_of, body.digest.hex()), body.packed()


def _seal(path: bytes, *parts: str) -> str:
    return digest_of(path + "\0".join(("", *parts)).encode())


def _sound(rows: Iterable[_Row], aside: Spool) -> Iterator[tuple[NotePath, StoredBody]]:
    for row in rows:
        if [*map(type, row)] != _KINDS:
            continue
        path, text, job, seal, packed = row
        if seal == _seal(path, text, job, digest_of(packed)):
            rendered = _rendered(packed.rpartition(_BETWEEN)[2])
            yield NotePath(os.fsdecode(path)), StoredBody((text, bytes.fromhex(job)), rendered, packed, aside)


def _quoted(path: str) -> str:
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
