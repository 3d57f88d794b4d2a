"""Changing files of the vault, all or nothing.

Every new text is first written beside its file and forced to the disk; then one after the other takes its place, and
the file that moves moves last. When a step fails, those before it are taken back. Folders are opened beneath the root
without following links, so nothing outside of the vault is ever written.

A process that is killed in between leaves every file whole, old or new, and the move can simply be asked for again:
what was written already opens the file where it will be.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress

from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.vault.diff import git_diff
from vaultkit.vault.files import Gone, Vault
from vaultkit.vault.whole import name_beside

_NO_HARD_LINKS = frozenset((errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK))


class Rewrite(NamedTuple):
    """A file's bytes as they must still be, and as they shall be."""

    path: NotePath
    before: bytes
    after: bytes

    def diff(self) -> Iterator[str]:
        """The change of a text as the lines of a unified diff."""
        return git_diff(self.path, self.path, self.before.decode(), self.after.decode())


class _Staged(NamedTuple):
    """A file whose new content lies beside it under the name `new`; `folder` is a descriptor."""

    path: NotePath
    folder: int
    name: str
    new: str
    state: os.stat_result
    extended: dict[str, bytes]


def move_file(vault: Vault, rewrites: tuple[Rewrite, ...], old: NotePath, new: NotePath) -> None:
    """Rewrite files (at their old paths) and move one, without ever putting it over another; `old` and `new` may be
    the same, and then none moves.

    Raises SetupError when a file changed meanwhile, and OSError when the disk refuses; nothing is different then.
    """
    with ExitStack() as ends, ExitStack() as undo:
        there = _made_folder(vault, new.rpartition("/")[0], ends, undo)
        here = _folder(vault, old.rpartition("/")[0], ends)
        staged = [_stage(vault, rewrite, ends) for rewrite in rewrites]
        copies = [_copy_of_old(item, rewrite, ends) for item, rewrite in zip(staged, rewrites, strict=True)]
        for item, copy in zip(staged, copies, strict=True):
            _swap_in(item)
            undo.callback(os.rename, copy, item.name, src_dir_fd=item.folder, dst_dir_fd=item.folder)
        if old != new:
            _move(here, old.rpartition("/")[2], there, new.rpartition("/")[2])
        undo.pop_all()
        for folder in (*(item.folder for item in staged), here, there):
            with suppress(OSError):  # all is done; some file systems cannot sync a folder
                os.fsync(folder)


def rewrite_file(vault: Vault, rewrite: Rewrite) -> None:
    """Give one file its new bytes, at once.

    Raises SetupError when it was changed meanwhile or may not be written, and OSError when the disk refuses; it is what
    it was then.
    """
    with ExitStack() as ends:
        item = _stage(vault, rewrite, ends)
        _swap_in(item)
        with suppress(OSError):  # it is done; some file systems cannot sync a folder
            os.fsync(item.folder)


def _folder(vault: Vault, path: str, ends: ExitStack) -> int:
    folder = vault.open_folder(path)
    ends.callback(os.close, folder)
    return folder


def _made_folder(vault: Vault, path: str, ends: ExitStack, undo: ExitStack) -> int:
    """A folder of the vault, made with those above it where they are missing."""
    folder, way = _folder(vault, "", ends), ""
    for part in filter(None, path.split("/")):
        way = f"{way}/{part}" if way else part
        with suppress(FileExistsError):
            os.mkdir(part, dir_fd=folder)
            undo.callback(os.rmdir, part, dir_fd=folder)
        folder = _folder(vault, way, ends)
    return folder


