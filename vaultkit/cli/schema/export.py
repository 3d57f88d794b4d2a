"""`vaultkit schema export`: a schema for YAML editors and other linters, or its types for Obsidian."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from vaultkit.cli._command import Command
from vaultkit.cli._vault import root_of, say

if TYPE_CHECKING:
    from vaultkit.schema.note_schema import NoteSchema


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `schema export`."""
    parser.add_argument("name", metavar="NAME", help="the schema's name, or its path in the vault")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json-schema", action="store_true", help="print a JSON Schema of its properties (the default)")
    form.add_argument("--obsidian", action="store_true", help="lay its types into `.obsidian/types.json`")
    parser.add_argument("--write", action="store_true", help="with --obsidian: write, without asking")


def run(args: argparse.Namespace) -> int:
    """Print the schema in other words, or lay its types into Obsidian's settings."""
    from vaultkit.schema.export import json_schema_of, lost
    from vaultkit.vault.schemas import Schemas

    root = root_of(args)
    schema = Schemas(root).load(args.name)
    if args.obsidian:
        return _obsidian(root, schema, args.write)
    sys.stdout.write(json.dumps(json_schema_of(schema), indent=2, ensure_ascii=False) + "\n")
    for words in lost(schema):
        say(f"not in a JSON Schema: {_shown(words)}")
    return 0


def _obsidian(root: str, schema: NoteSchema, write: bool) -> int:
    """Show what would change in Obsidian's settings, and write it when that is wished; 1 when it is left to do."""
    from vaultkit.schema.export import not_editable, obsidian_types
    from vaultkit.vault.types_json import FILE, plan_types, write_types

    change = plan_types(root, obsidian_types(schema))
    for name in not_editable(schema):
        say(f"`{_shown(name)}` is an object: Obsidian's property editor shows it and cannot edit it")
    if not change.properties:
        sys.stdout.write(f"{FILE} has these types already\n")
        return 0
    for line in change.diff():
        sys.stdout.write(_shown(line) + "\n")
    sys.stdout.flush()
    if not write and not _agreed():
        return 1
    write_types(root, change)
    say(f"wrote {FILE}: {change.properties} {'property' if change.properties == 1 else 'properties'}")
    return 0


def _agreed() -> bool:
    """Whether somebody at the terminal says so."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say("nothing was written; --write does it")
        return False
    sys.stderr.write("Write this? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _shown(words: str) -> str:
    from vaultkit.reports._look import show

    return show(words)


export = Command(
    "say what a schema asks of properties to YAML editors, other linters, or Obsidian",
    arguments,
    run,
    "What a JSON Schema cannot say is named on standard error. `--obsidian` shows a diff first, and writes after "
    "asking on a terminal, or with --write.",
)
