"""`vaultkit schema …`: one file per command, named as the command."""

from vaultkit.cli._command import Group

schema = Group("make note schemas, and take them to other tools and from them", "vaultkit.cli.schema")
