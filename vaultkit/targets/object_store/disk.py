"""A bucket that is a folder of this machine: a file is there whole or not at all, and links lead nowhere."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress

from vaultkit.model.path import folders_of

_COMING = ".vaultkit-coming-"
"""What the name of a file begins with that is not whole yet, at the root of the bucket."""


def is_coming(path: str) -> bool:
    """Whether this is a file that somebody was writing when it was cut off."""
    return path.startswith(_COMING)


def clean(root: str) -> None:
    """Take away what a run that was killed had begun to write. Raises OSError."""
    for name in os.listdir(root) if os.path.isdir(root) else ():
        if is_coming(name):
            os.unlink(os.path.join(root, name))


def put(root: str, path: str, data: bytes) -> None:
    """Write a file of the folder `root` in one step. Raises OSError."""
    os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
    coming = os.path.join(root, f"{_COMING}{os.urandom(8).hex()}")
    try:
        with open(coming, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(coming, os.path.join(root, path))
    except BaseException:
        with suppress(OSError):
            os.unlink(coming)
        raise


def in_the_way(root: str, paths: Iterable[str]) -> tuple[str, ...]:
    """What is no folder where one of the paths needs one, and no file where one of them is to be: links above all,
    which would lead what is written there elsewhere."""
    found: set[str] = set()
    for path in paths:
        found.update(place for place in folders_of(path) if not _is(os.path.join(root, place), stat.S_ISDIR))
        if not _is(os.path.join(root, path), stat.S_ISREG):
            found.add(path)
    return tuple(sorted(found))


def _is(path: str, kind: Callable[[int], bool]) -> bool:
    """Whether what stands at a path is of a kind; so is nothing at all."""
    try:
        return kind(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
