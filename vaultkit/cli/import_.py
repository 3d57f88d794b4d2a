"""`vaultkit import`: a configuration that keeps the addresses of a site that another program made."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from vaultkit.cli._command import Command, Names
from vaultkit.cli._vault import say
from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from vaultkit.sources._imported import Imported, NoteChange

_PACKAGE = "vaultkit.sources"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `import`."""
    add = parser.add_argument
    add("source", metavar="PROGRAM", help=f"what made the site: {Names(_PACKAGE)}")
    add("folder", metavar="DIR", help="the folder with its settings")
    add(
        "--change-notes",
        action="store_true",
        help="rename notes, add `permalink` and `date`, where addresses and lists need it",
    )
    add("--dry-run", action="store_true", help="print the configuration, and write nothing")


def run(args: argparse.Namespace) -> int:
    """Look at the site, tell what was decided and what is left to do, and write the configuration."""
    from vaultkit import registry
    from vaultkit.vault.root import CONFIG

    if args.config is not None:
        raise SetupError("`import` writes `vaultkit.yaml` beside the notes", do="leave out --config")
    imported: Imported = registry.load(_PACKAGE, args.source)(os.path.abspath(args.folder))
    path = os.path.join(imported.root, CONFIG)
    if os.path.lexists(path) and not args.dry_run:
        what = "there is a configuration already, and nothing was written"
        raise SetupError(what, where=path, do="--dry-run prints what would be written")
    text = imported.text(f"the site that {args.source} made")
    _tell(imported)
    if args.dry_run:
        sys.stdout.writelines(["\n", text])
        return 0
    if args.change_notes:
        _change(imported)
    _write(imported.root, text)
    shown = os.path.relpath(path)
    say(f"Wrote {path if shown.startswith('..') else shown}. `vaultkit check` and `vaultkit publish --dry-run` go on.")
    return 0


def _tell(imported: Imported) -> None:
    from vaultkit.reports._look import show

    for sentence in imported.decided:
        sys.stdout.write(f"{show(_whole(sentence))}\n")
    if imported.left:
        sys.stdout.write("\nLeft to do by hand:\n")
    for sentence in imported.left:
        sys.stdout.write(f"- {show(_whole(sentence))}\n")
    if imported.changes:
        sys.stdout.write("\nWith --change-notes:\n")
    for change in imported.changes:
        sys.stdout.write(f"- {show(_change_in_words(change))}\n")
    sys.stdout.flush()


def _whole(sentence: str) -> str:
    return f"{sentence[0].upper()}{sentence[1:]}."


def _change_in_words(change: NoteChange) -> str:
    moved = f" -> {change.new_path}" if change.path != change.new_path else ""
    return change.path + moved + "".join(f"  {name}: {value}" for name, value in change.properties.items())


def _change(imported: Imported) -> None:
    """Change the notes, one after the other, each whole or not at all."""
    from vaultkit.reports._look import show
    from vaultkit.sources._changing import change_note
    from vaultkit.vault.files import Vault

    vault = Vault(imported.root)
    changed = 0
    try:
        for change in imported.changes:
            why = change_note(vault, change)
            changed += not why
            if why:
                say(f"vaultkit: {show(change.path)}: {show(why)}")
    finally:
        vault.close()
    say(f"Changed {changed} of {len(imported.changes)} notes.")


def _write(root: str, text: str) -> None:
    from vaultkit.model.note import NotePath
    from vaultkit.vault.create import create_files
    from vaultkit.vault.files import Vault
    from vaultkit.vault.root import CONFIG

    vault = Vault(root)
    try:
        create_files(vault, {NotePath(CONFIG): text.encode()})
    finally:
        vault.close()


import_ = Command(
    "take over the addresses of a site that Quartz, Jekyll or Obsidian Publish made",
    arguments,
    run,
    "Written is a vaultkit.yaml with the style of addresses and the selection that the site had. No note is changed "
    "without --change-notes, and nothing is ever overwritten.",
)
