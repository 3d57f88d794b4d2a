"""`vaultkit schema show`: a schema with all that it extends, or those that govern a note."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultkit.cli._command import Command
from vaultkit.cli._schemas import print_lines, schema_named
from vaultkit.cli._vault import config_of, root_of
from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from vaultkit.schema.note_schema import NoteSchema


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `schema show`."""
    parser.add_argument("name", metavar="NAME|NOTE", help="a schema, or a note to see what governs it")


def run(args: argparse.Namespace) -> int:
    """Print the merged schema, each part with the place where it is written."""
    from vaultkit.schema.merged_view import merged_lines

    is_note = args.name.lower().endswith(".md")
    above = os.path.dirname(args.name) or "."
    root = root_of(args, above if is_note and os.path.isdir(above) else ".")
    if not is_note:
        print_lines(list(merged_lines(schema_named(root, args.name))))
        return 0
    lines: list[str] = []
    for schema, place in _governing(args, root):
        lines += [""] * bool(lines) + [f"# {schema.name} holds for {args.name}: {place}", *merged_lines(schema)]
    print_lines(lines or [f"# no schema holds for {args.name}"])
    return 0


def _governing(args: argparse.Namespace, root: str) -> Iterator[tuple[NoteSchema, str]]:
    """The schemas that hold for the note, each with the place in the configuration that says so."""
    from vaultkit.cli._paths import inside
    from vaultkit.parse.note import parse
    from vaultkit.vault.files import Gone, Vault
    from vaultkit.vault.settings import left_out, load_schemas

    config, path = config_of(args, root), inside(args.name, root)
    vault = Vault(root)
    try:
        source = vault.read(path)
    except Gone as error:
        raise SetupError("there is no such note", where=args.name) from error
    finally:
        vault.close()
    if source.problem:
        raise SetupError(source.problem.message, where=args.name)
    if left_out(root, config)(path):
        return
    facts = parse(source.text)
    for index, (schema, matcher) in enumerate(load_schemas(root, config)):
        if matcher.fits(path, facts):
            yield schema, config.where("schemas", index)


show = Command(
    "print a schema, merged from all that it extends, or those that hold for a note",
    arguments,
    run,
    "Each part bears the file and line where it is written.",
)
