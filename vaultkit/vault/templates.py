"""Where the app keeps the templates of a vault."""

from __future__ import annotations

import json
import os

from vaultkit.errors import SetupError
from vaultkit.vault.texts import read_text

_SETTINGS = (("templates.json", "folder"), ("plugins/templater-obsidian/data.json", "templates_folder"))


def template_folders(root: str) -> tuple[str, ...]:
    """The folders (vault paths) that the settings of the vault at `root` name; damaged settings name none."""
    found = []
    for file, key in _SETTINGS:
        try:
            settings = json.loads(read_text(os.path.join(root, ".obsidian", file), file) or "{}")
        except (SetupError, ValueError, RecursionError):
            continue
        folder = settings.get(key) if isinstance(settings, dict) else None
        if isinstance(folder, str) and folder.strip("/"):
            found.append(folder.strip("/"))
    return tuple(found)
