"""`vaultkit doctor`: whether all is there that vaultkit needs, here and for this vault."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from vaultkit.cli._command import Command, choice
from vaultkit.cli._vault import colored, say

if TYPE_CHECKING:
    from vaultkit.cli._examination import Point, State

_COLORS: dict[State, str] = {"ok": "32", "remark": "33", "problem": "1;31"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `doctor`."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--color", **choice("auto", "always", "never"), help="colours (default: on a terminal)")


def run(args: argparse.Namespace) -> int:
    """Tell of everything that was looked at; the exit code is 1 when something is a problem. Nothing is written."""
    from vaultkit.cli._examination import folders, installation
    from vaultkit.cli._examination_of_vault import vault

    points = [*installation(), *folders(), *vault(args)]
    if args.json:
        document = {"version": 1, "points": [point._asdict() for point in points]}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    else:
        sys.stdout.write(_table(points, colored(args.color)))
        say(_summary(points))
    return 1 if any(point.state == "problem" for point in points) else 0


def _table(points: list[Point], color: bool) -> str:
    from vaultkit.reports._look import Look, show

    lines: list[str] = []
    look, topic = Look(color), ""
    for point in points:
        if point.topic != topic:
            topic = point.topic
            lines += ["", topic.capitalize()] if lines else [topic.capitalize()]
        lines.append(f"  {look.paint(_COLORS[point.state], f'{point.state:<7}')}  {show(point.what)}")
        if point.do:
            lines.append(f"           {show(point.do)}")
    return "\n".join(lines) + "\n"


def _summary(points: list[Point]) -> str:
    states = [point.state for point in points]
    remarks, problems = states.count("remark"), states.count("problem")
    beside = f" {remarks} remark{'s' * (remarks != 1)}." if remarks else ""
    if problems:
        return f"\nFound {problems} problem{'s' * (problems != 1)}.{beside}"
    return f"\nNothing is wrong.{beside}"


doctor = Command(
    "tell whether all is there that vaultkit needs, and what to do where it is not",
    arguments,
    run,
    "It looks at the installation, the user's folders and the vault, and asks the places that targets bring things to; "
    "it runs no rule and writes nothing.",
)
