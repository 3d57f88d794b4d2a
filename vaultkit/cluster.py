"""The first look at a vault with the help of other machines: texts go out, packed facts come back.

A note's facts are a pure function of its text, so they can be found anywhere; what a note may be compared with is the
whole vault, so checking stays here. A machine that is lost, or that runs another vaultkit, costs time and nothing else:
its part is done here.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import cache
from typing import Any

from vaultkit.errors import SetupError
from vaultkit.model.digest import blake2b
from vaultkit.model.note import Note, NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.reader import Reader, parsed
from vaultkit.spread import Reading, Seen, Shelf
from vaultkit.vault.files import Source
from vaultkit.vault.spool import Spool

_BATCH = 1_000_000
"""Characters of the texts that are sent in one message."""

_PATIENCE = 60.0
"""Seconds after which a batch that is not answered is done here."""

_CONNECTING = 10.0
"""Seconds to wait for a scheduler."""

_SCHEMES = {"dask": "tcp", "dask+tls": "tls"}

Batch = list[tuple[NotePath, Source]]


class Cluster(NamedTuple):
    """Somebody who calls functions elsewhere, and how many at the same time."""

    executor: Executor
    width: int

    def reading(self, sizes: Mapping[NotePath, int], reader: Reader, seen: Seen | None = None) -> Gathering:
        """The notes of a vault, read here and parsed there."""
        return Gathering(sizes, reader, self, seen)


def extract(batch: Batch, compressed: bool, code: str) -> list[bytes]:
    """The facts of some notes as a shelf tells them. Runs anywhere. Raises ValueError where another code runs."""
    if code != this_code():
        raise ValueError("another vaultkit runs here")
    shelf = Shelf(Spool())
    for path, source in batch:
        shelf.put(parsed(path, source))
    places, notes = map(bytes, shelf.told())
    return [places, zlib.compress(notes, 1) if compressed else notes]


@cache
def this_code() -> str:
    """Stands for the code that facts come from, by its content: paths and times differ between machines."""
    import os

    here = os.path.dirname(os.path.abspath(__file__))
    code = blake2b(digest_size=16)
    for folder in ("model", "parse"):
        for name in sorted(os.listdir(os.path.join(here, folder))):
            if name.endswith(".py"):
                with open(os.path.join(here, folder, name), "rb") as file:
                    code.update(file.read())
    return code.hexdigest()


class Gathering(Reading):
    """The notes of a vault, read here and parsed by a cluster. `lost` counts the batches that were done here after
    all."""

    def __init__(
        self, sizes: Mapping[NotePath, int], reader: Reader, cluster: Cluster, seen: Seen | None = None
    ) -> None:
        super().__init__(sizes, reader, seen)
        self._at_hand: Callable[[NotePath], Note | Source | None] = reader.at_hand
        self._cluster = cluster
        self._tell = seen
        self.lost = 0

    def __enter__(self) -> Gathering:
        return self

    def _fill(self, shelf: Shelf) -> list[Note]:
        waiting: deque[tuple[Batch, Future[list[bytes]]]] = deque()
        for batch in self._batches(shelf):
            if len(waiting) >= 2 * self._cluster.width:
                self._take(*waiting.popleft(), shelf)
            waiting.append((batch, self._cluster.executor.submit(extract, batch, self.large, this_code())))
        while waiting:
            self._take(*waiting.popleft(), shelf)
        return []

    def _batches(self, shelf: Shelf) -> Iterator[Batch]:
        """The texts to be parsed. What is remembered of a note is put on the shelf at once."""
        batch: Batch = []
        size = 0
        for number, path in enumerate(self._paths):
            if self._tell:
                self._tell(number, 2 * len(self._paths))
            there = self._at_hand(path)
            if isinstance(there, Note):
                shelf.put(there)
            elif there:
                batch.append((path, there))
                size += len(there.text)
            if size >= _BATCH:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _take(self, batch: Batch, future: Future[list[bytes]], shelf: Shelf) -> None:
        try:
            places, notes = future.result(_PATIENCE)
            shelf.take([places, zlib.decompress(notes) if self.large else notes])
        except Exception:  # whatever went wrong elsewhere: if it is the notes' fault, it happens here again
            self.lost += 1
            future.cancel()
            for path, source in batch:
                shelf.put(parsed(path, source))


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """The Dask cluster at `dask://HOST:PORT` (or `dask+tls://`, with the certificates that Dask is configured with).

    Raises SetupError when there is none, or when nobody there runs this very vaultkit.
    """
    scheme, _, host = address.partition("://")
    if scheme not in _SCHEMES or not host:
        raise SetupError(f"`{address}` is no cluster", do="write it as dask://HOST:PORT")
    try:
        import distributed
    except ImportError as error:
        raise SetupError("Dask is not installed", do="pip install 'vaultkit[dask]'") from error
    try:
        client: Any = distributed.Client(f"{_SCHEMES[scheme]}://{host}", timeout=_CONNECTING, set_as_default=False)
    except (OSError, ValueError) as error:
        do = "is the scheduler running, and does it listen there?"
        raise SetupError("no Dask scheduler answers", where=address, do=do) from error
    with client:
        width = _able(client.run(this_code, on_error="return"), address)
        yield Cluster(client.get_executor(retries=2, pure=False), width)


def _able(codes: Mapping[str, object], address: str) -> int:
    """How many workers run the same code. Raises SetupError when there is none."""
    able = sum(code == this_code() for code in codes.values())
    if not codes:
        raise SetupError("this Dask cluster has no workers", where=address, do="start some with `dask worker`")
    if not able:
        do = "install the same version of vaultkit there"
        raise SetupError("no worker of this Dask cluster has this vaultkit", where=address, do=do)
    return able
