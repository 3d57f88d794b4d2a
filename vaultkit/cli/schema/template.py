"""`vaultkit schema template`: a schema as a template for Obsidian's own Templates plugin."""

from __future__ import annotations

import argparse

from vaultkit.cli._command import Command
from vaultkit.cli._schemas import print_lines, schema_named
from vaultkit.cli._vault import root_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `schema template`."""
    parser.add_argument("name", metavar="NAME", help="the schema")


def run(args: argparse.Namespace) -> int:
    """Print the template."""
    from vaultkit.schema.skeleton import PLACEHOLDERS, skeleton

    print_lines(skeleton(schema_named(root_of(args), args.name), PLACEHOLDERS).text.splitlines())
    return 0


template = Command(
    "print a schema as a template for Obsidian's Templates plugin",
    arguments,
    run,
    "Obsidian fills in {{title}}, {{date}} and {{time}} when the template is inserted.",
)
