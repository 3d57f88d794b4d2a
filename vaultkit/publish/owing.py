"""What goes wrong names the notes that stay public by it, and must not be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from vaultkit.errors import SetupError, TargetError, VaultkitError
from vaultkit.model.note import NotePath
from vaultkit.publish.plan import Refused, still_public, to_withdraw
from vaultkit.publish.select import Published, Snapshot, select
from vaultkit.publish.store import Store

if TYPE_CHECKING:
    from vaultkit.config import Publish


@contextmanager
def naming(store: Store, snapshot: Snapshot, settings: Publish, home: str) -> Iterator[None]:
    """Let an error within name the notes of the snapshot that stay public in the store because of it."""
    try:
        yield
    except Refused:
        raise
    except (SetupError, TargetError) as error:
        with suppress(VaultkitError, OSError):
            before = store.live().manifest
            published = Published.of(before, store.texts.get)
            owe(error, to_withdraw(select(snapshot, settings, published, home=home).chosen, before))
        raise


def owe(error: VaultkitError, notes: Iterable[NotePath]) -> None:
    """Let an error name these notes."""
    if owed := tuple(sorted(notes)):
        error.what += f"; {still_public(owed)}"
