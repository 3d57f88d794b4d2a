"""Carries out a plan: builds the next tree beside the live one and lets the two change places.

Until the swap nothing of the live tree is touched; after it everything is new. A run that is killed at any point leaves
one of the two, and `Store.recover` puts the rest in order.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from vaultkit.errors import TargetError
from vaultkit.publish.files import Content, FilePlan, Tree, scan
from vaultkit.publish.manifest import FileRecord, Manifest, digest_of
from vaultkit.publish.store import MARKER, Live, Store
from vaultkit.publish.swap import exchange, sync_folder

_NO_LINKS = frozenset((errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP))
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def apply(store: Store, live: Live, plan: FilePlan, manifest: Manifest, sources: Iterable[str]) -> None:
    """Make the plan true. The caller holds the store's lock, and got `live` of `Store.recover` under it.

    `manifest` is what will be known of the new tree, its `files` and `root` excepted; `sources` are the last good
    texts it names. When nothing is to be changed nothing is written. Raises TargetError, and then the old tree is live.
    """
    new = replace(manifest, files=plan.files, root=store.root())
    with store.writing():
        if plan.write or plan.delete or (new.files and not live.number):
            _publish(store, live, plan, new, sources)
        elif new != live.manifest and live.number:
            _note_down(store, live, new, sources)


def _publish(store: Store, live: Live, plan: FilePlan, manifest: Manifest, sources: Iterable[str]) -> None:
    try:
        if os.path.isdir(store.output) and live.manifest.root != store.root():  # the first time, or it was copied here
            store.write_manifest(live.number, replace(live.manifest, root=store.root()))
        _build(store, plan, manifest.tree)
        for text in sources:
            store.write_source(text)
        _check_same(store.output, plan.live)
        store.sync()
        built = replace(manifest, files=_seen(store.stage, plan), root=os.lstat(store.stage).st_ino)
        store.write_manifest(live.number + 1, built)
        _swap(store, live.number)
    except BaseException:
        with suppress(OSError):  # the next run will find what is left
            store.recover()
        raise
    _confirm(store)
    with suppress(OSError):
        store.recover()


def _note_down(store: Store, live: Live, manifest: Manifest, sources: Iterable[str]) -> None:
    """Nothing changes in the tree, but what is known of its notes does."""
    for text in sources:
        store.write_source(text)
    store.sync()
    store.write_manifest(live.number, manifest)


def _build(store: Store, plan: FilePlan, name: str) -> None:
    """The whole next tree: what stays is linked, what is new is written."""
    os.mkdir(store.stage, 0o700)
    folders: set[str] = set()
    for path in plan.keep:
        if plan.live[path].kind == "folder":
            _make_folders(store.stage, path + "/", plan.live, folders)
        else:
            _make_folders(store.stage, path, plan.live, folders)
            _keep(os.path.join(store.output, path), os.path.join(store.stage, path))
    for path, content in plan.write.items():
        _make_folders(store.stage, path, plan.live, folders)
        _write(os.path.join(store.stage, path), content.bytes(), path, content)
    _put(os.path.join(store.stage, MARKER), name.encode() + b"\n")
    state = os.lstat(store.output) if os.path.isdir(store.output) else None
    os.chmod(store.stage, state.st_mode & 0o7777 if state else 0o755)


def _make_folders(root: str, path: str, live: Tree, made: set[str]) -> None:
    """The folders above a path, with the mode that they have in the live tree."""
    at = path.find("/")
    while at >= 0:
        folder = path[:at]
        if folder not in made:
            made.add(folder)
            where = os.path.join(root, folder)
            os.mkdir(where)
            os.chmod(where, live[folder].mode if folder in live and live[folder].kind == "folder" else 0o755)
        at = path.find("/", at + 1)


def _keep(old: str, new: str) -> None:
    """One file under two names, or a copy where the system refuses that."""
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS or not stat.S_ISREG(os.lstat(old).st_mode):
            raise
        shutil.copy2(old, new, follow_symlinks=False)


def _write(where: str, data: bytes, path: str, content: Content) -> None:
    if digest_of(data) != content.digest:
        raise TargetError("a file changed while it was published", where=path, do="publish again")
    _put(where, data)


def _put(path: str, data: bytes) -> None:
    handle = os.open(path, _NEW, 0o644)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        os.fchmod(handle, 0o644)
    finally:
        os.close(handle)


def _check_same(root: str, before: Tree) -> None:
    """Whatever somebody did to the live tree meanwhile must not get lost. Raises TargetError when it changed."""
    if scan(root) != before:
        raise TargetError("somebody changed files here while they were being published", where=root, do="publish again")


def _seen(stage: str, plan: FilePlan) -> Mapping[str, FileRecord]:
    """The records of our files, with how they look now that they are written. A file that is somebody else's by now
    keeps the record of what we once wrote."""
    tree = scan(stage)
    kept = {conflict.path for conflict in plan.conflicts}
    return {
        path: record if path in kept else FileRecord(record.digest, *tree[path][2:])
        for path, record in plan.files.items()
    }


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
