"""Where a vault may be published to: not over its notes, and not among them."""

from __future__ import annotations

import os
from collections.abc import Iterator

from vaultkit.errors import SetupError


def check_place(output: str, vault: str, *, is_ours: bool) -> None:
    """Raise SetupError when the output (a path) is or holds the vault (a path), or notes of it. `is_ours`: something
    was published there already."""
    do = "publish to a folder of its own, beside the vault or in it"
    if _contains(output, vault):
        raise SetupError("the output cannot be the vault, or a folder that the vault lies in", where=output, do=do)
    if not _contains(vault, output):
        return
    if any(part.startswith(".") for part in os.path.relpath(output, vault).split(os.sep)):
        raise SetupError("the output cannot be in a hidden folder of the vault", where=output, do=do)
    note = None if is_ours else next(_notes_below(output), None)
    if note:
        raise SetupError(f"the output cannot be a folder that holds notes: there is `{note}`", where=output, do=do)
    among = None if is_ours else next(_notes_beside(output, vault), None)
    if among:
        raise SetupError(f"the output cannot lie among notes: there is `{among}`", where=output, do=do)


def _contains(folder: str, path: str) -> bool:
    """Whether a folder is the path or above it."""
    return os.path.commonpath((folder, path)) == folder


def _notes_below(folder: str) -> Iterator[str]:
    for _, _, names in os.walk(folder):
        yield from (name for name in names if name.lower().endswith(".md"))


def _notes_beside(output: str, vault: str) -> Iterator[str]:
    """The notes in the folders between the vault's root (which is no trouble) and the output."""
    folder = os.path.dirname(output)
    while folder != vault:
        yield from (
            name for name in sorted(os.listdir(folder) if os.path.isdir(folder) else ()) if name.lower().endswith(".md")
        )
        folder = os.path.dirname(folder)
