"""The attachments that are published: which kinds may be, where they stand, and their bytes without what they hide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from vaultkit.index.file_kinds import AUDIO, IMAGES, VIDEO, ending
from vaultkit.model.note import NotePath
from vaultkit.publish.address import asset_url
from vaultkit.publish.files import Content
from vaultkit.publish.images import Unclean, clean
from vaultkit.publish.manifest import FileRecord, Manifest, digest_of
from vaultkit.publish.page import Asset
from vaultkit.publish.svg import clean_svg

MAX_ASSET_BYTES = 256 * 1024 * 1024
"""A larger attachment is not published."""

_DOCUMENT_ENDINGS = "pdf epub zip gz csv tsv txt ics bib rtf doc docx odt xls xlsx ods ppt pptx odp stl ttf woff2"
PUBLISHABLE = frozenset(_DOCUMENT_ENDINGS.split()) | IMAGES | AUDIO | VIDEO
"""Endings of files that may be published as they are (images without metadata): nothing that a browser runs, and never
a note, a canvas or a base."""


class Shelved(NamedTuple):
    """An attachment with its place and the digest of what is published; `record`: it stays as it was published last,
    since it cannot be read now."""

    asset: Asset
    digest: str
    record: FileRecord | None = None


class Refused(NamedTuple):
    """An attachment that cannot be published; the reason ends a sentence that begins with its name."""

    reason: str


class Shelf:
    """Takes attachments of the vault and gives them places. Each is looked at once.

    `data` reads a file of the vault or raises OSError; `before` is the last manifest; `frozen` files cannot be read
    now, and stay as they were.
    """

    def __init__(self, data: Callable[[NotePath], bytes], before: Manifest, frozen: Callable[[NotePath], bool]) -> None:
        self._data = data
        self._before = before
        self._frozen = frozen
        self._known: dict[NotePath, Shelved | Refused] = {}

    def take(self, path: NotePath) -> Shelved | Refused:
        """The place of an attachment, or why it has none."""
        if path not in self._known:
            self._known[path] = self._take(path)
        return self._known[path]

    def _take(self, path: NotePath) -> Shelved | Refused:
        end = ending(path)
        if end not in PUBLISHABLE:
            return Refused("is of a kind that is not published")
        try:
            digest = digest_of(published_bytes(self._data(path), end))
        except Unclean as error:
            return Refused(f"{error}, so it cannot be freed of hidden data")
        except OSError as error:
            return self._as_before(path) or Refused(f"cannot be read: {error.strerror or error}")
        return Shelved(Asset(path, asset_url(path, digest, end)), digest)

    def _as_before(self, path: NotePath) -> Shelved | None:
        url = self._before.assets.get(path)
        record = self._before.files.get(url) if url else None
        return Shelved(Asset(path, url), record.digest, record) if url and record and self._frozen(path) else None

    def contents(self, assets: Mapping[NotePath, Asset], kept: Callable[[str], bytes]) -> Iterator[tuple[str, Content]]:
        """The files of some shelved assets. Their bytes are read again when they are written; `kept` reads a file of
        the live tree."""
        for path, asset in assets.items():
            shelved = self._known[path]
            assert isinstance(shelved, Shelved)
            read = partial(kept, asset.url) if shelved.record else partial(self._bytes, path)
            yield asset.url, Content(shelved.digest, read)

    def _bytes(self, path: NotePath) -> bytes:
        return published_bytes(self._data(path), ending(path))


def published_bytes(data: bytes, end: str) -> bytes:
    """What is published of a file with such an ending. Raises Unclean."""
    if end == "svg":
        return clean_svg(data)
    return clean(data) if end in IMAGES else data
