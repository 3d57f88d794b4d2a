"""A report in a file: written whole, or not at all."""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from vaultkit.errors import SetupError
from vaultkit.index.file_kinds import is_note
from vaultkit.vault.whole import write_whole


def expect_place(given: str, root: str) -> None:
    """Raise SetupError, before anything is done, when no report can be put at a path or a note is there."""
    folder = os.path.dirname(given) or "."
    if not os.path.isdir(folder):
        raise SetupError("there is no folder to write this file into", where=given, do=f"make the folder {folder}")
    if os.path.isdir(given):
        raise SetupError("this is a folder, and a report is one file", where=given)
    path, vault = os.path.realpath(given), os.path.join(os.path.realpath(root), "")
    if path.startswith(vault) and is_note(path) and os.path.exists(path):
        raise SetupError(
            "this is a note of the vault, and no report is written over one", where=given, do="choose another name"
        )


def write_report(given: str, text: str) -> None:
    """Put a text into a file in one step; a device or a pipe is written to as it is.

    Raises SetupError when it cannot be written; what was there before is there then.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        with suppress(FileNotFoundError):
            state = os.stat(given)
            if not stat.S_ISREG(state.st_mode):
                with open(given, "wb") as file:
                    file.write(data)
                return
        write_whole(given, data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise SetupError(f"the report cannot be written: {error.strerror}", where=given) from error
