"""Carries out a plan: builds the next tree beside the live one and lets the two change places.

Until the swap nothing of the live tree is touched; after it everything is new. A run that is killed at any point leaves
one of the two, and `Store.recover` puts the rest in order.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from vaultkit.errors import TargetError
from vaultkit.publish.files import FilePlan
from vaultkit.publish.manifest import FileRecord, Manifest
from vaultkit.publish.spool import Kept
from vaultkit.publish.stage import build
from vaultkit.publish.store import Live, Store
from vaultkit.publish.swap import exchange, sync_folder
from vaultkit.publish.tree import Entry, Tree, look, scan


def apply(
    store: Store,
    live: Live,
    plan: FilePlan,
    manifest: Manifest,
    sources: Mapping[str, Kept],
    *,
    meanwhile: Callable[[], object] = lambda: None,
) -> None:
    """Make the plan true. The caller holds the store's lock, and got `live` of `Store.recover` under it.

    `manifest` is what will be known of the new tree, its `files` and `root` excepted; `sources` are the last good
    texts it names that may not be there yet, by digest. `meanwhile` is something that may be done while the disk
    takes in a tree. When nothing is to be changed nothing is written. Raises TargetError, and then the old tree is
    live.
    """
    new = manifest._replace(files=plan.files, root=store.root())
    with store.writing():
        if plan.write or plan.delete or (new.files and not live.number):
            _publish(store, live, plan, new, sources, meanwhile=meanwhile)
        elif (new != live.manifest or sources) and live.number:
            _note_down(store, live, new, sources)


def _publish(
    store: Store,
    live: Live,
    plan: FilePlan,
    manifest: Manifest,
    sources: Mapping[str, Kept],
    *,
    meanwhile: Callable[[], object],
) -> None:
    try:
        if os.path.isdir(store.output) and live.manifest.root != store.root():  # the first time, or it was copied here
            store.write_manifest(live.number, live.manifest._replace(root=store.root()))
        tree = build(store, plan, store.name(manifest), lambda: store.texts.add(sources))
        _check_same(store.output, plan, tree)
        store.sync(meanwhile)
        built = manifest._replace(files=_seen(tree, plan), root=tree.folders[""].inode)
        store.write_manifest(live.number + 1, built)
        _swap(store, live.number)
        store.learn({live.number: plan.live, live.number + 1: tree})
    except BaseException:
        with suppress(OSError):  # the next run will find what is left
            store.recover()
        raise
    _confirm(store)
    with suppress(OSError):
        store.recover()


def _note_down(store: Store, live: Live, manifest: Manifest, sources: Mapping[str, Kept]) -> None:
    """Nothing changes in the tree, but what is known of its notes does."""
    store.texts.add(sources)
    store.sync()
    store.write_manifest(live.number, manifest)


def _check_same(root: str, plan: FilePlan, built: Tree) -> None:
    """Whatever somebody did to the live tree meanwhile must not get lost. Raises TargetError when it changed. What was
    written to in place is in the next tree as well, unless it is no other name of the same file there."""
    now = scan(root, plan.live)
    apart = (path for path in (*plan.write, *plan.delete) if path in plan.live)
    copied = (path for path, entry in _differing(plan.live, built) if path not in plan.write)
    if not now.holds_the_same(plan.live) or any(_is_changed(root, path, plan.live[path]) for path in (*apart, *copied)):
        raise TargetError("somebody changed files here while they were being published", where=root, do="publish again")


def _differing(live: Tree, built: Tree) -> Iterator[tuple[str, Entry]]:
    """The files that are at the same path in both trees, and not the same."""
    for path, folder in built.folders.items():
        known = live.folders.get(path)
        if known and known.entries is not folder.entries:
            for name, entry in folder.entries.items():
                if name in known.entries and known.entries[name] != entry:
                    yield f"{path}/{name}" if path else name, entry


def _is_changed(root: str, path: str, before: Entry) -> bool:
    try:
        return look(os.lstat(os.path.join(root, path))) != before
    except OSError:
        return True


def _seen(built: Tree, plan: FilePlan) -> Mapping[str, FileRecord]:
    """The records of our files, with how they look now that they are written. A file that is somebody else's by now
    keeps the record of what we once wrote."""
    kept = {conflict.path for conflict in plan.conflicts}
    fresh = {path for path in plan.write if path not in kept}
    fresh.update(path for path, _ in _differing(plan.live, built) if path in plan.files and path not in kept)
    files = dict(plan.files)
    for path in fresh:
        files[path] = FileRecord(files[path].digest, *built[path][2:])
    return files


def _swap(store: Store, number: int) -> None:
    """Make the built tree the live one. A system without an exchange of names does it in two steps; a run that dies
    between them is finished by the next."""
    if not os.path.isdir(store.output):
        os.rename(store.stage, store.output)
    elif not exchange(store.stage, store.output):
        before = store.generation_path(number)
        os.makedirs(os.path.dirname(before), 0o700, exist_ok=True)
        os.rename(store.output, before)
        try:
            os.rename(store.stage, store.output)
        except OSError:
            os.rename(before, store.output)
            raise


def _confirm(store: Store) -> None:
    """Wait until the swap is on the disk."""
    try:
        sync_folder(os.path.dirname(store.output))
        sync_folder(store.home)
    except OSError as error:
        raise TargetError(
            f"everything was published, but the disk did not confirm it: {error.strerror}", where=store.output
        ) from error