def _stage(vault: Vault, rewrite: Rewrite, ends: ExitStack) -> _Staged:
    path = rewrite.path
    above, _, name = path.rpartition("/")
    folder = _folder(vault, above, ends)
    try:
        state = os.stat(name, dir_fd=folder, follow_symlinks=False)
        same = state.st_size == len(rewrite.before) and vault.read_bytes(path, state.st_size) == rewrite.before
    except (FileNotFoundError, Gone) as error:
        raise changed(path) from error
    if not same:
        raise changed(path)
    if not os.access(name, os.W_OK, dir_fd=folder):
        raise SetupError("this file may not be written, so nothing was changed", where=path)
    extended = _extended(folder, name)
    new = _write_beside(folder, rewrite.after, state, extended, ends)
    return _Staged(path, folder, name, new, state, extended)


def _copy_of_old(item: _Staged, rewrite: Rewrite, ends: ExitStack) -> str:
    """The name of a copy of the file as it was, to be put back when a later step fails."""
    name = _write_beside(item.folder, rewrite.before, item.state, item.extended, ends)
    os.utime(name, ns=(item.state.st_atime_ns, item.state.st_mtime_ns), dir_fd=item.folder)
    return name


def _write_beside(folder: int, data: bytes, state: os.stat_result, extended: dict[str, bytes], ends: ExitStack) -> str:
    """Write a hidden file like the one that it stands beside; it is gone in the end, unless renamed."""
    name = name_beside()
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder)
    ends.callback(_remove, folder, name)
    with open(handle, "wb") as file:
        file.write(data)
        file.flush()
        _take_after(handle, state, extended)
        os.fsync(handle)
    return name


def _take_after(handle: int, state: os.stat_result, extended: dict[str, bytes]) -> None:
    """Give a new file the mode of the one that it replaces, and its owner and extended attributes where possible."""
    if (state.st_uid, state.st_gid) != (os.geteuid(), os.getegid()):
        with suppress(OSError):
            os.fchown(handle, state.st_uid, state.st_gid)
    os.fchmod(handle, state.st_mode & 0o7777)
    for name, value in extended.items():
        with suppress(OSError):
            os.setxattr(handle, name, value)


def _extended(folder: int, name: str) -> dict[str, bytes]:
    """The extended attributes of a file, access lists among them; none where the system has no such thing."""
    if not hasattr(os, "listxattr"):
        return {}
    with suppress(OSError):
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, dir_fd=folder)
        try:
            return {key: os.getxattr(handle, key) for key in os.listxattr(handle)}
        finally:
            os.close(handle)
    return {}


def _remove(folder: int, name: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def _swap_in(item: _Staged) -> None:
    try:
        now = os.stat(item.name, dir_fd=item.folder, follow_symlinks=False)
    except FileNotFoundError as error:
        raise changed(item.path) from error
    if (now.st_ino, now.st_size, now.st_mtime_ns) != (item.state.st_ino, item.state.st_size, item.state.st_mtime_ns):
        raise changed(item.path)
    os.rename(item.new, item.name, src_dir_fd=item.folder, dst_dir_fd=item.folder)


def _move(here: int, old: str, there: int, new: str) -> None:
    """Give a file another name, in one step that fails when the name is taken, where the file system has one."""
    try:
        os.link(old, new, src_dir_fd=here, dst_dir_fd=there, follow_symlinks=False)
    except FileExistsError:
        taken = os.stat(new, dir_fd=there, follow_symlinks=False)
        if not os.path.samestat(taken, os.stat(old, dir_fd=here, follow_symlinks=False)):
            raise
        os.rename(old, new, src_dir_fd=here, dst_dir_fd=there)  # letter case is no matter here: it is the same file
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        with suppress(FileNotFoundError):
            os.stat(new, dir_fd=there, follow_symlinks=False)
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new) from error
        os.rename(old, new, src_dir_fd=here, dst_dir_fd=there)
    else:
        try:
            os.unlink(old, dir_fd=here)
        except OSError:
            os.unlink(new, dir_fd=there)
            raise


def changed(path: NotePath) -> SetupError:
    """The refusal to write over what somebody else wrote."""
    return SetupError("this file was changed meanwhile, so nothing was done", where=path, do="try again")
