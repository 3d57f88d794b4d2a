"""Making files that are not there yet, all or none: no file is ever put over another one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack, suppress

from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath
from vaultkit.vault.files import Vault

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def create_files(vault: Vault, files: Mapping[NotePath, bytes]) -> None:
    """Make files (vault paths) with the folders that they need, in the order given.

    Raises SetupError when one of them is there already, and OSError when the disk refuses; then none is made.
    """
    with ExitStack() as ends, ExitStack() as undo:
        for path, data in files.items():
            above, _, name = path.rpartition("/")
            folder = _folder(vault, above, ends, undo)
            try:
                handle = os.open(name, _FLAGS, 0o666, dir_fd=folder)
            except FileExistsError as error:
                raise SetupError("there is a file of this name already, so nothing was written", where=path) from error
            undo.callback(_remove, folder, name)
            with open(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(handle)
        undo.pop_all()


def _folder(vault: Vault, path: str, ends: ExitStack, undo: ExitStack) -> int:
    """A folder of the vault, made with those above it where they are missing."""
    folder, way = vault.open_folder(""), ""
    ends.callback(os.close, folder)
    for part in filter(None, path.split("/")):
        way = f"{way}/{part}" if way else part
        with suppress(FileExistsError):
            os.mkdir(part, dir_fd=folder)
            undo.callback(os.rmdir, part, dir_fd=folder)
        folder = vault.open_folder(way)
        ends.callback(os.close, folder)
    return folder


def _remove(folder: int, name: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
