"""What a publish would change on the page of one note, as a diff of what is read there."""

from __future__ import annotations

import argparse
import difflib
import sys
from typing import TYPE_CHECKING

from vaultkit.cli._vault import say
from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from vaultkit.model.note import NotePath
    from vaultkit.publish.plan import Plan
    from vaultkit.publisher import Version
    from vaultkit.session import Session


def show_diff(session: Session, args: argparse.Namespace) -> int:
    """Print the diffs of a note's pages, one for each place that is published. The exit code is 1 when one changes."""
    from vaultkit.cli._diff import harmless
    from vaultkit.cli._paths import notes_at
    from vaultkit.cli.publish import carry_out, places, seen_from_here
    from vaultkit.reports._look import show

    args.dry_run = True
    shown = {path for target, output in places(session) for path in session.publisher.shown(target, output)}
    paths = list(notes_at(args.diff, session.root, session, shown))
    if len(paths) != 1:
        raise SetupError("this is not one note", where=args.diff, do="--diff takes the path of a note")
    changes = 0
    for target, output in places(session):
        plan = carry_out(session, target, output, args)
        before, after = session.publisher.pages(target, output, plan, paths[0])
        sys.stdout.writelines(harmless(_diff(before, after), args.color))
        sys.stdout.flush()
        say(f"{show(seen_from_here(output))}: {_words(plan, paths[0], before, after)}")
        changes += before != after
    return 1 if changes else 0


def _diff(before: Version, after: Version) -> list[str]:
    names = (f"public/{before.url}" if before.url else "/dev/null", f"next/{after.url}" if after.url else "/dev/null")
    return list(difflib.unified_diff(_lines(before), _lines(after), *names))


def _lines(page: Version) -> list[str]:
    from vaultkit.publish.readable import readable

    if page.url.endswith(".html"):
        return readable(page.data)
    return page.data.decode("utf-8", "replace").splitlines(keepends=True)


def _words(plan: Plan, path: NotePath, before: Version, after: Version) -> str:
    """What becomes of the page, and why."""
    from vaultkit.reports._look import show

    verdict = plan.notes.verdicts[path]
    why = show("; ".join(reason.message for reason in verdict.reasons))
    if plan.refusal:
        return f"nothing would be done: {show(plan.refusal.what)}."
    if verdict.state == "held":
        return f"the last good version stays, since {why}."
    if not after.url:
        what = "the page would be withdrawn" if before.url else "there is no page, and would be none"
        return f"{what}: {why or 'nothing selects the note'}."
    if not before.url:
        return f"the page would be new, at {show(after.url)}."
    if before.url != after.url:
        return f"the page would move to {show(after.url)}."
    if before == after:
        return "nothing would change on this page."
    same = _lines(before) == _lines(after)
    return "only what stands around the text would change." if same else "the page would change."
