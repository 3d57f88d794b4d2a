"""The `object-store` target: what was published goes into a bucket, file by file, and only what changed.

No reader may follow a link of a live page to nothing, at any moment and wherever this is cut off. So everything goes in
an order (see `order`), what is about to change is noted down in the bucket first, and what is ours last: the next run,
on any machine, goes on from where this one stopped. Objects of others are never touched.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pydantic import Field

from vaultkit.errors import TargetError
from vaultkit.model.record import NamedTuple
from vaultkit.publish.ledger import LEDGER, Brought, Changes, Ledger, check_loss, compare, dump, load, refusal
from vaultkit.publish.manifest import digest_of
from vaultkit.schema.options import Model
from vaultkit.targets.object_store.headers import Headers
from vaultkit.targets.object_store.order import phases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from vaultkit.config import TargetConfig
    from vaultkit.publish.place import Delivery
    from vaultkit.targets.object_store.bucket import Bucket

_AT_ONCE = 8
"""Requests at a time."""


class ObjectStoreOptions(Model):
    """Which bucket, and how it is reached. Who may write there is never said here: the environment knows that."""

    url: str = Field(description="the bucket and a folder in it: `s3://notes/site`, or what else fsspec knows")
    endpoint_url: str = Field(default="", description="the server, where it is not Amazon's: R2, MinIO, Backblaze")
    region: str = Field(default="", description="the region of the bucket (default: as the environment says)")
    profile: str = Field(default="", description="the profile in `~/.aws` (default: as the environment says)")
    max_age: int = Field(default=300, ge=0, description="seconds that a page may be kept without asking again")


class ObjectStorePlace:
    """Keeps a bucket as the published folder is. It has no state."""

    options = ObjectStoreOptions

    def address(self, config: TargetConfig) -> object:
        """The folder in the bucket."""
        options = config.options(ObjectStoreOptions)
        return options.endpoint_url, options.url.rstrip("/")

    def check(self, config: TargetConfig, vault: str) -> None:
        """Raise SetupError when the bucket cannot be reached, is not there, or may not be read."""
        self._bucket(config).check(vault)

    def foresee(self, delivery: Delivery, config: TargetConfig) -> tuple[str, ...]:
        """Every object that would be written or deleted."""
        coming = {path: record.digest for path, record in delivery.plan.files.files.items()}
        changes = _look(self._bucket(config), _with_headers(coming, _headers(config)), delivery).changes
        return (
            *(f"would upload `{path}`" for path in changes.write),
            *(f"would delete `{path}`" for path in changes.delete),
        )

    def deliver(self, delivery: Delivery, config: TargetConfig) -> tuple[str, ...]:
        """Bring what is new, take away what is gone, and tell how much that was."""
        bucket = self._bucket(config)
        bucket.clean()
        wanted = _with_headers(delivery.digests, _headers(config))
        ledger, unsure, _ = load(bucket.read(LEDGER), bucket.shown)
        settled = not unsure and {path: item.digest for path, item in ledger.items()} == wanted
        if settled and not delivery.force and not delivery.owed:
            return ()
        look = _look(bucket, wanted, delivery)
        changes = look.changes
        if changes:
            bucket.put(
                LEDGER,
                dump(look.ledger, look.pages, look.unsure.union(changes.write, changes.delete)),
                Headers.private(),
            )
            _carry_out(bucket, delivery, look, _headers(config))
        there = bucket.list()
        lost = sorted(wanted.keys() - there.keys())
        if lost:
            raise TargetError(f"`{lost[0]}` was brought there and is gone", where=bucket.shown, do="publish again")
        record = {path: Brought(digest, there[path]) for path, digest in wanted.items()}
        bucket.put(LEDGER, dump(record, delivery.pages), Headers.private())
        parts = ((changes.write, "uploaded"), (changes.delete, "deleted"))
        told = ", ".join(f"{len(paths)} {word}" for paths, word in parts if paths)
        return (f"{bucket.shown}: {told}",) if told else ()

    def _bucket(self, config: TargetConfig) -> Bucket:
        from vaultkit.targets.object_store.bucket import Bucket

        return Bucket(config.options(ObjectStoreOptions))


class _Look(NamedTuple):
    """A bucket at one moment: what is ours, all that is there, what was being changed when a run was cut off, the
    addresses of notes that are public there, and what must change."""

    ledger: Ledger
    there: Mapping[str, str]
    unsure: frozenset[str]
    pages: frozenset[str]
    changes: Changes


def _look(bucket: Bucket, wanted: Mapping[str, str], delivery: Delivery) -> _Look:
    """Look at a bucket. Raises TargetError when objects of others are in the way, or too much would vanish."""
    ledger, unsure, pages = load(bucket.read(LEDGER), bucket.shown)
    there = bucket.list()
    changes = compare(wanted, ledger, there, unsure=unsure, owed=delivery.owed, force=delivery.force)
    if changes.foreign:
        raise refusal(changes, bucket.shown)
    bucket.check_way((*changes.write, *changes.delete))
    check_loss(pages, bucket.shown, delivery)
    return _Look(ledger, there, unsure, pages, changes)


def _carry_out(bucket: Bucket, delivery: Delivery, look: _Look, headers: Headers) -> None:
    def bring(path: str) -> None:
        bucket.put(path, delivery.read(path), headers.of(path))

    pages = {record.file or record.url for record in delivery.manifest.notes.values()}
    for phase in phases(look.changes.write, pages, look.there.keys()):
        _all_at_once(bring, phase)
    _all_at_once(bucket.delete, look.changes.delete)


def _headers(config: TargetConfig) -> Headers:
    return Headers(config.options(ObjectStoreOptions).max_age)


def _with_headers(digests: Mapping[str, str], headers: Headers) -> dict[str, str]:
    """What stands for files and for how they are served."""
    return {path: digest_of(f"{digest} {headers.of(path)}".encode()) for path, digest in digests.items()}


def _all_at_once(act: Callable[[str], None], paths: Iterable[str]) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(act, paths):
            pass


object_store = ObjectStorePlace()
