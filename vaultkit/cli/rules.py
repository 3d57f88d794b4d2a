"""`vaultkit rules`: what is checked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultkit import registry
from vaultkit.cli._command import Command

if TYPE_CHECKING:
    from vaultkit.lint.rule import Rule


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rules`."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """List all rules; those of other packages that cannot be loaded are named on standard error."""
    rules = [registry.load("vaultkit.rules", name) for name in registry.names("vaultkit.rules")]
    rules += _of_other_packages({rule.name for rule in rules})
    sys.stdout.write(_json(rules) if args.json else _table(rules))
    return 0


def _of_other_packages(ours: set[str]) -> Iterator[Rule]:
    from vaultkit.cli._door import complain
    from vaultkit.errors import SetupError
    from vaultkit.extensions import installed

    for name in installed("vaultkit.rules"):
        try:
            if name not in ours:
                yield registry.load("vaultkit.rules", name)
        except SetupError as error:
            complain(error.what, error.where, error.do)


def _table(rules: list[Rule]) -> str:
    from vaultkit.lint.described import severity_of, summary_of

    width = max((len(rule.name) for rule in rules), default=0)
    rows = (f"{rule.name:<{width}}  {severity_of(rule):<7}  {summary_of(rule)}{_by(rule)}\n" for rule in rules)
    return "".join(rows)


def _by(rule: Rule) -> str:
    return f" ({rule.provider.package} {rule.provider.version})" if rule.provider else ""


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
            **({"package": rule.provider.package, "version": rule.provider.version} if rule.provider else {}),
        }
        for rule in rules
    ]
    return json.dumps({"version": 1, "rules": entries}, indent=2) + "\n"


rules = Command("list the rules", arguments, run)
