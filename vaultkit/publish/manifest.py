"""The manifest of one published tree: which files are ours, and what the next run must know of the notes in them.

It is one JSON document with a digest over its content, so that a damaged one is noticed and never taken for an empty
one. Nothing in it is executable, and nothing of it lies in the published tree itself but the tree's own name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, NamedTuple

from vaultkit.errors import TargetError
from vaultkit.model.note import NotePath

FORMAT = 1

_HEAD = re.compile(rb'\{"vaultkit-manifest":([0-9]{1,9}),"digest":"([0-9a-f]{32})","content":')


def digest_of(data: bytes) -> str:
    """What stands for some bytes: their BLAKE2b-128 as hexadecimal digits."""
    return blake2b(data, digest_size=16).hexdigest()


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


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was published. `files` by output path, `notes` and `assets` by vault path.

    `root` is the inode of the tree's root folder: the tree that this manifest describes, wherever it lies by now.
    `absent` are notes that were withdrawn because nothing was there any more, with the second (since 1970) of it.
    `imprint` stands for all that the files were made of, "" when somebody else's files came in the way. `past` are the
    addresses at which notes stood before, the latest first.
    """

    files: Mapping[str, FileRecord] = field(default_factory=dict)
    notes: Mapping[NotePath, NoteRecord] = field(default_factory=dict)
    assets: Mapping[NotePath, AssetRecord] = field(default_factory=dict)
    root: int = 0
    absent: Mapping[NotePath, int] = field(default_factory=dict)
    imprint: str = ""
    past: Mapping[NotePath, tuple[str, ...]] = field(default_factory=dict)

    @property
    def tree(self) -> str:
        """The name of the published tree: a digest of its paths and their contents."""
        lines = [f'[{quoted(path)},"{self.files[path][0]}"]' for path in sorted(self.files)]
        return digest_of(f"[{','.join(lines)}]".encode())


def dump(manifest: Manifest) -> bytes:
    """The manifest as bytes; the same manifest gives the same bytes."""
    files = [
        f'{quoted(path)}:["{digest}",{inode},{size},{mtime_ns}]'
        for path in sorted(manifest.files)
        for digest, inode, size, mtime_ns in (manifest.files[path],)
    ]
    notes = [
        f'{quoted(path)}:[{quoted(url)},"{source}",{"true" if held else "false"},{quoted(file)}]'
        for path in sorted(manifest.notes)
        for url, source, held, file in (manifest.notes[path],)
    ]
    parts = {
        "absent": _canonical(dict(manifest.absent)),
        "assets": _canonical({path: list(record) for path, record in manifest.assets.items()}),
        "files": f"{{{','.join(files)}}}",
        "imprint": _canonical(manifest.imprint),
        "notes": f"{{{','.join(notes)}}}",
        "past": _canonical({path: list(urls) for path, urls in manifest.past.items()}),
        "root": _canonical(manifest.root),
    }
    body = f"{{{','.join(f'{quoted(name)}:{part}' for name, part in parts.items())}}}".encode()
    return b'{"vaultkit-manifest":%d,"digest":"%s","content":%s}\n' % (FORMAT, digest_of(body).encode(), body)


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
    )


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
