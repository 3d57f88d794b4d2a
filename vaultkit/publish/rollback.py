"""Back to an earlier edition: its files are published again, as a new generation."""

from __future__ import annotations

import os

from vaultkit.errors import TargetError
from vaultkit.publish.apply import apply
from vaultkit.publish.files import FilePlan, contents, plan_files
from vaultkit.publish.page import Output
from vaultkit.publish.store import Store


def rollback(store: Store, *, force: bool = False) -> FilePlan:
    """Make the edition before the live one live again; what is not ours stays as it is now.

    A note that was withdrawn since would be public again, so that needs `force`; so does replacing what somebody
    edited. Raises TargetError when there is no earlier edition or it may not be shown again, BusyError when somebody
    is publishing.
    """
    with store.lock():
        live = store.recover()
        kept = [number for number in store.kept(live.number) if number]
        if not kept:
            raise TargetError("no earlier edition is kept", where=store.output)
        earlier = store.manifest(kept[-1])
        again = sorted(earlier.notes.keys() - live.manifest.notes.keys())
        if again and not force:
            names = ", ".join(f"`{path}`" for path in again[:5]) + (" and others" if len(again) > 5 else "")
            raise TargetError(
                f"the earlier edition shows {names}, withdrawn since",
                where=store.output,
                do="--force publishes them again",
            )
        tree = store.generation_path(kept[-1])
        wanted = (Output(path, _read(os.path.join(tree, path))) for path in earlier.files)
        plan = plan_files(contents(wanted), live.manifest, store.output, force=force)
        apply(store, live, plan, earlier, ())
        return plan


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
