"""`vaultkit plugin uninstall`: the Obsidian plugin, taken out of a vault."""

from __future__ import annotations

import argparse
import sys

from vaultkit.cli import _plugin
from vaultkit.cli._command import Command


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `plugin uninstall`."""
    _plugin.arguments(parser)
    parser.add_argument("--force", action="store_true", help="also files that somebody changed")


def run(args: argparse.Namespace) -> int:
    """Take our files away, and nothing else."""
    from vaultkit.reports._look import show

    plugin = _plugin.plugin_of(args)
    gone = plugin.uninstall(args.force)
    done = f"took away {', '.join(gone)}" if gone else "there is nothing of ours"
    sys.stdout.write(f"{show(plugin.folder)}: {done}\n")
    return 0


uninstall = Command("take the Obsidian plugin out of a vault; its settings stay", arguments, run)
