"""One watcher per vault: a lock that the kernel lets go of when its holder dies, and where the holder can be asked."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from vaultkit.errors import BusyError
from vaultkit.model.record import NamedTuple
from vaultkit.vault.folders import known_as, state_folder

_TRIES = 10
_PAUSE = 0.02


class Holder(NamedTuple):
    """Who watches a vault: the process, since when (ISO 8601 in UTC), and the socket that answers, "" for none."""

    pid: int = 0
    since: str = ""
    socket: str = ""


class Instance:
    """This process as the only watcher of a vault."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self.since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        self.tell("")

    def tell(self, socket: str) -> None:
        """Write down who this is, and where it answers."""
        data = json.dumps(Holder(os.getpid(), self.since, socket)._asdict()).encode() + b"\n"
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, data, 0)


@contextmanager
def only_one(root: str) -> Iterator[Instance]:
    """Be the only watcher of the vault at `root`. Raises BusyError, which names the other one, and OSError."""
    path = _lock_file(root)
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    held = _Held(handle)
    os.register_at_fork(after_in_child=held.let_go)  # workers may outlive a process that is killed
    try:
        if not _locked(handle):
            raise _busy(root, _read(handle))
        yield Instance(handle)
        os.ftruncate(handle, 0)
    finally:
        held.let_go()


def holder(root: str) -> Holder | None:
    """Who watches the vault at `root`; None when nobody does."""
    try:
        handle = os.open(_lock_file(root), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(handle)
    except OSError:
        return None
    finally:
        os.close(handle)
    return None


class _Held:
    """A descriptor that is closed once: an unlock in a forked child would unlock for its parent too."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def let_go(self) -> None:
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)


def _lock_file(root: str) -> str:
    return os.path.join(state_folder(), "watch", f"{known_as(root)}.lock")


def _locked(handle: int) -> bool:
    """Whether the lock could be had. Who only asks whether it is held has it for an instant."""
    for _ in range(_TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(_PAUSE)
    return False


def _read(handle: int) -> Holder:
    """What the holder wrote of itself; as much as can be read."""
    with suppress(OSError, ValueError, TypeError, RecursionError):
        return Holder(**json.loads(os.pread(handle, 10_000, 0)))
    return Holder()


def _busy(root: str, other: Holder) -> BusyError:
    who = f"by process {other.pid}, since {clock(other.since)}" if other.pid else "by another process"
    do = "`vaultkit status` asks it; `vaultkit check --watch` may run beside it"
    return BusyError(f"this vault is being watched already {who}", where=root, do=do)


def clock(moment: str) -> str:
    """A moment (ISO 8601) as a clock and calendar here show it; as it is when it is none."""
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, TypeError, OverflowError):
        return str(moment)
