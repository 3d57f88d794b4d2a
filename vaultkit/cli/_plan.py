"""A plan in words, for the commands that make one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from vaultkit.reports._look import show

if TYPE_CHECKING:
    from vaultkit.model.note import NotePath
    from vaultkit.publish.plan import Plan
    from vaultkit.publish.select import State

_FAILING: tuple[State, ...] = ("held", "withheld")
_WAITING: tuple[State, ...] = ("scheduled", "denied")
_COLORS = {
    "new": "32",
    "changed": "33",
    "held": "1;33",
    "withheld": "1;33",
    "withdrawn": "31",
    "missing": "31",
    "conflict": "1;31",
}


Line = tuple[str, str, str]
"""What happens, to what, and why."""


def troubles(plan: Plan) -> Iterator[Line]:
    """What a person should know of: what is not published as it stands, withdrawn, or in the way."""
    for state in _FAILING:
        for verdict in plan.by_state(state):
            yield state, verdict.path, "; ".join(reason.message for reason in verdict.reasons)
    for path in plan.refusal.notes if plan.refusal else ():
        yield "missing", path, _why(plan, path)
    for item in plan.withdrawn:
        yield (
            "withdrawn",
            item.path,
            _why(plan, item.path) + "; its page was edited and is still public" * item.still_public,
        )
    for conflict in plan.conflicts:
        yield "conflict", conflict.path, conflict.message
    for notice in plan.notices:
        yield "notice", notice.path, notice.message


def _why(plan: Plan, path: NotePath) -> str:
    """Why a note that was published is not to be any more."""
    return "; ".join(reason.message for reason in plan.notes.verdicts[path].reasons) or "it is not selected"


def everything(plan: Plan) -> Iterator[Line]:
    """What becomes of every note that has to do with publishing, unchanged and unselected ones excepted."""
    for state, paths in (("new", plan.new), ("changed", plan.changed)):
        held = {verdict.path for verdict in plan.held}
        yield from ((state, path, plan.notes.notes[path].url) for path in paths if path not in held)
    for state in _WAITING:
        for verdict in plan.by_state(state):
            yield state, verdict.path, "; ".join(reason.message for reason in verdict.reasons)
    yield from troubles(plan)


def written(lines: Iterable[Line], color: bool) -> str:
    """The lines as text, one each."""
    return "".join(_line(state, path, why, color) for state, path, why in lines)


def _line(state: str, path: str, why: str, color: bool) -> str:
    word = f"{state:<10}"
    if color and state in _COLORS:
        word = f"\x1b[{_COLORS[state]}m{word}\x1b[0m"
    return f"{word}  {show(path)}" + (f"  {show(why)}" if why else "") + "\n"


def summary(plan: Plan, output: str, dry: bool) -> str:
    """The plan in a sentence: "Published 12 notes to public: 2 new, 1 changed, 9 unchanged; 1 held, 2 withheld."."""
    count = len(plan.manifest.notes)
    notes = f"{count} note" + "s" * (count != 1)
    verb = "Would publish" if dry else "Published"
    pages = [
        f"{len(paths)} {word}"
        for word, paths in (("new", plan.new), ("changed", plan.changed), ("unchanged", plan.unchanged))
        if paths
    ]
    rest = [
        f"{len(found)} {word}"
        for word, found in (
            ("held at the last good version", plan.held),
            ("withheld", plan.by_state("withheld")),
            ("withdrawn", plan.withdrawn),
            ("scheduled", plan.by_state("scheduled")),
            ("denied", plan.by_state("denied")),
            ("in conflict with files that are not ours", plan.conflicts),
        )
        if found
    ]
    parts = "; ".join(", ".join(part) for part in (pages, rest) if part)
    if plan.refusal or (not dry and not plan.changes):
        return f"Nothing to publish to {show(output)}" + (f": {parts}." if parts else ".")
    return f"{verb} {notes} to {show(output)}" + (f": {parts}." if parts else ".")
