"""`vaultkit publish`: the notes that pass, as a site."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from vaultkit.cli._command import Command
from vaultkit.cli._vault import colored, config_of, root_of, say
from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from vaultkit.config import TargetConfig
    from vaultkit.publish.plan import Plan
    from vaultkit.session import Session


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `publish`."""
    add = parser.add_argument
    add("--output", metavar="DIR", help="where to publish (default: as configured, else VAULT-site beside the vault)")
    add("--dry-run", action="store_true", help="only tell what would be done")
    add("--json", action="store_true", help="print one JSON document")
    add("--force", action="store_true", help="replace and delete files that somebody else made or edited")
    add("--allow-mass-withdraw", action="store_true", help="withdraw even if many notes vanished at once")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)")


def run(args: argparse.Namespace) -> int:
    """Check, decide, publish, and say what became of it. The exit code is 1 when something of ours is not as it
    should be in the published folder."""
    from vaultkit.cli._plan import as_json

    session = open_session(args)
    plans = [(output, _carry_out(session, target, output, args)) for target, output in places(session, args)]
    if args.json:
        documents = [as_json(plan, output) for output, plan in plans]
        sys.stdout.write(json.dumps({"version": 1, "targets": documents}, indent=2) + "\n")
    else:
        for output, plan in plans:
            _tell(plan, output, args)
    refused = [plan.refusal for _, plan in plans if plan.refusal]
    if refused:
        raise SetupError(refused[0].what, do=refused[0].do)
    return 1 if session.frozen or any(plan.conflicts for _, plan in plans) else 0


def open_session(args: argparse.Namespace) -> Session:
    """The vault, checked once. `--output` counts as one of its outputs: what lies there are no notes."""
    from vaultkit.reports._look import show
    from vaultkit.session import Session

    root = root_of(args)
    config = config_of(args, root)
    if args.output:
        first = config.publish.targets[0].replaced(output=os.path.abspath(args.output))
        config = config.replaced(publish=config.publish.replaced(targets=(first,)))
    session = Session.open(root, config)
    session.refresh()
    for folder, reason in session.frozen.items():
        say(f"vaultkit: {show(folder) or 'the vault'}: cannot look into this folder, so it stays as it was: {reason}")
    return session


def places(session: Session, args: argparse.Namespace) -> list[tuple[TargetConfig, str]]:
    """The targets to publish, each with its folder: the configured one, or one beside the vault named after both."""
    targets = session.config.publish.targets
    if args.output:
        return [(targets[0], os.path.abspath(args.output))]
    root = os.path.abspath(session.root)
    return [(item, os.path.normpath(os.path.join(root, item.output or f"{root}-{item.name}"))) for item in targets]


def output_of(session: Session, args: argparse.Namespace) -> str:
    """The folder of the first target."""
    return places(session, args)[0][1]


def publish_session(session: Session, args: argparse.Namespace, told: dict[str, object]) -> bool:
    """Publish what a watched vault is now, and say what is news; whether something public changed.

    `told` is what was said of each folder's troubles before, and is brought up to date.
    """
    changed = False
    for target, output in places(session, args):
        plan = session.publish(target, output)
        troubles = (plan.held, plan.by_state("withheld"), plan.conflicts)
        if plan.changes or troubles != told.get(output, troubles if not any(troubles) else None):
            _tell(plan, output, args)
        told[output] = troubles
        changed = changed or plan.changes
    return changed


def _carry_out(session: Session, target: TargetConfig, output: str, args: argparse.Namespace) -> Plan:
    act = session.plan if args.dry_run else session.publish
    if args.json and not args.dry_run:  # a refusal is told in the document too
        plan = session.plan(target, output, force=args.force, allow_mass_withdraw=args.allow_mass_withdraw)
        if plan.refusal:
            return plan
    return act(target, output, force=args.force, allow_mass_withdraw=args.allow_mass_withdraw)


def _tell(plan: Plan, output: str, args: argparse.Namespace) -> None:
    from vaultkit.cli._plan import everything, summary, troubles, written

    dry = getattr(args, "dry_run", False)
    sys.stdout.write(written(everything(plan) if dry else troubles(plan), colored(args.color)))
    sys.stdout.flush()
    say(summary(plan, seen_from_here(output), dry))


def seen_from_here(output: str) -> str:
    """The folder as a person at this terminal would write it: relative when it lies below the working folder."""
    way = os.path.relpath(output)
    return output if way.split(os.sep)[0] == ".." else way


publish = Command(
    "publish the notes that pass, withdraw those that are gone or deny it",
    arguments,
    run,
    "What is published is a folder of its own; beside it a hidden folder keeps earlier editions and the last good "
    "version of every note.",
)
