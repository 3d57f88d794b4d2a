"""`vaultkit explain RULE`: a rule's own words."""

from __future__ import annotations

import argparse
import sys

from vaultkit import registry
from vaultkit.cli._command import Command


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `explain`."""
    parser.add_argument("rule", metavar="RULE", help="the rule's name, as in the brackets of a finding")


def run(args: argparse.Namespace) -> int:
    """Print what a rule finds and why, its severity and its options."""
    from vaultkit.cli.rules import level, options

    rule = registry.load("vaultkit.rules", args.rule)
    lines = [rule.name, "", rule.doc, "", f"Severity: {level(rule)}"]
    lines += [f"Option {name.replace('_', '-')}: {value!r}" for name, value in options(rule).items()]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


explain = Command("tell what a rule finds, and why", arguments, run)
