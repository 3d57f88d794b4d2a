"""The next tree: what stays of the live one, under the same inodes, and what is new.

It is made of the spare tree, one that was live long ago and of which only such files are left as are live still. Where
nothing differs, a whole folder moves over at once; so the cost is that of the folders in which something changes. What
is missing is linked. A folder that was ever live is never written to, or somebody who has it open would see two
editions in it: a folder with a change is made anew, and its files move there.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import time
from collections.abc import Iterable

from vaultkit.errors import TargetError
from vaultkit.publish.files import Content, FilePlan
from vaultkit.publish.manifest import digest_of
from vaultkit.publish.store import Store
from vaultkit.publish.tree import MARKER, NO_FOLDER, Entry, Folder, Tree, look

_NO_LINKS = frozenset((errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP))
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_PAST = 10_000_000_000
"""Folders of ours bear a time so many nanoseconds ago, so that whatever somebody does to them later shows."""


def build(store: Store, plan: FilePlan, name: str) -> Tree:
    """Make the whole next tree in `store.stage`, with a mark of its name, and tell what it looks like."""
    built = _Builder(store, plan, store.spare.take()).build(name)
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
            self._gone.update(path[:at] for at, char in enumerate(path) if char == "/")
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
            below = (f"{path}/{name}" for name, entry in folder.entries.items() if entry.kind == "folder")
            if other and path not in touched and other[2:] == folder[2:] and whole.issuperset(below):
                whole.add(path)
        return whole

    def build(self, name: str) -> Tree:
        made = self._make_folders()
        stage = self._store.stage
        _put(os.path.join(stage, MARKER), name.encode() + b"\n")
        then = time.time_ns() - _PAST
        for path, entries in reversed(made.items()):
            where = os.path.join(stage, path)
            known = self._live.folders.get(path)
            mode = known.mode if known else 0o755
            os.chmod(where, mode)
            os.utime(where, ns=(then, then))
            state = os.lstat(where)
            self._built[path] = Folder(state.st_ino, state.st_mtime_ns, stat.S_IMODE(state.st_mode), entries)
        return Tree(dict(sorted(self._built.items())))

    def _make_folders(self) -> dict[str, dict[str, Entry]]:
        """Every folder that does not move over as a whole, with what it holds now."""
        made: dict[str, dict[str, Entry]] = {}
        waiting = [""]
        while waiting:
            path = waiting.pop()
            os.mkdir(os.path.join(self._store.stage, path), 0o700)
            entries = made[path] = {}
            live = self._live.folders.get(path, NO_FOLDER)
            below = f"{path}/" if path else ""
            for name, entry in live.entries.items():
                if entry.kind != "folder":
                    if below + name not in self._gone:
                        entries[name] = self._keep(below + name, entry)
                elif below + name in self._whole:
                    self._move(below + name)
                    entries[name] = entry
                elif self._lasts(below + name):
                    waiting.append(below + name)
                    entries[name] = entry
            for name in self._fresh.get(path, ()):
                content = self._plan.write.get(below + name)
                if content is not None:
                    entries[name] = _write(os.path.join(self._store.stage, below + name), below + name, content)
                elif name not in entries:
                    waiting.append(below + name)
                    entries[name] = Entry("folder", 0o755)
            made[path] = dict(sorted(entries.items()))
        return made

    def _lasts(self, path: str) -> bool:
        """Whether a folder of the live tree is one of the next: something is in it, or nothing ever was."""
        if path in self._fresh:
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
        """A file of the live tree in the next one, too: the spare name of it, one more, or where the system refuses
        that, a copy."""
        new = os.path.join(self._store.stage, path)
        if self._spare.get(path) == entry:
            os.rename(os.path.join(self._store.spare.path, path), new)
            return entry
        old = os.path.join(self._store.output, path)
        try:
            os.link(old, new, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS or not stat.S_ISREG(os.lstat(old).st_mode):
                raise
            shutil.copy2(old, new, follow_symlinks=False)
            return look(os.lstat(new))
        return entry

    def _move(self, path: str) -> None:
        """A whole folder of the spare tree."""
        os.rename(os.path.join(self._store.spare.path, path), os.path.join(self._store.stage, path))
        waiting = [path]
        while waiting:
            folder = waiting.pop()
            self._built[folder] = self._spare.folders[folder]
            entries = self._built[folder].entries
            waiting += [f"{folder}/{name}" for name, entry in entries.items() if entry.kind == "folder"]


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
    return [path[:at] for at, char in enumerate(path) if char == "/"] + [""]


def _write(where: str, path: str, content: Content) -> Entry:
    data = content.bytes()
    if digest_of(data) != content.digest:
        raise TargetError("a file changed while it was published", where=path, do="publish again")
    return _put(where, data)


def _put(path: str, data: bytes) -> Entry:
    handle = os.open(path, _NEW, 0o644)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        os.fchmod(handle, 0o644)
        return look(os.fstat(handle))
    finally:
        os.close(handle)
