"""`vaultkit service …`: one file per command, named as the command."""

from vaultkit.cli._command import Group

service = Group("run the watch of a vault in the background", "vaultkit.cli.service")
