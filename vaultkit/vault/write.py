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
import secrets
from contextlib import ExitStack, suppress
from typing import NamedTuple

from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath
from vaultkit.vault.files import Gone, Vault

_NO_HARD_LINKS = frozenset((errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK))


class Rewrite(NamedTuple):
    """A file's bytes as they must still be, and as they shall be."""

    path: NotePath
    before: bytes
    after: bytes


class _Staged(NamedTuple):
    """A file whose new and old content lie beside it under the names `new` and `old`; `folder` is a descriptor."""

    path: NotePath
    folder: int
    name: str
    new: str
    old: str
    state: os.stat_result


def move_file(vault: Vault, rewrites: tuple[Rewrite, ...], old: NotePath, new: NotePath) -> None:
    """Rewrite files (at their old paths) and move one, without ever putting it over another; `old` and `new` may be
    the same, and then none moves.

    Raises SetupError when a file changed meanwhile, and OSError when the disk refuses; nothing is different then.
    """
    with ExitStack() as ends, ExitStack() as undo:
        there = _made_folder(vault, new.rpartition("/")[0], ends, undo)
        here = _folder(vault, old.rpartition("/")[0], ends)
        staged = [_stage(vault, rewrite, ends) for rewrite in rewrites]
        for item in staged:
            _swap_in(item)
            undo.callback(os.rename, item.old, item.name, src_dir_fd=item.folder, dst_dir_fd=item.folder)
        if old != new:
            _move(here, old.rpartition("/")[2], there, new.rpartition("/")[2])
        undo.pop_all()
        for folder in (*(item.folder for item in staged), here, there):
            with suppress(OSError):  # all is done; some file systems cannot sync a folder
                os.fsync(folder)


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
        raise _changed(path) from error
    if not same:
        raise _changed(path)
    if not os.access(name, os.W_OK, dir_fd=folder):
        raise SetupError("this file may not be written, so nothing was changed", where=path)
    new = _write_beside(folder, rewrite.after, state, ends)
    old = _write_beside(folder, rewrite.before, state, ends)
    os.utime(old, ns=(state.st_atime_ns, state.st_mtime_ns), dir_fd=folder)
    return _Staged(path, folder, name, new, old, state)


def _write_beside(folder: int, data: bytes, state: os.stat_result, ends: ExitStack) -> str:
    """Write a hidden file, with the mode of the one that it stands beside; it is gone in the end, unless renamed."""
    name = f".vaultkit-{secrets.token_hex(8)}"
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder)
    ends.callback(_remove, folder, name)
    with open(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fchmod(handle, state.st_mode & 0o7777)
        os.fsync(handle)
    return name


def _remove(folder: int, name: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def _swap_in(item: _Staged) -> None:
    now = os.stat(item.name, dir_fd=item.folder, follow_symlinks=False)
    if (now.st_ino, now.st_size, now.st_mtime_ns) != (item.state.st_ino, item.state.st_size, item.state.st_mtime_ns):
        raise _changed(item.path)
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


def _changed(path: NotePath) -> SetupError:
    return SetupError("this file was changed meanwhile, so nothing was done", where=path, do="try again")
