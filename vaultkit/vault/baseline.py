"""The file of a baseline: `lint.baseline` tells what is in it."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from vaultkit.errors import SetupError
from vaultkit.vault.texts import read_text

if TYPE_CHECKING:
    from vaultkit.lint.baseline import Known

NAME = "vaultkit-baseline.json"
"""Where a vault's baseline is when nobody names another place: at its root."""

_MAX_BYTES = 64 * 1024 * 1024


def load(path: str, shown: str) -> Known | None:
    """The baseline at a path, called `shown` in messages; None when there is none.

    Raises SetupError when the file is no baseline or cannot be read.
    """
    text = read_text(path, shown, _MAX_BYTES)
    if text is None:
        return None
    from vaultkit.lint.baseline import read

    try:
        return read(text)
    except ValueError as error:
        raise SetupError(
            f"this is no baseline that can be used: {error}",
            where=shown,
            do="mend it, or name another file; `vaultkit check --write-baseline` makes a new one",
        ) from error


def save(path: str, known: Known) -> None:
    """Write a baseline in one step: a reader finds the old one or the new one, whole. Raises OSError."""
    import secrets

    from vaultkit.lint.baseline import written

    path = os.path.realpath(path)
    beside = os.path.join(os.path.dirname(path), f".vaultkit-{secrets.token_hex(8)}")
    data = written(known).encode("utf-8", "backslashreplace")  # a name that is not UTF-8 becomes a JSON escape
    try:
        with open(beside, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            os.chmod(beside, os.stat(path).st_mode & 0o7777)
        os.replace(beside, path)
    except OSError:
        with suppress(FileNotFoundError):
            os.unlink(beside)
        raise
