"""The vault on disk: one loop that lists it, one careful way to read a file. Nothing here ever writes.

A file is opened beneath the root without following links, never blocking, and only if it is a regular file of bounded
size; what was read is compared with the file's state afterwards, so that half a save is never taken for a note.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from operator import eq
from typing import TYPE_CHECKING, Protocol, cast

from vaultkit.errors import SetupError
from vaultkit.model.change import Change
from vaultkit.model.digest import blake2b
from vaultkit.model.path import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span

if TYPE_CHECKING:
    from vaultkit.model.note import Problem

MAX_BYTES = 2 * 1024 * 1024
"""A larger note is not read."""

_TRIES = 3
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class Stat(NamedTuple):
    """What changes when a file's content does; times in nanoseconds. The change time cannot be set back."""

    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int


NEVER = Stat(0, -1, 0, 0)
"""The state of no file: one that is known by it must be looked at again."""


class Listing(NamedTuple):
    """One look at the vault.

    `files` are the regular files by path. `odd` are entries that look like notes and cannot be read as such (a link, a
    pipe, a folder named `x.md`), with what they are. `frozen` are folders that could not be listed, with the reason:
    what was known below them is still true, as far as anybody can tell.
    """

    files: dict[NotePath, Stat]
    odd: dict[NotePath, str]
    frozen: dict[NotePath, str]

    def kept(self, stats: Mapping[NotePath, Stat]) -> dict[NotePath, Stat]:
        """Of files as they were, those that nothing can be said of now."""
        if not self.frozen:
            return {}
        return {path: was for path, was in stats.items() if path not in self.files and below(path, self.frozen)}

    def changes(self, stats: Mapping[NotePath, Stat], odd: Mapping[NotePath, str]) -> Iterator[Change]:
        """What happened since the files and odd entries were these."""
        files = self.files
        if len(files) == len(stats) and all(map(eq, files, stats)):  # nearly always
            gone = set[NotePath]()
            saved = [path for path, now, was in zip(files, files.values(), stats.values(), strict=True) if now != was]
        else:
            gone = stats.keys() - files.keys()
            saved = [path for path, now in files.items() if stats.get(path) != now]
        for path in sorted([path for path in gone.union(odd) if path not in files and path not in self.odd]):
            if not below(path, self.frozen):
                yield Change(path, "deleted")
        for path in sorted(saved):
            yield Change(path, "saved")
        for path, kind in sorted(self.odd.items()):
            if odd.get(path) != kind:
                yield Change(path, "saved")


def below(path: str, folders: Iterable[str]) -> bool:
    """Whether a vault path lies in one of some folders; "" is the vault itself."""
    return any(not folder or path.startswith(folder + "/") for folder in folders)


class Source(NamedTuple):
    """The text of a note as it was read. With a `problem` the text is only good for showing where the problem is."""

    text: str
    digest: str
    problem: Problem | None = None


class Gone(Exception):
    """The file is not there any more, or is being written at this moment; look again at the next scan."""


class Files(Protocol):
    """Where notes come from: the disk, or git's index. `root` is the vault's folder on disk."""

    root: str

    def present(self) -> bool:
        """Whether what was opened is still there."""

    def leave_out(self, folders: Iterable[str]) -> None:
        """These folders (vault paths) are no part of the vault, from now on."""

    def scan(self) -> Listing:
        """Everything there is now."""

    def read(self, path: NotePath) -> Source:
        """One file as text. Raises Gone."""

    def read_bytes(self, path: NotePath, limit: int) -> bytes:
        """One file as bytes. Raises Gone, or OSError when it cannot be had or is larger than `limit`."""


