"""`vaultkit plugin status`: whether the Obsidian plugin is in a vault, and of which version."""

from __future__ import annotations

import argparse
import json
import sys

from vaultkit.cli import _plugin
from vaultkit.cli._command import Command


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `plugin status`."""
    _plugin.arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Say how it stands; the exit code is 1 unless it is there as it comes with this vaultkit."""
    found = _plugin.plugin_of(args).status()
    if args.json:
        sys.stdout.write(json.dumps(found._asdict(), indent=2) + "\n")
    else:
        sys.stdout.write(_plugin.words(found) + "\n")
    return 0 if found.state == "current" else 1


status = Command("tell whether the Obsidian plugin is in a vault, and of which version", arguments, run)
