"""`vaultkit urls`: where every note stands, and what becomes of the addresses of an old site."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from vaultkit.cli._command import Command
from vaultkit.cli._vault import colored, say
from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaultkit.config import TargetConfig
    from vaultkit.publish.old_site import Compared
    from vaultkit.publish.plan import Plan
    from vaultkit.publish.select import State, Verdict
    from vaultkit.session import Session

_WAITING: tuple[State, ...] = ("withheld", "held", "scheduled", "denied")
_COLORS = {"lost": "1;31", "redirected": "33", "new": "32"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `urls`."""
    add = parser.add_argument
    add("--diff", metavar="FILE", help="compare with an old site: its sitemap.xml, a list of addresses, or urls --json")
    add("--output", metavar="DIR", help="where it is published (default: as configured, else beside the vault)")
    add("--json", action="store_true", help="print one JSON document")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)")


def run(args: argparse.Namespace) -> int:
    """Decide as a publish would, and tell the addresses. With `--diff` the exit code is 1 when one is lost."""
    from vaultkit.cli.publish import open_session, places

    session = open_session(args)
    documents: list[dict[str, Any]] = []
    lost = 0
    for target, output in places(session):
        plan = session.plan(target, output)
        document = _document(plan, output)
        if args.diff:
            found = _compared(args.diff, plan, target)
            document |= {"kept": list(found.kept), "redirected": dict(found.redirected)}
            document |= {"lost": dict(found.lost), "new": list(found.new)}
            waiting = _waiting(session, plan, target, found)
            document["waiting"] = {url: _verdict(item) for url, item in waiting.items()}
            lost += len(found.lost)
            if not args.json:
                _tell(found, waiting, args)
        elif not args.json:
            _print(document)
        documents.append(document)
    if args.json:
        sys.stdout.write(json.dumps({"version": 1, "targets": documents}, indent=2) + "\n")
    return 1 if lost else 0


def _document(plan: Plan, output: str) -> dict[str, Any]:
    return {
        "output": output,
        "urls": {path: note.url for path, note in plan.notes.notes.items()},
        "redirects": dict(plan.sent),
    }


def _print(document: dict[str, Any]) -> None:
    from vaultkit.reports._look import columns, show

    rows = [(url, path) for path, url in document["urls"].items()]
    rows += [(url, f"-> {to}") for url, to in document["redirects"].items()]
    rows = [(show(url), show(rest)) for url, rest in sorted(rows)]
    width = min(max((columns(url) for url, _ in rows), default=0), 60)
    for url, rest in rows:
        sys.stdout.write(f"{url}{' ' * (width - columns(url))}  {rest}\n")


def _compared(file: str, plan: Plan, target: TargetConfig) -> Compared:
    """What becomes of the addresses in a file. Raises SetupError when it names none."""
    from vaultkit.publish.old_site import addresses_in, compared
    from vaultkit.vault.texts import read_text

    text = read_text(file, file, 256 * 1024 * 1024)
    if text is None:
        raise SetupError("there is no such file", where=file, do="--diff takes a sitemap.xml or a list of addresses")
    try:
        old = addresses_in(text, urlsplit(target.base_url).path)
    except ValueError as error:
        raise SetupError(
            f"{error}", where=file, do="--diff takes a sitemap.xml, a list of addresses, or what urls --json prints"
        ) from error
    notes = [note.url for note in plan.notes.notes.values()]
    there = dict.fromkeys((*plan.files.files, *notes))  # a generator makes other files of what we write
    return compared(old, there.keys(), notes, plan.sent)


def _waiting(session: Session, plan: Plan, target: TargetConfig, found: Compared) -> dict[str, Verdict]:
    """The lost addresses at which a note would be that is not published as it stands, with what was decided of it."""
    from vaultkit.publish.old_site import waiting

    verdicts = {item.path: item for state in _WAITING for item in plan.by_state(state)} if found.lost else {}
    notes = (session.index.glance(path) for path in verdicts if path in session.index.notes)
    at = waiting(found.lost, notes, session.config.publish, target.home)
    return {url: verdicts[path] for url, path in at.items()}


def _verdict(item: Verdict) -> dict[str, Any]:
    return {"path": item.path, "state": item.state, "reasons": [reason._asdict() for reason in item.reasons]}


def _tell(found: Compared, waiting: Mapping[str, Verdict], args: argparse.Namespace) -> None:
    color = colored(args.color)
    rows = [
        *(("lost", f"/{quote(url)}", _why(near, waiting.get(url))) for url, near in found.lost.items()),
        *(("redirected", f"/{quote(url)}", f"to /{quote(to)}") for url, to in found.redirected.items()),
        *(("new", f"/{quote(url)}", "") for url in found.new),
    ]
    for state, url, rest in rows:
        word = f"{state:<10}"
        word = f"\x1b[{_COLORS[state]}m{word}\x1b[0m" if color else word
        sys.stdout.write(f"{word}  {url}" + f"  {rest}" * bool(rest) + "\n")
    sys.stdout.flush()
    count = len(found.kept) + len(found.redirected) + len(found.lost)
    say(
        f"Of {count} old address{'es' * (count != 1)}: {len(found.kept)} kept, {len(found.redirected)} redirected, "
        f"{len(found.lost)} lost; {len(found.new)} new."
    )
    if found.lost.keys() - waiting.keys():
        say(
            "A lost one is kept by a `permalink` or sent on by an alias with a `/`; another `slug.style` may keep many."
        )


def _why(near: str, verdict: Verdict | None) -> str:
    """What there is to say of a lost address: which note would be there, and why it is not; or what is like it."""
    from vaultkit.reports._look import show

    if verdict:
        reasons = "; ".join(reason.message for reason in verdict.reasons)
        return show(f"{verdict.path} is {verdict.state}" + f": {reasons}" * bool(reasons))
    return f"but there is /{quote(near)}" if near else ""


urls = Command(
    "tell where every note stands, and what becomes of the addresses of an old site",
    arguments,
    run,
    "With --diff each address of the old site is kept (a page stands there), redirected, or lost; the exit code is 1 "
    "when one is lost.",
)
