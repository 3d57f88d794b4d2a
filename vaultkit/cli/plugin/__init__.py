"""`vaultkit plugin …`: one file per command, named as the command."""

from vaultkit.cli._command import Group

plugin = Group("put the Obsidian plugin into a vault, and take it away", "vaultkit.cli.plugin")
