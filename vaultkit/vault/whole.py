"""Files that are written whole or not at all, outside of notes: reports, baselines."""

from __future__ import annotations

import os
import stat
from contextlib import suppress


def name_beside() -> str:
    """A name that nobody has yet, for a hidden file that stands beside another until it takes its place."""
    return f".vaultkit-{os.urandom(8).hex()}"


def write_whole(path: str, data: bytes) -> None:
    """Write beside a file (where a link leads, when it is one) and take its place in one step, with its mode if it is
    there. Raises OSError; what was there before is there then."""
    path = os.path.realpath(path)
    beside = os.path.join(os.path.dirname(path), name_beside())
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        with open(handle, "wb") as file:
            with suppress(FileNotFoundError):
                os.fchmod(handle, stat.S_IMODE(os.stat(path).st_mode))
            file.write(data)
            file.flush()
            os.fsync(handle)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise
