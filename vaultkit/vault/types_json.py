"""`.obsidian/types.json`: the types of properties that the app keeps for a vault, and how more are laid into it."""

from __future__ import annotations

import difflib
import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from vaultkit.errors import SetupError
from vaultkit.model.record import NamedTuple
from vaultkit.vault.whole import name_beside

FILE = ".obsidian/types.json"


class TypesChange(NamedTuple):
    """What would be written: the bytes as they are (None: there is no file) and as they shall be, and how many
    properties get another type."""

    before: bytes | None
    after: bytes
    properties: int

    def diff(self) -> Iterator[str]:
        """The lines of a unified diff."""
        before, after = ((data or b"").decode().splitlines(keepends=True) for data in (self.before, self.after))
        for line in difflib.unified_diff(before, after, f"a/{FILE}", f"b/{FILE}"):
            yield line.removesuffix("\n")
            if not line.endswith("\n"):
                yield "\\ No newline at end of file"


def plan_types(root: str, types: Mapping[str, str]) -> TypesChange:
    """What must change in the settings of the vault at `root` so that properties have these types; all else stays.

    Raises SetupError when Obsidian never opened the vault, or its file cannot be understood.
    """
    before = _read(root)
    whole: Any = {}
    if before is not None and before.strip():
        try:
            whole = json.loads(before)
        except (ValueError, RecursionError) as error:
            raise SetupError("this cannot be read as JSON, so nothing is written", where=FILE) from error
    known = whole.get("types", {}) if isinstance(whole, dict) else None
    if not isinstance(known, dict):
        raise SetupError("this holds no types of properties, so nothing is written", where=FILE)
    new = {name: kind for name, kind in types.items() if known.get(name) != kind}
    if not new:
        return TypesChange(before, before or b"", 0)
    text = json.dumps(whole | {"types": known | new}, indent=2, ensure_ascii=False)
    end = "\n" if before and before.endswith(b"\n") else ""
    return TypesChange(before, (text + end).encode("utf-8", "surrogatepass"), len(new))


def write_types(root: str, change: TypesChange) -> None:
    """Write it, all or nothing. Raises SetupError when the file was changed meanwhile, or OSError."""
    folder = _folder(root)
    name, beside = "types.json", name_beside()
    try:
        mode = 0o644 if change.before is None else os.stat(name, dir_fd=folder).st_mode & 0o7777
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode, dir_fd=folder)
        try:
            with open(handle, "wb") as file:
                file.write(change.after)
                file.flush()
                os.fchmod(handle, mode)
                os.fsync(handle)
            if _read(root) != change.before:
                raise SetupError("this file was changed meanwhile, so nothing was written", where=FILE, do="try again")
            os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(beside, dir_fd=folder)
            raise
        with suppress(OSError):
            os.fsync(folder)
    finally:
        os.close(folder)


def _folder(root: str) -> int:
    path = os.path.join(root, ".obsidian")
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            raise SetupError(
                "Obsidian's settings are not in this vault",
                where=".obsidian",
                do="open the vault in Obsidian once; a link in place of the folder is not followed",
            ) from error
        raise


def _read(root: str) -> bytes | None:
    """The file as it is; None when it is not there."""
    folder = _folder(root)
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with open(os.open("types.json", flags, dir_fd=folder), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise SetupError("this is a symbolic link, and links are not followed", where=FILE) from error
        raise
    finally:
        os.close(folder)
