"""`vaultkit schema language`: how note schemas and configurations are written, for editors that complete YAML."""

from __future__ import annotations

import argparse
import sys

from vaultkit.cli._command import Command, choice


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `schema language`."""
    what = "which language: that of note schemas, of `vaultkit.yaml`, or of your own configuration"
    parser.add_argument("of", nargs="?", help=what, **choice(*_FILES))


def run(args: argparse.Namespace) -> int:
    """Print the JSON Schema of a language."""
    from vaultkit.vault import shipped

    sys.stdout.write(shipped.language(args.of))
    return 0


_FILES = ("note-schema", "config", "user-config")

language = Command(
    "print the JSON Schema of note schemas or of configurations, for YAML editors",
    arguments,
    run,
    "Put it into a file, and name that file in the first line of yours: `# yaml-language-server: $schema=FILE`.",
)
