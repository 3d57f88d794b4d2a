"""`vaultkit fix`: `check --fix` by another name, and the fixes one by one."""

from __future__ import annotations

import argparse
import sys

from vaultkit.cli import check as checking
from vaultkit.cli._command import Command
from vaultkit.errors import SetupError


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `fix`."""
    checking.checking_arguments(parser)
    parser.add_argument("--pick", action="store_true", help="show each fix, safe or not, and ask")
    parser.set_defaults(fix=True)


def run(args: argparse.Namespace) -> int:
    """Fix, and report what is left."""
    if args.pick and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SetupError(
            "`--pick` asks about each fix, and there is no terminal to ask at", do="`--diff` shows them all"
        )
    if args.pick and args.diff:
        raise SetupError("`--pick` asks about each fix and `--diff` only shows them", do="choose one of the two")
    return checking.run(args)


fix = Command(
    "fix notes where that is safe, then report what is left",
    arguments,
    run,
    "The same as `check --fix`. Only what is wrong is touched; every other byte of a note stays as it is.",
)
