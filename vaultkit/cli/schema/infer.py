"""`vaultkit schema infer`: one schema that some notes satisfy already."""

from __future__ import annotations

import argparse
import os
import sys

from vaultkit.cli._command import Command
from vaultkit.cli._vault import root_of, say
from vaultkit.errors import SetupError


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `schema infer`."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="notes or folders to learn from")
    parser.add_argument("--name", metavar="NAME", help="what the schema is called (default: as the folder)")


def run(args: argparse.Namespace) -> int:
    """Print the schema, and how many of the notes satisfy it."""
    from vaultkit.cli._paths import inside, notes_at
    from vaultkit.cli._vault import unchecked
    from vaultkit.schema.infer import draft_schema
    from vaultkit.schema.infer.grouping import slug
    from vaultkit.schema.infer.writing import schema_text
    from vaultkit.vault.obsidian import ObsidianSettings

    first = args.paths[0]
    root = root_of(args, first if os.path.isdir(first) else os.path.dirname(first) or ".")
    session = unchecked(args, root)
    paths = sorted({path for given in args.paths for path in notes_at(given, root, session)})
    notes = [note for path in paths if not (note := session.index.notes[path]).unreadable]
    if not notes:
        raise SetupError("there is no note to learn from in what was named", where=first)
    folder = inside(first, root) if os.path.isdir(first) else ""
    name = args.name or slug(folder)
    draft = draft_schema(name, "", notes, session.text, ObsidianSettings.load(root).types)
    sys.stdout.write(schema_text(draft))
    if not draft.words:
        say("These notes have nothing in common that a schema could say.")
    return 0


infer = Command(
    "print a schema that some notes satisfy already",
    arguments,
    run,
    "What at least 95 % of the notes have is in it, with the numbers as comments. Put it into schemas/NAME.yaml, and "
    "name it under `schemas:` in vaultkit.yaml.",
)
