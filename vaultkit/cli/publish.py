"""`vaultkit publish`: the notes that pass, as a site."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from vaultkit.cli._command import Command
from vaultkit.cli._vault import colored, config_of, progress, root_of, say

if TYPE_CHECKING:
    from vaultkit.config import Config, TargetConfig
    from vaultkit.publish.plan import Plan
    from vaultkit.session import Session


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `publish`."""
    add = parser.add_argument
    add("--output", metavar="DIR", help="where to publish (default: as configured, else VAULT-site beside the vault)")
    add("--dry-run", action="store_true", help="only tell what would be done")
    add("--diff", metavar="NOTE", help="only show what would change on the page of a note")
    add("--json", action="store_true", help="print one JSON document")
    add("--force", action="store_true", help="replace and delete files that somebody else made or edited")
    add("--allow-mass-withdraw", action="store_true", help="withdraw even if many notes vanished at once")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)")


def run(args: argparse.Namespace) -> int:
    """Check, decide, publish, and say what became of it. The exit code is 1 when something of ours is not as it
    should be in the published folder."""
    from vaultkit.cli._plan import as_json
    from vaultkit.publish.plan import Refused

    session = open_session(args)
    if args.diff:
        from vaultkit.cli._page_diff import show_diff

        return show_diff(session, args)
    plans = [(output, carry_out(session, target, output, args)) for target, output in places(session)]
    if args.json:
        documents = [as_json(plan, output) for output, plan in plans]
        sys.stdout.write(json.dumps({"version": 1, "targets": documents}, indent=2) + "\n")
    else:
        for output, plan in plans:
            tell(plan, output, args)
    for output, plan in plans:
        if plan.refusal:
            raise Refused(plan, output)
    return 1 if session.frozen or any(plan.conflicts for _, plan in plans) else 0


def open_session(args: argparse.Namespace) -> Session:
    """The vault, checked once. `--output` counts as one of its outputs: what lies there are no notes."""
    from vaultkit.reports._look import show
    from vaultkit.session import Session

    root = root_of(args)
    session = Session.open(root, published_to(config_of(args, root), root, args.output))
    with progress(quiet=False) as session.seen:
        session.refresh()
    for folder, reason in session.frozen.items():
        say(f"vaultkit: {show(folder) or 'the vault'}: cannot look into this folder, so it stays as it was: {reason}")
    return session


def published_to(config: Config, root: str, output: str | None) -> Config:
    """The configuration with `output` as its only place: that of the target which is published there, or of the
    first."""
    if not output:
        return config
    place, targets = os.path.abspath(output), config.publish.targets
    chosen = next((item for item in targets if folder_of(item, root) == place), targets[0])
    only = {"targets": (chosen.model_copy(update={"output": place}),)}
    return config.model_copy(update={"publish": config.publish.model_copy(update=only)})


def places(session: Session) -> list[tuple[TargetConfig, str]]:
    """The targets to publish, each with its folder."""
    return [(item, folder_of(item, session.root)) for item in session.config.publish.targets]


def folder_of(target: TargetConfig, root: str) -> str:
    """Where a target of the vault at `root` is published: as configured, or beside the vault and named after both."""
    root = os.path.abspath(root)
    return os.path.normpath(os.path.join(root, target.output or f"{root}-{target.name}"))


def output_of(session: Session) -> str:
    """The folder of the first target."""
    return places(session)[0][1]


def publish_session(session: Session, args: argparse.Namespace, told: dict[str, object]) -> bool:
    """Publish what a watched vault is now, and say what is news; whether something public changed.

    `told` is what was said of each folder's troubles before, and is brought up to date.
    """
    changed = False
    for target, output in places(session):
        plan = session.publish(target, output)
        troubles = (plan.held, plan.by_state("withheld"), plan.conflicts)
        if plan.changes or troubles != told.get(output, troubles if not any(troubles) else None):
            tell(plan, output, args)
        told[output] = troubles
        changed = changed or plan.changes
    return changed


def carry_out(
    session: Session, target: TargetConfig, output: str, args: argparse.Namespace, generation: int = 0
) -> Plan:
    """Publish to one folder, or make the plan of it, as the options say; also when it is refused."""
    from vaultkit.publish.plan import Refused
    from vaultkit.publish.press import Wish

    act = session.plan if args.dry_run else session.publish
    try:
        with progress(quiet=False, doing="Publishing") as session.publisher.seen:
            return act(target, output, Wish(args.force, args.allow_mass_withdraw, generation))
    except Refused as error:
        return error.plan


def tell(plan: Plan, output: str, args: argparse.Namespace) -> None:
    """Say what was done, or with `--dry-run` what would be."""
    from vaultkit.cli._plan import everything, summary, troubles, written
    from vaultkit.reports._look import show

    dry = getattr(args, "dry_run", False)
    sys.stdout.write(written(everything(plan) if dry else troubles(plan), colored(args.color)))
    sys.stdout.flush()
    say(summary(plan, seen_from_here(output), dry))
    for sentence in plan.delivered:
        say(show(sentence))


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
