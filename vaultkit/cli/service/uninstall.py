"""`vaultkit service uninstall`: the watch of a vault does not run in the background any more."""

from __future__ import annotations

import argparse
import os
import sys

from vaultkit.cli import _service
from vaultkit.cli._command import Command
from vaultkit.cli._vault import say


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `service uninstall`."""
    _service.arguments(parser)
    parser.add_argument("--force", action="store_true", help="also a file of ours that somebody edited")


def run(args: argparse.Namespace) -> int:
    """End each service and take its file away, if it is ours."""
    from vaultkit.errors import SetupError
    from vaultkit.reports._look import show

    manager = _service.manager_of(args)
    services = [_service.Service.of(root, manager) for root in _service.roots_of(args, missing=True)]
    for service in services:
        service.expect_ours(args.force)
    for service in services:
        if service.seal() is None:
            sys.stdout.write(f"{show(service.file)}: there is nothing of ours\n")
            continue
        try:
            manager.stop(service.name, service.file)
        except SetupError as error:
            say(f"vaultkit: {show(error.what)}")
        os.unlink(service.file)
        manager.forget()
        sys.stdout.write(f"{show(service.file)}: taken away, and the watch of {show(service.root)} was ended\n")
    return 0


uninstall = Command("let the watch of a vault run in the background no more", arguments, run)
