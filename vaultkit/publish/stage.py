"""The next tree: what stays of the live one, under the same inodes, and what is new.

It is made of the spare tree, one that was live long ago and of which only such files are left as are live still. Its
folders move over as they are, and only where something differs is a file linked, written or taken away; so the cost is
that of the differences, and where many files are new two processes share it. The root is always a new one: who has the
root of a tree open that was live once finds it emptied, and never another edition in it.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from vaultkit.model.path import folders_of
from vaultkit.publish.files import FilePlan
from vaultkit.publish.store import Store
from vaultkit.publish.tree import MARKER, NO_FOLDER, Entry, Folder, Tree, look, remove
from vaultkit.together import in_two, is_shared

_NO_LINKS = frozenset((errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP))
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_PAST = 10_000_000_000
"""Folders of ours bear a time so many nanoseconds ago, so that whatever somebody does to them later shows."""


MANY = 200
"""New files from which a second process saves more than it costs."""


def build(store: Store, plan: FilePlan, name: str, meanwhile: Callable[[], object] = lambda: None) -> Tree:
    """Make the whole next tree in `store.stage`, with a mark of its name, and tell what it looks like. `meanwhile` is
    something that has to be done too."""
    built = _Builder(store, plan, store.spare.take()).build(name, meanwhile)
    store.spare.drop()
    return built


class _Builder:
    """Builds one tree."""

    def __init__(self, store: Store, plan: FilePlan, spare: Tree) -> None:
        self._store = store
        self._plan = plan
        self._live = plan.live
        self._spare = spare
        self._gone = {*plan.delete, *plan.write}
        for path in plan.write:  # what stands in the way of a folder goes, when that was asked for by force
            self._gone.update(folders_of(path))
        self._fresh = _by_folder(plan.write)
        self._whole = self._whole_folders()
        self._built: dict[str, Folder] = {}

    def _whole_folders(self) -> set[str]:
        """The folders that are the same in the live, the spare and the next tree, with all that is below."""
        touched = {above for path in self._gone for above in (*_above(path), path)} | {""}
        live, spare = self._live.folders, self._spare.folders
        whole: set[str] = set()
        for path in reversed(tuple(live)):
            folder = live[path]
            other = spare.get(path)
            if other and path not in touched and other[2:] == folder[2:] and whole.issuperset(_below(path, folder)):
                whole.add(path)
        return whole

    def build(self, name: str, meanwhile: Callable[[], object]) -> Tree:
        stage = self._store.stage
        made = self._make_folders()
        self._write_files(made, meanwhile)
        _put(os.path.join(stage, MARKER), name.encode() + b"\n")
        then = time.time_ns() - _PAST
        for path, entries in reversed(made.items()):
            where = os.path.join(stage, path)
            known = self._live.folders.get(path)
            os.chmod(where, (known.mode if known else 0o755) | stat.S_IRWXU)
            os.utime(where, ns=(then, then))
            state = os.lstat(where)
            self._built[path] = Folder(state.st_ino, state.st_mtime_ns, stat.S_IMODE(state.st_mode), entries)
        return Tree(dict(sorted(self._built.items())))

    def _make_folders(self) -> dict[str, dict[str, Entry]]:
        """See to every folder that is not whole in the spare tree; what it holds then."""
        made: dict[str, dict[str, Entry]] = {}
        waiting = [""]
        while waiting:
            path = waiting.pop()
            wanted = self._wanted(path)
            made[path] = wanted
            below = f"{path}/" if path else ""
            there = self._begin(path, wanted)
            for name, entry in wanted.items():
                if entry.kind == "folder":
                    if below + name in self._whole:
                        self._take_over(below + name)
                    else:
                        waiting.append(below + name)
                elif below + name not in self._plan.write and there.get(name) != entry:
                    wanted[name] = self._keep(below + name, entry)
        return made

    def _write_files(self, made: Mapping[str, dict[str, Entry]], meanwhile: Callable[[], object]) -> None:
        """Write what is new, once all folders are there; how it looks then."""
        paths = [*self._plan.write]

        def write(number: int) -> Entry:
            path = paths[number]
            return _put(os.path.join(self._store.stage, path), self._plan.write[path].bytes())

        if len(paths) < MANY or not is_shared():
            meanwhile()
            found = [write(number) for number in range(len(paths))]
        else:
            found = in_two(len(paths), write, write, Entry._make, meanwhile=meanwhile)
        for path, entry in zip(paths, found, strict=True):
            folder, _, name = path.rpartition("/")
            made[folder][name] = entry

    def _wanted(self, path: str) -> dict[str, Entry]:
        """What a folder is to hold, in order of name: of what is new, no more than the kind is known yet."""
        below = f"{path}/" if path else ""
        wanted = {
            name: entry
            for name, entry in self._live.folders.get(path, NO_FOLDER).entries.items()
            if (below + name not in self._gone if entry.kind != "folder" else self._lasts(below + name))
        }
        fresh = self._fresh.get(path)
        if not fresh:
            return wanted
        for name in fresh:
            kind: Literal["file", "folder"] = "file" if below + name in self._plan.write else "folder"
            if name not in wanted or kind == "file":
                wanted[name] = Entry(kind, 0o644 if kind == "file" else 0o755)
        return dict(sorted(wanted.items()))

    def _begin(self, path: str, wanted: Mapping[str, Entry]) -> Mapping[str, Entry]:
        """Have the folder in its place; what is right in it already."""
        where, spare = os.path.join(self._store.stage, path), self._spare.folders.get(path)
        if spare is None or not path:
            os.mkdir(where, 0o700)
            for name, entry in spare.entries.items() if spare else ():
                if wanted.get(name) == entry or (entry.kind == "folder" and _is_folder(wanted.get(name))):
                    os.rename(os.path.join(self._store.spare.path, name), os.path.join(where, name))
            return spare.entries if spare else {}
        for name, entry in spare.entries.items():
            stays = wanted.get(name)
            if stays != entry and not (entry.kind == "folder" and _is_folder(stays)):
                _remove(os.path.join(where, name), entry)
        return spare.entries

    def _lasts(self, path: str) -> bool:
        """Whether a folder of the live tree is one of the next: something is in it, or nothing ever was."""
        if path in self._fresh or path in self._whole:
            return True
        waiting = [path]
        while waiting:
            folder = waiting.pop()
            entries = self._live.folders.get(folder, NO_FOLDER).entries
            if not entries:
                return True
            for name, entry in entries.items():
                if entry.kind == "folder":
                    waiting.append(f"{folder}/{name}")
                elif f"{folder}/{name}" not in self._gone:
                    return True
        return False

    def _keep(self, path: str, entry: Entry) -> Entry:
        """One more name for a file of the live tree, or where the system refuses that, a copy."""
        old, new = os.path.join(self._store.output, path), os.path.join(self._store.stage, path)
        try:
            os.link(old, new, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS or not stat.S_ISREG(os.lstat(old).st_mode):
                raise
            shutil.copy2(old, new, follow_symlinks=False)
            return look(os.lstat(new))
        return entry

    def _take_over(self, path: str) -> None:
        """Know a folder that is as it should be, with all that is below."""
        waiting = [path]
        while waiting:
            path = waiting.pop()
            self._built[path] = self._spare.folders[path]
            waiting += _below(path, self._built[path])


def _is_folder(entry: Entry | None) -> bool:
    return entry is not None and entry.kind == "folder"


def _below(path: str, folder: Folder) -> list[str]:
    """The folders in a folder."""
    return [f"{path}/{name}" for name, entry in folder.entries.items() if entry.kind == "folder"]


def _remove(path: str, entry: Entry) -> None:
    """Take away what is not wanted any more."""
    if entry.kind == "folder":
        remove(path)
    else:
        os.unlink(path)


def _by_folder(paths: Iterable[str]) -> dict[str, dict[str, None]]:
    """The names that must come into each folder: of files, and of the folders above them."""
    found: dict[str, dict[str, None]] = {}
    for path in paths:
        for way in (path, *_above(path)):
            folder, _, name = way.rpartition("/")
            if way:
                found.setdefault(folder, {})[name] = None
    return found


def _above(path: str) -> list[str]:
    """The folders above a path, the root as ""."""
    return [*folders_of(path), ""]


def _put(path: str, data: bytes) -> Entry:
    try:
        handle = os.open(path, _NEW, 0o644)
    except FileExistsError:  # a second process began it, and was lost
        os.unlink(path)
        handle = os.open(path, _NEW, 0o644)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        os.fchmod(handle, 0o644)
        return look(os.fstat(handle))
    finally:
        os.close(handle)