class Vault:
    """The files of a vault on disk. `pruned` are folders (vault paths) that are not part of it: outputs of ours."""

    _fd = -1

    def __init__(self, root: str, pruned: Iterable[str] = ()) -> None:
        self.root = os.path.abspath(root)
        self._pruned = frozenset(pruned)
        try:
            self._fd = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise SetupError(
                "there is no vault here" if error.errno == errno.ENOENT else f"cannot open the vault: {error.strerror}",
                where=root,
                do="give the folder that holds the notes with --vault DIR",
            ) from error
        self._identity = self._id(os.fstat(self._fd))

    @staticmethod
    def _id(state: os.stat_result) -> tuple[int, int]:
        return state.st_dev, state.st_ino

    def close(self) -> None:
        """Let go of the root; the vault cannot be used afterwards."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    __del__ = close

    def present(self) -> bool:
        """Whether the path still leads to the very folder that was opened: not unmounted, renamed or replaced."""
        try:
            return self._id(os.stat(self.root)) == self._identity and os.fstat(self._fd).st_nlink > 0
        except OSError:
            return False

    def leave_out(self, folders: Iterable[str]) -> None:
        """These folders (vault paths) are no part of the vault, from now on."""
        self._pruned = frozenset(folders)

    def scan(self) -> Listing:
        """List the vault: names starting with a dot are no part of it, links are not followed."""
        files: dict[str, Stat] = {}
        odd: dict[NotePath, str] = {}
        frozen: dict[NotePath, str] = {}
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                self._list(folder, files, odd, folders)
            except OSError as error:
                frozen[NotePath(folder)] = error.strerror or str(error)
        return Listing(cast(dict[NotePath, Stat], files), odd, frozen)

    def _list(self, folder: str, files: dict[str, Stat], odd: dict[NotePath, str], folders: list[str]) -> None:
        prefix = folder + "/" if folder else ""
        handle = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self._fd)
        try:
            self._entries(handle, prefix, files, odd, folders)
        finally:
            os.close(handle)

    def _entries(
        self, handle: int, prefix: str, files: dict[str, Stat], odd: dict[NotePath, str], folders: list[str]
    ) -> None:
        pruned, new = self._pruned, tuple.__new__
        with os.scandir(handle) as entries:  # a descriptor: states are had by name, not by the long way from the root
            for entry in entries:
                name = entry.name
                if name[0] == ".":
                    continue
                path = prefix + name
                if entry.is_dir(follow_symlinks=False):
                    if path not in pruned:
                        folders.append(path)
                elif entry.is_file(follow_symlinks=False):
                    try:
                        state = entry.stat(follow_symlinks=False)
                    except FileNotFoundError:
                        continue
                    row = (state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
                    files[path] = new(Stat, row)
                elif name.lower().endswith(".md"):
                    odd[NotePath(path)] = _kind(entry)

    def read_bytes(self, path: NotePath, limit: int) -> bytes:
        """The bytes of a regular file that did not change while it was read.

        Raises Gone, or OSError when it cannot be had, is no regular file, or is larger than `limit` (EFBIG).
        """
        for _ in range(_TRIES):
            try:
                data = self._read_once(path, limit)
            except FileNotFoundError as error:
                raise Gone(path) from error
            if data is not None:
                return data
        raise Gone(path)

    def _read_once(self, path: str, limit: int) -> bytes | None:
        handle = open_beneath(self._fd, path)
        try:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise OSError(errno.EINVAL, "is not a regular file")
            if before.st_size > limit:
                raise OSError(errno.EFBIG, f"is larger than {limit} bytes")
            data = os.read(handle, before.st_size + 1)
            while data and len(data) < before.st_size:
                more = os.read(handle, before.st_size + 1 - len(data))
                if not more:
                    break
                data += more
            after = os.fstat(handle)
        finally:
            os.close(handle)
        same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        return data if same and len(data) == after.st_size else None

    def open_folder(self, path: str) -> int:
        """A file descriptor of a folder beneath the root ("" is the root), reached without links.

        Raises OSError. The caller closes it.
        """
        return open_beneath(self._fd, path) if path else os.dup(self._fd)

    def read(self, path: NotePath) -> Source:
        """A note's text. Whatever is wrong with the file is the source's problem; raises Gone only."""
        try:
            data = self.read_bytes(path, MAX_BYTES)
        except OSError as error:
            if error.errno == errno.EFBIG:
                return refused("too-large", f"the note is larger than {MAX_BYTES // 1024 // 1024} MiB")
            if error.errno in (errno.ELOOP, errno.EXDEV):
                return refused("unreadable", "a symbolic link leads here, and links are not followed")
            return refused("unreadable", f"the file cannot be read: {error.strerror}")
        return decode(data)


def refused(rule: str, message: str) -> Source:
    """A note whose text cannot be had."""
    return Source("", "", _problem(rule, 0, message, 0))


def decode(data: bytes) -> Source:
    """A note's bytes as text: UTF-8, a byte order mark at the start dropped, line ends as they are."""
    digest = blake2b(data, digest_size=16).hexdigest()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _undecodable(data, digest, error)
    if text.startswith("\ufeff"):
        text = text[1:]
    for sign, name in (("\0", "a NUL character"), ("\ufeff", "a byte order mark in the middle of the text")):
        at = text.find(sign)
        if at >= 0:
            return Source(text, digest, _problem("encoding", at, f"the note holds {name}"))
    return Source(text, digest)


