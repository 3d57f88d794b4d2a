"""Where a vault begins."""

from __future__ import annotations

import os

from vaultkit.errors import SetupError

CONFIG = "vaultkit.yaml"
MARKS = (CONFIG, ".obsidian")
"""What marks a folder as a vault."""


def find_root(path: str) -> str:
    """The root of the vault that a file or folder belongs to, as an absolute path.

    It is the nearest folder upward that holds `vaultkit.yaml`, else the nearest that holds `.obsidian/`, else the
    folder itself. Raises SetupError when there is nothing at `path`.
    """
    if not os.path.exists(path):
        raise SetupError(
            "there is no vault here", where=path, do="give the folder that holds the notes with --vault DIR"
        )
    start = os.path.abspath(path)
    start = start if os.path.isdir(start) else os.path.dirname(start)
    above = [start]
    while above[-1] != os.path.dirname(above[-1]):
        above.append(os.path.dirname(above[-1]))
    configured = (folder for folder in above if os.path.lexists(os.path.join(folder, CONFIG)))
    opened = (folder for folder in above if os.path.isdir(os.path.join(folder, ".obsidian")))
    return next(configured, None) or next(opened, start)
