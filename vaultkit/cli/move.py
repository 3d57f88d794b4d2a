"""`vaultkit move`: another path for a file, and every link to it written anew."""

from __future__ import annotations

import argparse
import os
import re
from typing import TYPE_CHECKING

from vaultkit.cli._command import Command
from vaultkit.cli._renaming import existing, finish, shown
from vaultkit.cli._vault import config_of, root_of, say
from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath

if TYPE_CHECKING:
    from vaultkit.index.vault_index import VaultIndex

_UNTYPABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `move`."""
    parser.add_argument("old", metavar="OLD", help="the note or attachment that moves")
    parser.add_argument("new", metavar="NEW", help="its new path; one that ends in / is a folder, and the name stays")
    parser.add_argument("--diff", action="store_true", help="print what would change, and change nothing")


def run(args: argparse.Namespace) -> int:
    """Move a file and rewrite the links, or show how."""
    from vaultkit.cli._vault import unchecked
    from vaultkit.index.link_text import LinkStyle
    from vaultkit.vault.files import Vault
    from vaultkit.vault.obsidian import ObsidianSettings
    from vaultkit.vault.rename import plan_move

    folder = os.path.dirname(args.old)
    root = root_of(args, folder if os.path.isdir(folder) else ".")
    index = unchecked(args, root).index
    old = existing(args.old, root, index)
    new = _new(args, root, old)
    if new == old:
        say(f"{shown(old)} is its path already")
        return 0
    _expect_free(args, root, index, old, new)
    settings = ObsidianSettings.load(root)
    vault = Vault(root)
    renaming = plan_move(vault, index, old, new, LinkStyle(settings.new_link_format, settings.use_markdown_links))
    return finish(renaming, vault, args.diff, f"moved {shown(old)} to {shown(new)}")


def _new(args: argparse.Namespace, root: str, old: NotePath) -> NotePath:
    """The path that is asked for. A file keeps its ending, as in the app, where names are typed without one."""
    from vaultkit.cli._paths import inside
    from vaultkit.index.file_kinds import ending, is_note

    name = old.rpartition("/")[2]
    if args.new.endswith("/"):
        return NotePath(f"{folder}/{name}" if (folder := inside(args.new, root)) else name)
    new = inside(args.new, root)
    if os.path.isdir(os.path.join(root, new)):
        raise SetupError("this is a folder", where=args.new, do=f"`{args.new}/` moves {shown(old)} into it")
    if is_note(new) and not is_note(old):
        raise SetupError("only a note can be called `.md`", where=args.new)
    keeps = is_note(new) if is_note(old) else bool(ending(new)) or not ending(old)
    return new if keeps else NotePath(f"{new}.{name.rpartition('.')[2]}")


def _expect_free(args: argparse.Namespace, root: str, index: VaultIndex, old: NotePath, new: NotePath) -> None:
    """Raise SetupError when no file of the vault can be called so, or one is already."""
    from vaultkit.index.resolve import fold
    from vaultkit.vault.settings import output_folders

    if any(part.startswith(".") for part in new.split("/")):
        raise SetupError("what begins with a dot is no part of the vault", where=args.new)
    if any(new.startswith(folder + "/") for folder in output_folders(root, config_of(args, root))):
        raise SetupError("this is the folder of what is published, no part of the vault", where=args.new)
    if _UNTYPABLE.search(new):
        raise SetupError("this name holds characters that cannot be typed in a link", where=args.new)
    taken = next((path for path in index.named(new.rpartition("/")[2]) if fold(path) == fold(new) and path != old), "")
    if not taken and os.path.lexists(os.path.join(root, new)) and fold(new) != fold(old):
        taken = new
    if taken:
        other = f": {shown(taken)}" * (taken != new)
        raise SetupError(f"there is a file of this name already{other}", where=args.new)


move = Command(
    "give a file another path, and rewrite every link to it",
    arguments,
    run,
    "Links in notes, properties and canvases go on opening what they opened before. All of it is done, or nothing.",
)
