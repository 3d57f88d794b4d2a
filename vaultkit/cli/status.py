"""`vaultkit status`: what a publish would do now, note by note."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from vaultkit.cli._command import Command
from vaultkit.cli._vault import colored, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaultkit.cli._plan import Line
    from vaultkit.model.note import NotePath
    from vaultkit.publish.plan import Plan
    from vaultkit.session import Session


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `status`."""
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="notes or folders to tell of (default: all that has to do with it)")
    add(
        "--output",
        metavar="DIR",
        help="where it is published (default: as configured, else VAULT-site beside the vault)",
    )
    add("--json", action="store_true", help="print one JSON document")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)")


def run(args: argparse.Namespace) -> int:
    """Decide as a publish would, and tell; the exit code is 2 when a target would fail."""
    from vaultkit.cli._door import USAGE
    from vaultkit.cli._outcome import complain_of, document
    from vaultkit.cli._plan import summary
    from vaultkit.cli.publish import open_session, places, seen_from_here
    from vaultkit.publish.outcome import outcome
    from vaultkit.reports._look import show

    session = open_session(args)
    made = [outcome(session.plan, *item) for item in places(session)]
    if args.json:
        sys.stdout.write(document(made, _chosen(args.paths, session) if args.paths else None))
    failed = [item for item in made if item.error and not (item.plan and item.plan.refusal)]
    for item in made:
        if item.plan and not args.json:
            _tell(item.plan, session, args)
            say(summary(item.plan, seen_from_here(item.output), dry=True))
            for sentence in item.plan.delivered:
                say(show(sentence))
            if item.plan.refusal:
                say(f"It would be refused: {item.plan.refusal.what}.")
        if item in failed:
            complain_of(item, len(made) > 1)
    return USAGE if failed else 0


def _tell(plan: Plan, session: Session, args: argparse.Namespace) -> None:
    from vaultkit.cli._plan import everything, written

    lines: Iterable[Line] = everything(plan)
    if args.paths:
        lines = _of(_chosen(args.paths, session), plan)
    sys.stdout.write(written(lines, colored(args.color)))
    sys.stdout.flush()


def _chosen(paths: list[str], session: Session) -> list[NotePath]:
    from vaultkit.cli._paths import notes_at

    return [path for given in paths for path in notes_at(given, session.root, session)]


def _of(paths: list[NotePath], plan: Plan) -> Iterable[Line]:
    """All that there is to say of some notes, unchanged and unselected ones too."""
    from vaultkit.cli._plan import everything

    said: dict[str, list[Line]] = {}
    for line in everything(plan):
        said.setdefault(line[1], []).append(line)
    for path in paths:
        state = "unchanged" if path in plan.unchanged else plan.notes.verdicts[path].state
        yield from said.get(path, [(state, path, "")])


status = Command("tell what a publish would do, note by note", arguments, run)
