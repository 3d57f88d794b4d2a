"""`vaultkit rename-heading`: another text for a heading, and every link to it written anew."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from vaultkit.cli._command import Command
from vaultkit.cli._renaming import existing, finish, shown
from vaultkit.cli._vault import root_of, say
from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from vaultkit.index.vault_index import VaultIndex
    from vaultkit.model.note import NotePath


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rename-heading`."""
    parser.add_argument("note", metavar="NOTE", help="the note that holds the heading")
    parser.add_argument("old", metavar="OLD", help="the heading, as a link names it; `A#B` is the B below A")
    parser.add_argument("new", metavar="NEW", help="its new text")
    parser.add_argument("--diff", action="store_true", help="print what would change, and change nothing")


def run(args: argparse.Namespace) -> int:
    """Rename a heading and rewrite the links, or show how."""
    from vaultkit.cli._vault import unchecked
    from vaultkit.vault.files import Vault
    from vaultkit.vault.rename import plan_heading

    folder = os.path.dirname(args.note)
    root = root_of(args, folder if os.path.isdir(folder) else ".")
    index = unchecked(args, root).index
    path = existing(args.note, root, index)
    number = _number(args, index, path)
    old, new = index.notes[path].facts.headings[number].text, args.new.strip()
    if new == old:
        say(f"{shown(old)} is its text already")
        return 0
    if not new or any(sign in new for sign in "\r\n\0"):
        raise SetupError("the new text of a heading is one line, and not empty")
    vault = Vault(root)
    renaming = plan_heading(vault, index, path, number, new)
    return finish(renaming, vault, args.diff, f"renamed {shown(old)} to {shown(new)} in {shown(path)}")


def _number(args: argparse.Namespace, index: VaultIndex, path: NotePath) -> int:
    """Which heading of the note is meant, counted from 0. Raises SetupError."""
    from vaultkit.model.note import Heading

    note = index.notes.get(path)
    if note is None or note.unreadable:
        raise SetupError("this is no note that can be read", where=args.note)
    texts = [heading.text for heading in note.facts.headings]
    if args.old in texts:
        return texts.index(args.old)
    place = index.place(path, "#" + args.old).place
    if not isinstance(place, Heading):
        near = " or ".join(f"`{subpath[1:]}`" for subpath in index.view().near_places(path, "#" + args.old))
        raise SetupError(f"there is no heading {shown(args.old)}", where=args.note, do=near and f"did you mean {near}?")
    return note.facts.headings.index(place)


rename_heading = Command(
    "give a heading another text, and rewrite every link to it",
    arguments,
    run,
    "Links in notes, properties and canvases go on naming the heading. All of it is done, or nothing.",
)
