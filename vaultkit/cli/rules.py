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


def level(rule: Rule) -> str:
    """The severity that a rule has when nobody says otherwise."""
    return rule.severity.label if rule.severity else "off"


def options(rule: Rule) -> dict[str, object]:
    """A rule's options and their defaults."""
    from dataclasses import asdict

    return asdict(rule.options()) if rule.options else {}


def _summary(rule: Rule) -> str:
    return rule.doc.partition("\n\n")[0].replace("\n", " ")


def _table(rules: list[Rule]) -> str:
    width = max((len(rule.name) for rule in rules), default=0)
    return "".join(f"{rule.name:<{width}}  {level(rule):<7}  {_summary(rule)}\n" for rule in rules)


def _json(rules: list[Rule]) -> str:
    import json

    entries = [
        {
            "name": rule.name,
            "severity": level(rule),
            "summary": _summary(rule),
            "options": options(rule),
            "doc": rule.doc,
        }
        for rule in rules
    ]
    return json.dumps({"version": 1, "rules": entries}, indent=2, default=list) + "\n"


rules = Command("list the rules", arguments, run)
