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
    """Print what a rule finds and why, its severity, its fixes and its options."""
    rule = registry.load("vaultkit.rules", args.rule)

    import json

    from vaultkit.lint.described import fixes_of, options_of, severity_of

    lines = [rule.name, "", rule.doc, "", f"Severity: {severity_of(rule)}", f"Fix: {fixes_of(rule)}"]
    if rule.provider:
        lines.append(f"From {rule.provider}; it holds where the configuration names it.")
    for option in options_of(rule):
        lines += [
            f"Option `{option.name}`: {option.type}, by default {json.dumps(option.default)}",
            f"  {option.meaning}",
        ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


explain = Command("tell what a rule finds, and why", arguments, run)
