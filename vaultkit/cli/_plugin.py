"""What the commands about the Obsidian plugin share: the vault that is meant, and the words for how it stands."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vaultkit.cli._vault import root_of

if TYPE_CHECKING:
    from vaultkit.vault.plugin import Installed, Plugin

WORDS = {
    "absent": "the plugin is not in this vault",
    "current": "the plugin is in this vault, version {}",
    "modified": "the plugin is in this vault, version {}, and its files were changed",
    "older": "an older plugin is in this vault, version {}",
    "newer": "a newer plugin is in this vault, version {}",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of every command about the plugin."""
    parser.add_argument("--config-dir", metavar="NAME", default=".obsidian", help="Obsidian's settings folder there")


def plugin_of(args: argparse.Namespace) -> Plugin:
    """The plugin in the vault that is meant. Raises SetupError."""
    from vaultkit.vault.plugin import Plugin

    return Plugin(root_of(args), args.config_dir)


def words(found: Installed) -> str:
    """How the plugin stands, in a sentence."""
    return WORDS[found.state].format(found.version or "unknown")
