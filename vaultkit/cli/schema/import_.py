"""`vaultkit schema import`: a note schema from one that another tool reads."""

from __future__ import annotations

import argparse
import sys

from vaultkit.cli._command import Command, choice
from vaultkit.cli._vault import say
from vaultkit.errors import SetupError


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `schema import`."""
    parser.add_argument("--from", dest="tool", required=True, help="the tool that reads FILE", **choice(*_TOOLS))
    parser.add_argument("file", metavar="FILE", help="a schema of that tool, YAML or JSON")


def run(args: argparse.Namespace) -> int:
    """Print the note schema, and tell on standard error what could not be taken over."""
    import yaml

    from vaultkit.reports._look import show
    from vaultkit.schema.from_json_schema import from_json_schema
    from vaultkit.schema.from_mdschema import from_mdschema
    from vaultkit.schema.note_schema import load_schema
    from vaultkit.vault.texts import read_text

    text = read_text(args.file, args.file)
    if text is None:
        raise SetupError("there is no such file", where=args.file)
    read = from_mdschema if args.tool == "mdschema" else from_json_schema
    imported = read(text, args.file)
    written = yaml.safe_dump(imported.schema, sort_keys=False, allow_unicode=True, width=100)
    try:
        load_schema(written, args.file)
    except SetupError as error:
        raise SetupError(f"this cannot be said in a note schema: {error.what}", where=args.file) from error
    sys.stdout.write(written)
    for line, words in imported.lost:
        say(f"{show(args.file)}:{line}: not taken over: {show(words)}")
    if args.tool == "remark" and imported.lost:
        say("A note schema can use the file as it is: `json-schema: PATH`.")
    return 0


_TOOLS = ("mdschema", "remark")

import_ = Command(
    "make a note schema of one that another tool reads",
    arguments,
    run,
    "Printed is what has a place in a note schema; the rest is named with its line on standard error. `remark` stands "
    "for remark-lint-frontmatter-schema and all that read a JSON Schema of front matter.",
)
