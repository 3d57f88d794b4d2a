"""`vaultkit plugin …`: one file per command, named as the command."""

from vaultkit.cli._command import Group

plugin = Group("puts the Obsidian plugin into a vault, and takes it away", "vaultkit.cli.plugin")
