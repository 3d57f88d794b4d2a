"""The vault's own memory of the addresses of its notes: a file that can be committed, so that a fresh copy of the vault
writes the same redirects. `publish.history` tells what is in it.

It is kept where the configuration names one, or where one of the usual name is already.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from vaultkit.errors import SetupError, TargetError
from vaultkit.publish.history import Addresses, read, written
from vaultkit.vault.texts import inside, read_text
from vaultkit.vault.whole import write_whole

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.publish.select import PublishSet

NAME = "vaultkit-urls.txt"
"""Where the file is when nobody names another place: at the vault's root."""

_MAX_BYTES = 256 * 1024 * 1024


def load(root: str, config: Config) -> Addresses:
    """The addresses that the vault at `root` remembers. Raises SetupError for a file that cannot be used."""
    path, shown = place(root, config)
    text = read_text(path, shown, _MAX_BYTES)
    try:
        return read(text or "")
    except ValueError as error:
        do = "mend the line or delete it; `vaultkit publish` writes the rest anew"
        raise SetupError(f"these are no addresses: {error}", where=shown, do=do) from error


def save(root: str, config: Config, notes: PublishSet) -> None:
    """Keep the addresses of what was published, if the vault has or wants such a file. Nothing is written when it knows
    them. Raises TargetError when it cannot be written; what was published is published."""
    path, shown = place(root, config)
    if not config.publish.slug.lock and not os.path.lexists(path):
        return
    data = written({note.path: note.url for note in notes.notes.values()}, notes.past).encode()
    if (read_text(path, shown, _MAX_BYTES) or "").encode() == data:
        return
    try:
        write_whole(path, data)
    except OSError as error:
        what = f"all was published, but its addresses cannot be noted down: {error.strerror}"
        raise TargetError(what, where=shown, do="see to it that this file can be written") from error


def place(root: str, config: Config) -> tuple[str, str]:
    """The path of the file, and how messages call it. Raises SetupError when it is not in the vault."""
    name = config.publish.slug.lock or NAME
    path = os.path.normpath(os.path.join(os.path.abspath(root), name))
    if os.path.isabs(name) or not inside(path, root):
        raise SetupError(f"`{name}` leads out of the vault", where=config.where("publish", "slug", "lock"))
    if name.lower().endswith((".md", ".canvas", ".base")):
        raise SetupError(
            f"`{name}` is a name of a note", where=config.where("publish", "slug", "lock"), do=f"call it {NAME}, say"
        )
    return path, os.path.relpath(path) if inside(path, os.getcwd()) else path
