"""`python publisher.py OUTPUT SOURCE [--force]`: publishes the files of a folder, for the tests that kill it."""

import os
import sys
from functools import partial

from vaultkit.errors import VaultkitError
from vaultkit.publish.apply import apply
from vaultkit.publish.files import contents, plan_files
from vaultkit.publish.manifest import Manifest, NoteRecord, digest_of
from vaultkit.publish.page import Output
from vaultkit.publish.store import Store


def files(folder):
    """The files below a folder by path."""
    found = {}
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(where, name)
            if not os.path.islink(path):
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder)] = file.read()
    return found


def publish(output, wanted, force=False, store=None):
    """Publish files, given by path, as a run of vaultkit would, or what goes on with a store; the plan."""
    store = store or Store(output)
    with store.lock():
        live = store.recover()
        plan = plan_files(
            contents(Output(*item) for item in sorted(wanted.items())), live.manifest, store.output, force=force
        )
        texts = [f"source of {path}" for path in sorted(wanted)]
        notes = {
            path: NoteRecord(path, digest_of(text.encode()), False)
            for path, text in zip(sorted(wanted), texts, strict=True)
        }
        known = {record.source for record in live.manifest.notes.values()}
        new = {digest_of(data): partial(bytes, data) for data in map(str.encode, texts)}
        new = {digest: text for digest, text in new.items() if digest not in known}
        apply(store, live, plan, Manifest(notes=notes), new)
        return plan


if __name__ == "__main__":
    try:
        publish(sys.argv[1], files(sys.argv[2]), "--force" in sys.argv)
    except VaultkitError as error:
        sys.exit(f"{type(error).__name__}: {error}")