def encode(text: str) -> bytes:
    """The bytes of a text as an editor or a pipe gave it; what was no UTF-8 there (surrogateescape) is not here."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _undecodable(data: bytes, digest: str, error: UnicodeDecodeError) -> Source:
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    at = len(data[: error.start].decode("utf-8").removeprefix("\ufeff"))
    found = f"byte 0x{data[error.start]:02x} at byte {error.start}"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found = "it looks like UTF-16"
    return Source(text, digest, _problem("encoding", at, f"the note is not UTF-8: {found}"))


def _problem(rule: str, at: int, message: str, length: int = 1) -> Problem:
    from vaultkit.model.note import Problem

    return Problem(rule, Span(at, at + length), message)


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "a symbolic link"
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError:
        return "gone"
    for test, name in (
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    ):
        if test(mode):
            return name
    return "not a regular file"


_OPENAT2 = 437
_BENEATH_NO_LINKS = 0x08 | 0x04 | 0x02  # RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS


def _kernel_open() -> Callable[[int, str], int] | None:
    """openat2(2), which keeps the whole path beneath a folder and free of links; None where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    class How(ctypes.Structure):
        _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))

    syscall = ctypes.CDLL(None, use_errno=True).syscall
    syscall.restype = ctypes.c_long
    how = How(_FLAGS, 0, _BENEATH_NO_LINKS)
    reference, size = ctypes.byref(how), ctypes.c_size_t(ctypes.sizeof(how))
    number = ctypes.c_long(_OPENAT2)

    def beneath(folder: int, path: str) -> int:
        handle: int = syscall(number, folder, os.fsencode(path), reference, size)
        if handle < 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), path)
        return handle

    here = os.open("/", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.close(beneath(here, "."))
    except OSError:
        return None
    finally:
        os.close(here)
    return beneath


def _step_by_step(folder: int, path: str) -> int:
    """The same by opening each part without following links, for systems without openat2."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise OSError(errno.EXDEV, "leads out of the vault", path)
    at = os.dup(folder)
    try:
        for part in parts[:-1]:
            try:
                below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at)
            except NotADirectoryError as error:
                if stat.S_ISLNK(os.lstat(part, dir_fd=at).st_mode):
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path) from error  # as the kernel says it
                raise
            os.close(at)
            at = below
        return os.open(parts[-1], _FLAGS | os.O_NOFOLLOW, dir_fd=at)
    finally:
        os.close(at)


@cache
def _opener() -> Callable[[int, str], int]:
    return _kernel_open() or _step_by_step


_few = iter(range(100))
"""So many files are opened step by step: for fewer it does not pay to load what calls the kernel."""


def open_beneath(folder: int, path: str) -> int:
    """A descriptor for reading what a path below a folder (a descriptor) names, reached without links, never blocking.

    Raises OSError, also for a path that leads out of the folder. The caller closes it.
    """
    if next(_few, None) is None:
        return _opener()(folder, path)
    return _step_by_step(folder, path)
