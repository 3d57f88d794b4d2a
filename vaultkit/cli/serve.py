"""`vaultkit serve`: looks after a vault, and shows its site and how its notes stand on this machine alone."""

from __future__ import annotations

import argparse

from vaultkit.cli._command import Command, whole
from vaultkit.cli._vault import config_of, root_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `serve`."""
    add = parser.add_argument
    add("--port", metavar="N", type=whole, default=0, help="the port (default: any free one)")
    add("--output", metavar="DIR", help="where the site is made (default: as configured, else VAULT-site beside it)")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)")
    add("--quiet", "-q", action="store_true", help="print findings, and no summary of them")
    parser.set_defaults(
        serve=True,
        publish=False,
        accept_root=False,
        trust_vault_config=False,
        paths=[],
        output_format="text",
        baseline=None,
    )


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; the exit code is 0 then."""
    from vaultkit.cli.publish import published_to
    from vaultkit.cli.watch import keep_watching

    root = root_of(args)
    return keep_watching(args, root, lambda: published_to(config_of(args, root), root, args.output))


serve = Command(
    "show the site, and how every note stands, in a browser on this machine",
    arguments,
    run,
    "The notes that pass are published to the folder of their target and nowhere else, after each change; open pages "
    "follow. It is `watch --serve` under a name of its own.",
)
