"""The file of a baseline: `lint.baseline` tells what is in it."""

from __future__ import annotations

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


def save(path: str, known: Known, shown: str) -> None:
    """Write a baseline in one step: a reader finds the old one or the new one, whole.

    Raises SetupError, which calls the file `shown`, when it cannot be written.
    """
    from vaultkit.lint.baseline import written
    from vaultkit.vault.whole import write_whole

    # a name that is not UTF-8 becomes a JSON escape
    data = written(known).encode("utf-8", "backslashreplace")
    try:
        write_whole(path, data)
    except OSError as error:
        raise SetupError(f"the baseline cannot be written: {error.strerror}", where=shown) from error
