"""`vaultkit rollback`: the texts of an earlier edition are public again."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from vaultkit.cli._command import Command, whole
from vaultkit.cli._vault import say
from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaultkit.cli._plan import Line
    from vaultkit.config import TargetConfig
    from vaultkit.publish.outcome import Outcome
    from vaultkit.publish.plan import Plan
    from vaultkit.publish.store import Generation


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rollback`."""
    add = parser.add_argument
    add("--list", action="store_true", help="only tell which editions are kept")
    add("--to", metavar="N", type=whole, default=0, help="the number of the edition (default: the one before the last)")
    add("--output", metavar="DIR", help="where it is published (default: as configured, else beside the vault)")
    add("--dry-run", action="store_true", help="only tell what would be done")
    add("--json", action="store_true", help="print one JSON document")
    add("--force", action="store_true", help="replace and delete files that somebody else made or edited")
    add("--allow-mass-withdraw", action="store_true", help="go on even if many notes vanished at once")
    add("--trust-vault-config", action="store_true", help="agree to the commands that the configuration names")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)")


def run(args: argparse.Namespace) -> int:
    """Show an earlier edition again, as far as its notes may still be public. The exit code is 1 when something of
    ours is not as it should be in the published folder."""
    from vaultkit.cli._outcome import as_document
    from vaultkit.cli.publish import carried_out, carry_out, open_session, places, told

    session = open_session(args)
    if args.list:
        found = [(output, session.publisher.generations(target, output)) for target, output in places(session)]
        return _list(found, as_json=args.json)
    if args.to and len(places(session)) > 1:
        outputs = " or ".join(f"--output {output}" for _, output in places(session))
        raise SetupError("several places are published, each with editions of its own", do=f"say which: {outputs}")
    chosen: dict[str, Generation] = {}

    def go_back(target: TargetConfig, output: str) -> Plan:
        chosen[output] = _chosen(session.publisher.generations(target, output), args.to, output)
        return carry_out(session, target, output, args, chosen[output].number)

    made = carried_out(session, args, go_back)
    if args.json:
        sys.stdout.write(as_document([_document(item, chosen.get(item.output)) for item in made]))
    return told(made, args, session, lambda plan, output, args: _tell(plan, output, chosen[output], args))


def _chosen(kept: list[Generation], number: int, output: str) -> Generation:
    """The edition that is asked for. Raises SetupError when it is not kept."""
    numbers = ", ".join(str(item.number) for item in kept[1:])
    if not numbers:
        raise SetupError("no earlier edition is kept", where=output)
    if not number:
        return kept[1]
    found = next((item for item in kept if item.number == number), None)
    if found is None:
        raise SetupError(f"there is no edition {number}", where=output, do=f"these are kept: {numbers}")
    if found is kept[0]:
        raise SetupError(f"edition {number} is what is public now", where=output, do=f"these are kept: {numbers}")
    return found


def _document(item: Outcome, to: Generation | None) -> dict[str, Any]:
    """What became of a target as plain data, with the edition that was asked for."""
    from vaultkit.publish.plan_json import outcome_json

    left = [path for _, path, _ in _left_out(item.plan, to)] if item.plan and to else []
    return outcome_json(item) | {"edition": to.number if to else None, "left_out": left}


def _tell(plan: Plan, output: str, to: Generation, args: argparse.Namespace) -> None:
    """Say what was done, and what does not come back."""
    from vaultkit.cli._plan import written
    from vaultkit.cli._vault import colored
    from vaultkit.cli.publish import tell

    if not plan.refusal and not args.dry_run:
        sys.stdout.write(written(_left_out(plan, to), colored(args.color)))
    tell(plan, output, args)
    if not plan.refusal:
        done = "would be" if args.dry_run else "is"
        say(f"It {done} as in edition {to.number}. The next publish goes on from there.")


def _left_out(plan: Plan, to: Generation) -> Iterator[Line]:
    """The notes of the edition that do not become public again, and why."""
    withdrawn = {item.path for item in plan.withdrawn}
    for path in sorted(to.manifest.notes.keys() - plan.notes.notes.keys() - withdrawn):
        verdict = plan.notes.verdicts.get(path)
        reasons = (
            "; ".join(reason.message for reason in verdict.reasons) if verdict else "there is no such note any more"
        )
        yield "left out", path, reasons or "it is not selected"


def _list(known: list[tuple[str, list[Generation]]], *, as_json: bool) -> int:
    from vaultkit.cli.publish import seen_from_here
    from vaultkit.reports._look import show

    if as_json:
        documents = [
            {
                "output": output,
                "editions": [
                    {
                        "number": item.number,
                        "published": _moment(item).isoformat(timespec="seconds"),
                        "notes": len(item.manifest.notes),
                        "live": item is kept[0],
                    }
                    for item in kept
                ],
            }
            for output, kept in known
        ]
        sys.stdout.write(json.dumps({"version": 1, "targets": documents}, indent=2) + "\n")
        return 0
    for output, kept in known:
        say(f"{show(seen_from_here(output))}: {len(kept)} edition{'s' * (len(kept) != 1)}")
        for item in kept:
            count = len(item.manifest.notes)
            live = "  public now" if item is kept[0] else ""
            sys.stdout.write(f"{item.number:>6}  {_date(item)}  {count} note{'s' * (count != 1)}{live}\n")
    return 0


def _moment(item: Generation) -> datetime:
    return datetime.fromtimestamp(item.written).astimezone()


def _date(item: Generation) -> str:
    return _moment(item).strftime("%Y-%m-%d %H:%M")


rollback = Command(
    "show an earlier edition again, save what must not be public any more",
    arguments,
    run,
    "The notes get back the texts that they had then. A note that denies it by now, is gone or is not selected any "
    "more stays away, and so does whatever was published later. Attachments, templates and settings are those of "
    "today. What is made is a new edition: rolling back again takes it back.",
)
