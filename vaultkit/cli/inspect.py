"""`vaultkit inspect`: the facts of a note, or of the vault."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from vaultkit.cli._command import Command
from vaultkit.cli._vault import config_of, root_of
from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `inspect`."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="a note, canvas or base (default: the vault itself)")
    parser.add_argument("--json", action="store_true", help="print JSON (which is what there is)")


def run(args: argparse.Namespace) -> int:
    """Print what vaultkit knows of a file or the vault as one JSON object."""
    import json

    facts = _file(args) if args.file else _vault(args)
    text = json.dumps(facts, indent=2, ensure_ascii=True, default=list)
    sys.stdout.write(text.replace("##", "#\\u0023") + "\n")
    return 0


def _file(args: argparse.Namespace) -> dict[str, Any]:
    from vaultkit.cli._paths import inside
    from vaultkit.cli._vault import unchecked
    from vaultkit.index.facts_report import file_report
    from vaultkit.index.file_kinds import ending
    from vaultkit.vault.files import MAX_BYTES, decode
    from vaultkit.vault.obsidian import ObsidianSettings

    root = root_of(args, os.path.dirname(args.file) or ".")
    session = unchecked(args, root)
    path, index, settings = inside(args.file, root), session.index, ObsidianSettings.load(root)
    if path not in index.files:
        raise SetupError("there is no such file in the vault", where=args.file)
    if path not in index.notes and ending(path) not in ("canvas", "base"):
        raise SetupError("this file has no facts", where=args.file, do="give a note, a canvas or a base")

    def text(path: NotePath) -> str:
        return session.text(path) if path in index.notes else decode(session.files.read_bytes(path, MAX_BYTES)).text

    schemas = [schema.name for schema in session.governing(index.notes[path])] if path in index.notes else []
    return file_report(
        path,
        index.view(),
        text,
        types=settings.types,
        strict_line_breaks=settings.strict_line_breaks,
        schemas=schemas,
    )


def _vault(args: argparse.Namespace) -> dict[str, Any]:
    from vaultkit.index.file_kinds import excluder, vault_report
    from vaultkit.schema.pattern import pattern_test
    from vaultkit.vault.files import Vault
    from vaultkit.vault.obsidian import ObsidianSettings
    from vaultkit.vault.settings import output_folders

    root = root_of(args)
    files = Vault(root, output_folders(root, config_of(args, root))).scan().files
    return vault_report(files, excluder(ObsidianSettings.load(root).ignore, pattern_test))


inspect = Command("print the facts of a note or of the vault", arguments, run)
