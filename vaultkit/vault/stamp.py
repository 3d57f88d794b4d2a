"""Whether the set-up of a vault is still the one that was read: its configuration, its schemas, Obsidian's settings."""

from __future__ import annotations

import os
from collections.abc import Iterator

from vaultkit.config import Config
from vaultkit.vault.schemas import FOLDER
from vaultkit.vault.settings import CONFIG

Stamp = tuple[tuple[str, int, int, int], ...]
"""Path, inode, size and time of change (nanoseconds) of every file there is that the set-up can depend on."""


def stamp(root: str, config: Config | None) -> Stamp:
    """The state of all files that the set-up of the vault at `root` depends on; equal stamps mean: nothing changed."""
    found = []
    for path in sorted(set(_files(root, config))):
        try:
            state = os.stat(path)
        except OSError:
            continue
        found.append((path, state.st_ino, state.st_size, state.st_mtime_ns))
    return tuple(found)


def _files(root: str, config: Config | None) -> Iterator[str]:
    yield os.path.join(root, CONFIG)
    for name in ("app.json", "types.json"):
        yield os.path.join(root, ".obsidian", name)
    if config is not None:
        yield from config.sources()
    for folder, folders, names in os.walk(os.path.join(root, FOLDER)):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (os.path.join(folder, name) for name in names)
