"""The attachments that are published: which kinds may be, where they stand, and their bytes without what they hide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Protocol

from vaultkit.errors import TargetError
from vaultkit.index.file_kinds import AUDIO, IMAGES, VIDEO, ending
from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.publish.address import asset_url
from vaultkit.publish.files import Content
from vaultkit.publish.history import is_history
from vaultkit.publish.images import Unclean, clean
from vaultkit.publish.manifest import AssetRecord, Manifest, digest_of
from vaultkit.publish.page import Asset
from vaultkit.publish.pixels import size_of
from vaultkit.publish.svg import clean_svg

MAX_ASSET_BYTES = 256 * 1024 * 1024
"""A larger attachment is not published."""

ROOM = 16 * 1024 * 1024
"""Bytes of attachments that stay in memory until they are written; the others are read once more."""

_DOCUMENT_ENDINGS = "pdf epub zip gz csv tsv txt ics bib rtf doc docx odt xls xlsx ods ppt pptx odp stl ttf woff2"
PUBLISHABLE = frozenset(_DOCUMENT_ENDINGS.split()) | IMAGES | AUDIO | VIDEO
"""Endings of files that may be published as they are (images without metadata): nothing that a browser runs, and never
a note, a canvas or a base."""


_CLEANING = 4
"""Counts the ways in which attachments were cleaned: what was cleaned in an older way is cleaned anew."""


class Shelved(NamedTuple):
    """An attachment with its place, the digest of what is published, and what the file looked like then. `frozen`: it
    stays as it was published last, since it cannot be read now."""

    asset: Asset
    digest: str
    stamp: str
    frozen: bool = False


class Files(Protocol):
    """Where attachments come from (see `publish.select.Snapshot`)."""

    def data(self, path: NotePath, /) -> bytes:
        """The bytes of a file. Raises OSError."""

    def stamp(self, path: NotePath, /) -> str:
        """What changes when the file does; "" when nobody knows."""

    def frozen(self, path: NotePath, /) -> bool:
        """Whether nothing can be said of the file now."""

    def waits(self, path: NotePath, /) -> bool:
        """Whether the file is not there, and may be back in a moment."""


class Refused(NamedTuple):
    """An attachment that cannot be published; the reason ends a sentence that begins with its name."""

    reason: str


class Shelf:
    """Takes attachments of the vault and gives them places. Each is looked at once, and read only when it is not known
    to be as it was. `before` is the last manifest."""

    def __init__(self, vault: Files, before: Manifest) -> None:
        self._vault = vault
        self._before = before
        self._known: dict[NotePath, Shelved | Refused] = {}
        self._kept: dict[NotePath, bytes] = {}
        self._room = ROOM

    def take(self, path: NotePath) -> Shelved | Refused:
        """The place of an attachment, or why it has none."""
        if path not in self._known:
            self._known[path] = self._take(path)
        return self._known[path]

    def _take(self, path: NotePath) -> Shelved | Refused:
        end = ending(path)
        if end not in PUBLISHABLE:
            return Refused("is of a kind that is not published")
        look = self._vault.stamp(path)
        stamp = f"{_CLEANING}:{look}" if look else ""
        if stamp and (known := self._as_before(path, frozen=False)) and known.stamp == stamp:
            return known
        try:
            data = published_bytes(self._vault.data(path), end)
            if is_history(data):
                return Refused("remembers the addresses of all notes that ever were public")
        except Unclean as error:
            return Refused(f"{error}, so it cannot be freed of hidden data")
        except OSError as error:
            stays = self._vault.frozen(path) or (isinstance(error, FileNotFoundError) and self._vault.waits(path))
            frozen = self._as_before(path, frozen=True) if stays else None
            return frozen or Refused(f"cannot be read: {error.strerror or error}")
        if len(data) <= self._room:
            self._room -= len(data)
            self._kept[path] = data
        digest = digest_of(data)
        size = size_of(data) if end in IMAGES else (0, 0)
        return Shelved(Asset(path, asset_url(path, digest, end), size), digest, stamp)

    def _as_before(self, path: NotePath, *, frozen: bool) -> Shelved | None:
        """The attachment as it was published last."""
        asset = self._before.assets.get(path)
        file = self._before.files.get(asset.url) if asset else None
        if asset is None or file is None:
            return None
        return Shelved(Asset(path, asset.url, (asset.width, asset.height)), file.digest, asset.stamp, frozen)

    @property
    def known(self) -> Mapping[NotePath, Shelved | Refused]:
        """All that was asked for."""
        return self._known

    def records(self, assets: Iterable[Asset]) -> dict[NotePath, AssetRecord]:
        """What is to be remembered of some shelved assets."""
        return {asset.path: AssetRecord(asset.url, self._shelved(asset.path).stamp, *asset.size) for asset in assets}

    def contents(self, assets: Iterable[Asset], kept: Callable[[str], bytes]) -> Iterator[tuple[str, Content]]:
        """The files of some shelved assets. What is not in memory is read again when it is written; `kept` reads a file
        of the live tree."""
        for asset in assets:
            shelved = self._shelved(asset.path)
            read = partial(kept, shelved.asset.url) if shelved.frozen else partial(self._bytes, asset.path)
            again = partial(_the_same, shelved.digest, read, asset.path)
            yield asset.url, Content(shelved.digest, self._kept.get(asset.path, again))

    def _shelved(self, path: NotePath) -> Shelved:
        taken = self.take(path)
        assert isinstance(taken, Shelved)
        return taken

    def _bytes(self, path: NotePath) -> bytes:
        return published_bytes(self._vault.data(path), ending(path))


def _the_same(digest: str, read: Callable[[], bytes], path: NotePath) -> bytes:
    """What is read, which is to have this digest. Raises TargetError."""
    data = read()
    if digest_of(data) != digest:
        raise TargetError("a file changed while it was published", where=path, do="publish again")
    return data


def published_bytes(data: bytes, end: str) -> bytes:
    """What is published of a file with such an ending. Raises Unclean."""
    if end == "svg":
        return clean_svg(data)
    return clean(data) if end in IMAGES else data
