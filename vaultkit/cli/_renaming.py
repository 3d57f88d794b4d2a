"""What the commands that rename share: the file that is meant, the preview, and the words for what was done."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from vaultkit.cli._diff import harmless
from vaultkit.cli._vault import say
from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath

if TYPE_CHECKING:
    from vaultkit.index.vault_index import VaultIndex
    from vaultkit.vault.files import Vault
    from vaultkit.vault.rename import Renaming


def finish(renaming: Renaming, vault: Vault, diff: bool, done: str) -> int:
    """Show the changes, or make them and say that it is done; the exit code. Raises SetupError or OSError."""
    for path in renaming.unread:
        say(f"vaultkit: {shown(path)} cannot be read as text; links in it are not looked at")
    if diff:
        sys.stdout.writelines(harmless(renaming.diff()))
        return 1
    renaming.carry_out(vault)
    sys.stdout.write(f"{done}; {_count(renaming)}\n")
    return 0


def existing(given: str, root: str, index: VaultIndex) -> NotePath:
    """The vault path of a file that is there. Raises SetupError."""
    from vaultkit.cli._paths import inside
    from vaultkit.index.mending import did_you_mean

    path = inside(given, root)
    if os.path.islink(os.path.join(root, path)):
        raise SetupError("this is a symbolic link, and links are not followed", where=given)
    if path in index.files:
        return path
    if os.path.isdir(os.path.join(root, path)):
        raise SetupError("this is a folder; files are moved one by one", where=given)
    note = f"{path}.md"
    names = (note,) if note in index.files else index.view().near_names(path, NotePath(""))
    near = did_you_mean(names).removeprefix("; ")
    raise SetupError("there is no such file in the vault", where=given, do=near)


def shown(path: str) -> str:
    """A path or name from outside, harmless to print."""
    from vaultkit.reports._look import show

    return f"`{show(path)}`"


def _count(renaming: Renaming) -> str:
    if not renaming.links:
        return "no link had to change"
    files = len(renaming.rewrites)
    return f"{renaming.links} link{'s' * (renaming.links > 1)} in {files} file{'s' * (files > 1)} changed"
