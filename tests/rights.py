"""Tests about what may not be read or written: root may do everything, so root steps aside for them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def as_ordinary_user(folder: Path) -> Iterator[None]:
    """Work as a user who owns the folder and all in it, and has no other rights. Others must be able to reach it, as
    they cannot reach `tmp_path`; and what is done must have been done once before, since the interpreter may be out of
    reach for its modules to be imported."""
    if os.geteuid():
        yield
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
