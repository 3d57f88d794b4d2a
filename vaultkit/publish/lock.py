"""One publisher at a time: a lock that the kernel lets go of when its holder dies, so that none is ever stale."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from vaultkit.errors import BusyError


@contextmanager
def hold(path: str, output: str) -> Iterator[None]:
    """Hold the lock file at `path`, made when it is missing, while something is published to `output`.

    Raises BusyError at once when another process holds it. Nothing is written to the file: who holds the lock is
    asked of the kernel.
    """
    handle = _locked(path, output)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)  # a worker that was forked meanwhile holds the same open file
        os.close(handle)


def _locked(path: str, output: str) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = _owner(handle)
            os.close(handle)
            do = f"wait until process {owner} is done" if owner else "wait until it is done"
            raise BusyError("another vaultkit is publishing to this folder", where=output, do=do) from None
        except OSError:
            os.close(handle)
            raise
        if _is_at(handle, path):
            return handle
        os.close(handle)


def _is_at(handle: int, path: str) -> bool:
    """Whether the file that was opened is still the one at the path: its folder may have been removed meanwhile."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path, follow_symlinks=False))
    except FileNotFoundError:
        return False


def _owner(handle: int) -> int:
    """The process that holds the lock of a file, 0 when the system does not tell."""
    state = os.fstat(handle)
    wanted = f"{os.major(state.st_dev):02x}:{os.minor(state.st_dev):02x}:{state.st_ino}"
    try:
        with open("/proc/locks", encoding="ascii") as file:
            rows = [line.split() for line in file]
    except OSError:
        return 0
    return next((int(row[4]) for row in rows if len(row) > 5 and row[1] == "FLOCK" and row[5] == wanted), 0)
