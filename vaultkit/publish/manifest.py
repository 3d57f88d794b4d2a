"""The manifest of one published tree: which files are ours, and what the next run must know of the notes in them.

It is one JSON document with a digest over its content, so that a damaged one is noticed and never taken for an empty
one. Nothing in it is executable, and nothing of it lies in the published tree itself but the tree's own name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from itertools import islice
from json.encoder import encode_basestring_ascii as quoted
from operator import itemgetter
from typing import IO, Any, Generic, TypeVar

from vaultkit.errors import TargetError
from vaultkit.model.digest import blake2b
from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.publish.page import NOTHING
from vaultkit.publish.renewed import in_order_of, renewed

FORMAT = 1

_Record = TypeVar("_Record")

_AT_ONCE = 1000
"""Lines that are written at one time."""

_HEAD = re.compile(rb'\{"vaultkit-manifest":([0-9]{1,9}),"digest":"([0-9a-f]{32})","content":')


def digest_of(data: bytes) -> str:
    """What stands for some bytes: their BLAKE2b-128 as hexadecimal digits."""
    return sign_of(data).hex()


def sign_of(data: bytes) -> bytes:
    """The same as bytes, where very many are held."""
    return blake2b(data, digest_size=16).digest()


class FileRecord(NamedTuple):
    """A file that we wrote: the digest of its bytes, and how it looked then (hints only: they spare reading it)."""

    digest: str
    inode: int
    size: int
    mtime_ns: int


class NoteRecord(NamedTuple):
    """A published note: its address, the digest of its last good text, whether it was held, and the output path of its
    page where that is another than the address, else ""."""

    url: str
    source: str
    held: bool
    file: str = ""


class AssetRecord(NamedTuple):
    """A published attachment: its output path, and what the file in the vault looked like, "" when nobody knows; of an
    image its size in pixels."""

    url: str
    stamp: str
    width: int = 0
    height: int = 0


class Manifest(NamedTuple):
    """What was published. `files` by output path, `notes` and `assets` by vault path.

    `root` is the inode of the tree's root folder: the tree that this manifest describes, wherever it lies by now.
    `absent` are notes that were withdrawn because nothing was there any more, with the second (since 1970) of it.
    `imprint` stands for all that the files were made of, "" when somebody else's files came in the way. `past` are the
    addresses at which notes stood before, the latest first; `unshown` the digests of the texts that held notes have in
    the vault, and of those that are or were public of private ones; `once` the last good texts of others that may be a
    note's own.
    """

    files: Mapping[str, FileRecord] = NOTHING
    notes: Mapping[NotePath, NoteRecord] = NOTHING
    assets: Mapping[NotePath, AssetRecord] = NOTHING
    root: int = 0
    absent: Mapping[NotePath, int] = NOTHING
    imprint: str = ""
    past: Mapping[NotePath, tuple[str, ...]] = NOTHING
    unshown: Mapping[NotePath, str] = NOTHING
    once: Mapping[NotePath, tuple[str, ...]] = NOTHING

    @property
    def memory(
        self,
    ) -> tuple[Mapping[NotePath, tuple[str, ...]], Mapping[NotePath, str], Mapping[NotePath, tuple[str, ...]]]:
        """What is known of notes besides what is shown of them: `past`, `unshown` and `once`."""
        return self.past, self.unshown, self.once

    @property
    def tree(self) -> str:
        """The name of the published tree: a digest of its paths and their contents."""
        return Writer().name(self)

    def texts(self) -> frozenset[str]:
        """The digests of the last good texts."""
        return frozenset(map(itemgetter(1), self.notes.values()))


class _Lines(Generic[_Record]):
    """The lines of some records in order of path; as soon as some are learned, those of records that are the same
    objects are written once."""

    def __init__(self, write: Callable[[str, _Record], str]) -> None:
        self._write = write
        self._records: Mapping[Any, _Record] = {}
        self._lines: dict[str, str] = {}

    def of(self, records: Mapping[Any, _Record]) -> Iterator[bytes]:
        """All lines, with a comma between them, in pieces."""
        if self._records:
            self.learn(records)
        anew = (self._write(path, records[path]) for path in sorted(records))
        lines = iter(self._lines.values()) if self._records else anew
        comma = ""
        while some := [*islice(lines, _AT_ONCE)]:
            yield (comma + ",".join(some)).encode()
            comma = ","

    def learn(self, records: Mapping[Any, _Record]) -> None:
        """Know the lines of some records."""
        if records is self._records:
            return
        lines = {**self._lines, **{path: self._write(path, records[path]) for path in renewed(self._records, records)}}
        for path in self._records.keys() - records.keys():
            del lines[path]
        self._records, self._lines = records, in_order_of(self._lines, lines)


class Writer:
    """Writes manifests; what the last one had too is not written anew."""

    def __init__(self) -> None:
        self._files: _Lines[FileRecord] = _Lines(
            lambda path, item: f'{quoted(path)}:["{item[0]}",{item[1]},{item[2]},{item[3]}]'
        )
        self._notes: _Lines[NoteRecord] = _Lines(
            lambda path, item: (
                f'{quoted(path)}:[{quoted(item[0])},"{item[1]}",{"true" if item[2] else "false"},{quoted(item[3])}]'
            )
        )
        self._names: _Lines[FileRecord] = _Lines(lambda path, item: f'[{quoted(path)},"{item[0]}"]')

    def learn(self, manifest: Manifest) -> None:
        """Know the lines of a manifest before the next one is written."""
        self._files.learn(manifest.files)
        self._names.learn(manifest.files)
        self._notes.learn(manifest.notes)

    def name(self, manifest: Manifest) -> str:
        """The name of the published tree."""
        found = blake2b(b"[", digest_size=16)
        for piece in self._names.of(manifest.files):
            found.update(piece)
        found.update(b"]")
        return found.hexdigest()

    def write(self, manifest: Manifest, file: IO[bytes]) -> None:
        """Write the manifest into an empty file; the same manifest gives the same bytes."""
        found = blake2b(digest_size=16)
        file.write(_head(""))
        for piece in self._content(manifest):
            found.update(piece)
            file.write(piece)
        file.write(b"}\n")
        file.seek(0)
        file.write(_head(found.hexdigest()))

    def _content(self, manifest: Manifest) -> Iterator[bytes]:
        """All that the digest is of, in pieces."""
        yield b'{"absent":%s,' % _canonical(dict(manifest.absent))
        yield b'"assets":%s,' % _canonical({path: list(record) for path, record in manifest.assets.items()})
        yield b'"files":{'
        yield from self._files.of(manifest.files)
        yield b'},"imprint":%s,' % _canonical(manifest.imprint)
        yield b'"notes":{'
        yield from self._notes.of(manifest.notes)
        yield b'},"past":%s,' % _canonical({path: list(urls) for path, urls in manifest.past.items()})
        yield b'"root":%s' % _canonical(manifest.root)
        yield b',"unshown":%s' % _canonical(dict(manifest.unshown))
        yield b',"once":%s}' % _canonical({path: list(texts) for path, texts in manifest.once.items()})


def _head(digest: str) -> bytes:
    """What stands before the content, whose digest may not be known yet."""
    return b'{"vaultkit-manifest":%d,"digest":"%s","content":' % (FORMAT, f"{digest:32}".encode())


def dump(manifest: Manifest) -> bytes:
    """The manifest as bytes."""
    file = BytesIO()
    Writer().write(manifest, file)
    return file.getvalue()


def load(data: bytes, where: str) -> Manifest:
    """The manifest in some bytes. Raises TargetError when they are damaged or from a newer vaultkit."""
    try:
        found = _HEAD.match(data)
        if found and int(found[1]) > FORMAT:
            raise TargetError(
                "what was published here was written by a newer vaultkit", where=where, do="use that one, or a newer"
            )
        body = data[found.end() : -2] if found and data.endswith(b"}\n") else b""
        if not found or int(found[1]) != FORMAT or digest_of(body) != found[2].decode():
            raise ValueError
        return _manifest(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise TargetError(
            "the record of what was published is damaged, so nothing is known to be ours to replace or delete",
            where=where,
            do="restore it from a backup, or publish into an empty folder",
        ) from None


def _manifest(content: dict[str, Any]) -> Manifest:
    return Manifest(
        {path: FileRecord(*record) for path, record in content["files"].items()},
        {NotePath(path): NoteRecord(*record) for path, record in content["notes"].items()},
        {NotePath(path): AssetRecord(*record) for path, record in content["assets"].items()},
        content["root"],
        {NotePath(path): second for path, second in content["absent"].items()},
        content["imprint"],
        {NotePath(path): tuple(urls) for path, urls in content.get("past", {}).items()},
        {NotePath(path): digest for path, digest in content.get("unshown", {}).items()},
        {NotePath(path): tuple(texts) for path, texts in content.get("once", {}).items()},
    )


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
