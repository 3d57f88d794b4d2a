"""What a publish will do, decided before anything is done. `--dry-run` prints the plan, `apply` carries it out.

A file is ours when the manifest names it and its bytes are still the ones we wrote. Any other file in the published
folder is somebody's: it is carried along, never replaced and never deleted, unless `force` says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from vaultkit.errors import TargetError
from vaultkit.model.record import NamedTuple
from vaultkit.publish.address import claim
from vaultkit.publish.manifest import FileRecord, Manifest, digest_of
from vaultkit.publish.page import Output
from vaultkit.publish.renewed import in_order_of
from vaultkit.publish.tree import Entry, Tree, scan


class Content(NamedTuple):
    """What a file of the new tree will hold: its digest, and the bytes or a way to them; there may be others by then,
    which raises TargetError."""

    digest: str
    data: bytes | Callable[[], bytes]

    def bytes(self) -> bytes:
        return self.data if isinstance(self.data, bytes) else self.data()


class Conflict(NamedTuple):
    """A file that is not ours (any more) stands where we would write or delete. It is kept."""

    path: str
    message: str


class FilePlan(NamedTuple):
    """What becomes of the files of a published folder.

    `write` replaces or adds, `unchanged` and whatever is not ours stay, `files` are the records of the new manifest in
    order of path, `live` is the tree as it was when this was decided.
    """

    write: Mapping[str, Content]
    delete: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    files: Mapping[str, FileRecord]
    live: Tree

    @property
    def unchanged(self) -> tuple[str, ...]:
        """The files of ours that stay as they are."""
        conflicts = {conflict.path for conflict in self.conflicts}
        return tuple(path for path in self.files if path not in self.write and path not in conflicts)


def contents(outputs: Iterable[Output]) -> Iterator[tuple[str, Content]]:
    """The outputs of a target as contents."""
    for output in outputs:
        yield output.path, Content(digest_of(output.data), output.data)


def plan_files(
    wanted: Iterable[tuple[str, Content]],
    manifest: Manifest,
    root: str,
    *,
    force: bool = False,
) -> FilePlan:
    """Compare what is wanted with what is there. Raises TargetError when two of the wanted files are one."""
    live = scan(root)
    planner = _Planner(manifest, live, root, force)
    claims: dict[str, str] = {}
    for path, content in wanted:
        other = claims.setdefault(claim(path), path)
        if other is not path:
            raise TargetError(f"two files of the site are one and the same: `{other}` and `{path}`", where=root)
        planner.want(path, content)
    for path in manifest.files.keys() - planner.seen:
        planner.drop(path)
    return planner.result()


def plan_step(
    fresh: Iterable[tuple[str, Content]],
    gone: Collection[str],
    manifest: Manifest,
    root: str,
    known: Tree | None,
) -> FilePlan:
    """The same when all files but some `fresh` ones stay as they are, save those that are `gone`. `known` is how the
    folder looked when the manifest was written: only folders that do not look so any more are gone through.

    A file that is to be written and is not one of the fresh ones was taken away by somebody; its bytes are not at hand.
    """
    live = scan(root, known)
    planner = _Planner(manifest, live, root, False)
    for path, content in fresh:
        planner.want(path, content)
    before = known.folders if known else {}
    others = {
        folder for folder in before.keys() | live.folders.keys() if live.folders.get(folder) is not before.get(folder)
    }
    if others or not known:
        for path, record in manifest.files.items():
            if path not in planner.seen and path not in gone and (not known or path.rpartition("/")[0] in others):
                planner.want(path, Content(record.digest, _not_at_hand))
    for path in gone:
        planner.drop(path)
    return planner.result(beside=True)


def _not_at_hand() -> bytes:
    raise TargetError("a published file was taken away while it was published", do="publish again")


class _Planner:
    """Decides file by file."""

    def __init__(self, manifest: Manifest, live: Tree, root: str, force: bool) -> None:
        self._records = manifest.files
        self._live = live
        self._root = root
        self._force = force
        self._write: dict[str, Content] = {}
        self._delete: list[str] = []
        self._conflicts: list[Conflict] = []
        self._files: dict[str, FileRecord] = {}
        self._dropped: list[str] = []
        self.seen: set[str] = set()

    def want(self, path: str, content: Content) -> None:
        self.seen.add(path)
        new = FileRecord(content.digest, 0, 0, 0)
        entry = self._live.get(path)
        stranger = self._stranger(path)
        if stranger:
            self._clash(path, f"`{stranger}` is in the way and is not ours", content)
        elif entry is None:
            self._write[path], self._files[path] = content, new
        elif entry.kind == "file" and self._holds(path, entry, content.digest):
            record = FileRecord(content.digest, entry.inode, entry.size, entry.mtime_ns)
            known = self._records.get(path)
            self._files[path] = known if known == record else record
        elif self._is_ours(path, entry):
            self._write[path], self._files[path] = content, new
        else:
            edited = path in self._records and entry.kind == "file"
            what = "was edited by somebody since it was published" if edited else "is there already and is not ours"
            self._clash(path, what, content)

    def drop(self, path: str) -> None:
        """A file of ours that is wanted no more."""
        self._dropped.append(path)
        entry = self._live.get(path)
        if entry is None or self._stranger(path):
            return
        if self._is_ours(path, entry) or self._force:
            self._delete.append(path)
            return
        self._conflicts.append(
            Conflict(path, "should be deleted, but was edited by somebody since it was published: it is still public")
        )
        self._files[path] = self._records[path]

    def _clash(self, path: str, what: str, content: Content) -> None:
        if self._force and not self._is_folder(path):
            self._write[path], self._files[path] = content, FileRecord(content.digest, 0, 0, 0)
            return
        self._conflicts.append(Conflict(path, what))
        if path in self._records:
            self._files[path] = self._records[path]

    def _stranger(self, path: str) -> str:
        """A file or link that stands where a folder of the path belongs, or a folder that stands at the path."""
        if path.rpartition("/")[0] in self._live.folders:
            return path if self._is_folder(path) else ""
        for at, char in enumerate(path):
            if char == "/" and path[:at] not in self._live.folders:
                return path[:at] if path[:at] in self._live else ""
        return ""

    def _is_folder(self, path: str) -> bool:
        return path in self._live.folders

    def _is_ours(self, path: str, entry: Entry) -> bool:
        """Whether a file holds what we wrote. Asked before replacing and deleting, so it is read, whatever it looks
        like."""
        record = self._records.get(path)
        return record is not None and entry.kind == "file" and self._digest(path) == record.digest

    def _holds(self, path: str, entry: Entry, digest: str) -> bool:
        """Whether a file holds these bytes; one that looks as when we wrote them is not read again."""
        record = self._records.get(path)
        if record is not None and record[1:] == (entry.inode, entry.size, entry.mtime_ns):
            return record.digest == digest
        return self._digest(path) == digest

    def _digest(self, path: str) -> str:
        handle = os.open(os.path.join(self._root, path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as file:
            return digest_of(file.read())

    def result(self, *, beside: bool = False) -> FilePlan:
        """What was decided; `beside`: files of which nothing was said stay."""
        files = self._files
        if beside:
            files = {**self._records, **files}
            for path in self._dropped:
                if path not in self._files:
                    files.pop(path, None)
        return FilePlan(
            dict(sorted(self._write.items())),
            tuple(sorted(self._delete)),
            tuple(sorted(self._conflicts)),
            in_order_of(self._records, files),
            self._live,
        )
