"""What is learned from another program's site."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath, Value
from vaultkit.model.record import NamedTuple
from vaultkit.schema.repair import as_yaml
from vaultkit.vault.files import Vault
from vaultkit.vault.texts import read_text


class NoteChange(NamedTuple):
    """A note that must change to keep its address and its day: where it shall lie, and the properties that it is to
    get."""

    path: str
    new_path: NotePath
    properties: Mapping[str, Value]


class Imported(NamedTuple):
    """The folder that is the vault (a path), its configuration, what was decided, what is left to do by hand, and the
    changes of notes that keep addresses and days; sentences all, without the full stop."""

    root: str
    config: Mapping[str, Any]
    decided: tuple[str, ...]
    left: tuple[str, ...] = ()
    changes: tuple[NoteChange, ...] = ()

    def text(self, source: str) -> str:
        """`vaultkit.yaml`."""
        lines = [f"# Taken over from {source}. Change what you like."]
        for key, value in self.config.items():
            lines += _lines(key, value, "")
        return "\n".join(lines) + "\n"


def _lines(key: str, value: Any, indent: str) -> list[str]:
    """A key with all below it. What fits stands on its line."""
    short = f"{indent}{key}: {as_yaml(value)}"
    if not isinstance(value, dict | list) or (len(short) <= 100 and key not in ("publish", "targets")):
        return [short]
    if isinstance(value, list):
        return [f"{indent}{key}:", *(f"{indent}  - {as_yaml(item)}" for item in value)]
    return [f"{indent}{key}:", *(line for name, item in value.items() for line in _lines(name, item, indent + "  "))]


def files_of(folder: str) -> list[str]:
    """The files below a folder by path, `/` between parts; names that start with a dot are left out."""
    vault = Vault(folder)
    try:
        return sorted(map(str, vault.scan().files))
    finally:
        vault.close()


def settings_text(folder: str, *names: str, made_by: str) -> tuple[str, str]:
    """The name and the text of the first of some files that is there. Raises SetupError."""
    if not os.path.isdir(folder):
        raise SetupError("there is no such folder", where=folder)
    for name in names:
        text = read_text(os.path.join(folder, name), os.path.join(folder, name))
        if text is not None:
            return name, text
    wanted = " or ".join(f"`{name}`" for name in names)
    raise SetupError(f"there is no {wanted} here, so this is nothing that {made_by} made", where=folder)


def exactly(path: str) -> str:
    """A glob for one path."""
    return "/" + re.sub(r"[*?\[\]{}]", "?", path)


def count(number: int, thing: str) -> str:
    """A number of things in words."""
    return f"{number} {thing}" + "s" * (number != 1)


def some(names: list[str]) -> str:
    """The first few names."""
    shown = ", ".join(f"`{name}`" for name in names[:3])
    return shown + (f" and {len(names) - 3} more" if len(names) > 3 else "")
