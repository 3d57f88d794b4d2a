"""`vaultkit status`: what a publish would do now, note by note, and how the watch of the vault fares."""

from __future__ import annotations

import argparse
import json
import os
import sys
from itertools import chain
from typing import TYPE_CHECKING, Any

from vaultkit.cli._command import Command
from vaultkit.cli._vault import colored, root_of, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaultkit.cli._plan import Line, Told
    from vaultkit.cli._watcher import Watcher
    from vaultkit.model.note import NotePath

    Found = tuple[list[dict[str, Any]], list[NotePath] | None]


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `status`."""
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="notes or folders to tell of (default: all that has to do with it)")
    add(
        "--output",
        metavar="DIR",
        help="where it is published (default: as configured, else VAULT-site beside the vault)",
    )
    add("--from-disk", action="store_true", help="look at the vault, also when a watch that runs could tell")
    add("--json", action="store_true", help="print one JSON document")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)")


def run(args: argparse.Namespace) -> int:
    """Let the watch that runs tell, or decide as a publish would; the exit code is 2 when a target would fail."""
    from vaultkit.cli._door import USAGE
    from vaultkit.cli._watcher import Watcher

    root = _root(args)
    watcher = Watcher.of(root)
    targets, chosen = _from_watch(watcher, args, root)
    source = "watch" if targets else ""
    if not targets and (os.path.exists(root) or not watcher.told):
        (targets, chosen), source = _from_disk(args), "disk"
    if args.json:
        sys.stdout.write(_document(targets, chosen, watcher, source))
    else:
        for target in targets:
            _tell(target, chosen, args, several=len(targets) > 1)
        for words in watcher.words(source):
            say(words)
    return USAGE if any(_fails(target) for target in targets) else 0


def _root(args: argparse.Namespace) -> str:
    """The root of the vault. One that is not there may have a watch that waits for it. Raises SetupError."""
    from vaultkit.errors import SetupError
    from vaultkit.watching.instance import holder

    try:
        return root_of(args)
    except SetupError:
        root = os.path.abspath(args.vault or ".")
        if os.path.exists(root) or holder(root) is None:
            raise
        return root


def _from_watch(watcher: Watcher, args: argparse.Namespace, root: str) -> Found:
    """What a watch tells of what is asked for; nothing when it does not know all of it."""
    from vaultkit.cli._paths import inside, those_in

    place = args.output and os.path.abspath(args.output)
    targets = [target for target in watcher.targets if place in (None, target["output"])]
    if args.from_disk or args.config or not targets or any("urls" not in target for target in targets):
        return [], None
    if not args.paths:
        return targets, None
    notes = sorted({path for path, _ in _states(targets[0])})
    found = [[*notes] if (at := inside(given, root)) == "" else those_in({at}, notes) for given in args.paths]
    return (targets, [*chain(*found)]) if all(found) else ([], None)


def _from_disk(args: argparse.Namespace) -> Found:
    from vaultkit.cli._paths import notes_at
    from vaultkit.cli.publish import open_session, places
    from vaultkit.publish.outcome import outcome
    from vaultkit.publish.plan_json import outcome_json

    session = open_session(args)
    targets = [outcome_json(outcome(session.plan, *item)) for item in places(session)]
    also = {path for target in targets if "urls" in target for path, _ in _states(target)} if args.paths else ()
    chosen = [path for given in args.paths for path in notes_at(given, session.root, session, also)]
    return targets, (chosen if args.paths else None)


def _document(targets: list[dict[str, Any]], chosen: list[NotePath] | None, watcher: Watcher, source: str) -> str:
    from vaultkit.publish.plan_json import only_of

    told = targets if chosen is None else [only_of(target, chosen) for target in targets]
    whole = {"version": 1, "targets": told, "source": source, "watcher": watcher.document()}
    return json.dumps(whole, indent=2) + "\n"


def _fails(target: Told) -> bool:
    return bool(target["error"]) and not target.get("refused")


def _tell(target: Told, chosen: list[NotePath] | None, args: argparse.Namespace, several: bool) -> None:
    from vaultkit.cli._door import complain
    from vaultkit.cli._plan import everything, next_due, summary, written
    from vaultkit.cli.publish import seen_from_here
    from vaultkit.reports._look import show

    if "urls" in target:
        lines = everything(target) if chosen is None else _of(chosen, target)
        sys.stdout.write(written(lines, colored(args.color)))
        sys.stdout.flush()
        say(summary(target, seen_from_here(target["output"]), dry=True))
        if words := next_due(target):
            say(words)
        for sentence in target["delivered"]:
            say(show(sentence))
        if target["refused"]:
            say(show(f"It would be refused: {target['refused']['message']}."))
    if _fails(target):
        error = target["error"]
        where = ": ".join(filter(None, (target["name"] if several else "", error["where"])))
        complain(error["message"], where, error["help"])


def _of(paths: list[NotePath], target: Told) -> Iterator[Line]:
    """All that there is to say of some notes, unchanged and unselected ones too."""
    from vaultkit.cli._plan import everything

    said: dict[str, list[Line]] = {}
    for line in everything(target):
        said.setdefault(line[1], []).append(line)
    states = dict(_states(target))
    for path in paths:
        yield from said.get(path, [(states.get(path, "published"), path, "")])


def _states(target: Told) -> Iterator[tuple[NotePath, str]]:
    """Every note with what becomes of it."""
    yield from ((item["path"], "withdrawn") for item in target["withdrawn"])
    for state in ("new", "changed", "unchanged", "unselected"):
        yield from ((path, state) for path in target[state])
    for state in ("held", "withheld", "denied", "scheduled"):
        yield from ((item["path"], state) for item in target[state])


status = Command("tell what a publish would do, note by note", arguments, run)
