"""The two system calls that make a whole tree appear at once and for good, and what takes their place elsewhere."""

from __future__ import annotations

import ctypes
import errno
import os
import sys

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NOT_OFFERED = frozenset((errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP))
_C = ctypes.CDLL(None, use_errno=True)


def exchange(left: str, right: str) -> bool:
    """Let two folders change places in one step; False when this system or file system cannot.

    Raises OSError when it could, but did not.
    """
    if not sys.platform.startswith("linux") or not hasattr(_C, "renameat2"):
        return False
    failed = _C.renameat2(_AT_FDCWD, os.fsencode(left), _AT_FDCWD, os.fsencode(right), _RENAME_EXCHANGE)
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _NOT_OFFERED:
        return False
    raise OSError(code, os.strerror(code), right)


def sync_all(folder: str) -> None:
    """Wait until everything written to the file system of a folder is on the disk. Raises OSError when it is not."""
    if not hasattr(_C, "syncfs"):
        os.sync()
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if _C.syncfs(handle):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), folder)
    finally:
        os.close(handle)


def sync_folder(folder: str) -> None:
    """Wait until the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
