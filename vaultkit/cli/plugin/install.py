"""`vaultkit plugin install`: the Obsidian plugin, put into a vault."""

from __future__ import annotations

import argparse
import sys

from vaultkit.cli import _plugin
from vaultkit.cli._command import Command


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `plugin install`."""
    _plugin.arguments(parser)
    parser.add_argument("--force", action="store_true", help="also in the place of a newer one")


def run(args: argparse.Namespace) -> int:
    """Install, tell the plugin where the backend is, and say what is left to do."""
    from vaultkit.reports._look import show
    from vaultkit.vault.plugin import write_backend

    plugin = _plugin.plugin_of(args)
    written = plugin.install(args.force)
    backend = write_backend()
    done = f"wrote {', '.join(written)}" if written else "everything is there already"
    sys.stdout.write(
        f"{show(plugin.folder)}: {done}\n"
        f"{show(backend)}: tells the plugin where this vaultkit is\n"
        "Turn it on in Obsidian: Settings, Community plugins, Vaultkit. One that was on already is loaded anew when "
        "Obsidian starts.\n"
    )
    return 0


install = Command(
    "put the Obsidian plugin into a vault, or bring it up to date",
    arguments,
    run,
    "Writes three files below .obsidian/plugins/vaultkit, and one in your own settings that says where vaultkit is; "
    "your plugin settings and which plugins are on stay as they are.",
)
