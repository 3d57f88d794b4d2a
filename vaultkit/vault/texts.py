"""Reading the small texts that set vaultkit up: configuration, schemas, the app's settings."""

from __future__ import annotations

import os
import stat

from vaultkit.errors import SetupError

MAX_BYTES = 1024 * 1024


def read_text(path: str, shown: str, limit: int = MAX_BYTES) -> str | None:
    """The text of a file, a byte order mark dropped; None when there is nothing of that name.

    Raises SetupError, which calls the file `shown`, when it is no regular file, larger than `limit` bytes, unreadable,
    not UTF-8, or a link to what is not there: somebody wrote that file, and it may say what is private.
    """
    try:
        data = _read(path, shown, limit)
    except (FileNotFoundError, NotADirectoryError):
        if broken := _broken_link(path):
            where = shown if broken == path else broken
            raise SetupError("this link leads nowhere", where=where, do="mend the link, or remove it") from None
        return None
    except (OSError, ValueError) as error:
        raise SetupError(f"this file cannot be read: {getattr(error, 'strerror', error)}", where=shown) from error
    if len(data) > limit:
        raise SetupError(f"this file is larger than {limit // 1024} KiB", where=shown)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SetupError("this file is not UTF-8 text", where=f"{shown}:{line}", do="save it as UTF-8") from error


def inside(path: str, folder: str) -> bool:
    """Whether a path leads below a folder, links followed."""
    path, folder = os.path.realpath(path), os.path.realpath(folder)
    return path != folder and os.path.commonpath([path, folder]) == folder


def _broken_link(path: str) -> str:
    """The link to nowhere that is to blame when nothing is found at a path: it, or a folder above; "" for none."""
    while not os.path.lexists(path) and os.path.dirname(path) != path:
        path = os.path.dirname(path)
    return path if os.path.islink(path) and not os.path.exists(path) else ""


def _read(path: str, shown: str, limit: int) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise SetupError("this is a folder, and should be a file", where=shown)
        if not stat.S_ISREG(mode):
            raise SetupError("this is not a regular file", where=shown)
        data = b""
        while len(data) <= limit and (more := os.read(handle, MAX_BYTES)):
            data += more
        return data
    finally:
        os.close(handle)
