"""`vaultkit rules`: what is checked."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from vaultkit import registry
from vaultkit.cli._command import Command

if TYPE_CHECKING:
    from vaultkit.lint.rule import Rule


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rules`."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """List all rules."""
    rules = [registry.load("vaultkit.rules", name) for name in registry.names("vaultkit.rules")]
    sys.stdout.write(_json(rules) if args.json else _table(rules))
    return 0


def _table(rules: list[Rule]) -> str:
    from vaultkit.lint.described import severity_of, summary_of

    width = max((len(rule.name) for rule in rules), default=0)
    return "".join(f"{rule.name:<{width}}  {severity_of(rule):<7}  {summary_of(rule)}\n" for rule in rules)


def _json(rules: list[Rule]) -> str:
    import json

    from vaultkit.lint.described import options_of, severity_of, summary_of

    entries = [
        {
            "name": rule.name,
            "severity": severity_of(rule),
            "fixable": rule.fixable,
            "summary": summary_of(rule),
            "options": {
                option.name: {"type": option.type, "default": option.default, "meaning": option.meaning}
                for option in options_of(rule)
            },
            "doc": rule.doc,
        }
        for rule in rules
    ]
    return json.dumps({"version": 1, "rules": entries}, indent=2) + "\n"


rules = Command("list the rules", arguments, run)
