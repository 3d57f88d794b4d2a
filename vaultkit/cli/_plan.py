"""A plan in words, for the commands that make one, or are told of one by a watch that runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vaultkit.reports._look import show

_UNASKED = "it is not selected"
_REST = {
    "held": "held at the last good version",
    "withheld": "withheld",
    "withdrawn": "withdrawn",
    "scheduled": "scheduled",
    "denied": "denied",
    "conflicts": "in conflict with files that are not ours",
}
_MEANT = ("held", "withheld", "withdrawn", "scheduled")
"""What becomes of notes that are meant to be public, or were."""
_COLORS = {
    "new": "32",
    "changed": "33",
    "held": "1;33",
    "withheld": "1;33",
    "withdrawn": "31",
    "missing": "31",
    "conflict": "1;31",
}

Told = Mapping[str, Any]
"""A plan as plain data: see `publish.plan_json`."""

Line = tuple[str, str, str]
"""What happens, to what, and why."""


def troubles(told: Told) -> Iterator[Line]:
    """What a person should know of: what is not published as it stands, withdrawn, or in the way."""
    yield from _judged(told, "held", "withheld")
    refused = told["refused"]
    for path in refused["missing"] if refused else ():
        yield "missing", path, _why(refused["reasons"][path]) or _UNASKED
    for item in told["withdrawn"]:
        public = "; its page was edited and is still public" * item["still_public"]
        yield "withdrawn", item["path"], (_why(item["reasons"]) or _UNASKED) + public
    for kind in ("conflict", "notice"):
        yield from ((kind, item["path"], item["message"]) for item in told[f"{kind}s"])


def everything(told: Told) -> Iterator[Line]:
    """What becomes of every note that has to do with publishing, unchanged and unselected ones excepted."""
    held = {item["path"] for item in told["held"]}
    for state in ("new", "changed"):
        yield from ((state, path, told["urls"][path]) for path in told[state] if path not in held)
    yield from _judged(told, "scheduled")
    withdrawn = {item["path"] for item in told["withdrawn"]}
    yield from (line for line in _judged(told, "denied") if line[1] not in withdrawn)
    yield from troubles(told)


def _judged(told: Told, *states: str) -> Iterator[Line]:
    for state in states:
        yield from ((state, item["path"], _why(item["reasons"])) for item in told[state])


def _why(reasons: Iterable[Mapping[str, str]]) -> str:
    return "; ".join(reason["message"] for reason in reasons)


def written(lines: Iterable[Line], color: bool) -> str:
    """The lines as text, one each."""
    return "".join(_line(state, path, why, color) for state, path, why in lines)


def _line(state: str, path: str, why: str, color: bool) -> str:
    word = f"{state:<10}"
    if color and state in _COLORS:
        word = f"\x1b[{_COLORS[state]}m{word}\x1b[0m"
    return f"{word}  {show(path)}" + (f"  {show(why)}" if why else "") + "\n"


def summary(told: Told, output: str, dry: bool) -> str:
    """The plan in a sentence: "Published 12 notes to public: 2 new, 1 changed, 9 unchanged; 1 held, 2 withheld."."""
    count = len(told["urls"])
    notes = f"{count} note" + "s" * (count != 1)
    verb = "Would publish" if dry else "Published"
    pages = [f"{len(told[word])} {word}" for word in ("new", "changed", "unchanged") if told[word]]
    rest = [f"{len(told[key])} {words}" for key, words in _REST.items() if told[key]]
    parts = "; ".join(", ".join(part) for part in (pages, rest) if part)
    if told["refused"] or not (dry or told["write"] or told["delete"]):
        return f"Nothing to publish to {show(output)}" + (f": {parts}." if parts else ".")
    nobody = not any(told[state] for state in ("urls", *_MEANT))
    why = " No note asks for it by `publish: true`, and `publish.select` names none." * nobody
    return f"{verb} {notes} to {show(output)}" + (f": {parts}." if parts else ".") + why


def next_due(told: Told) -> str:
    """When the next scheduled note becomes public, in a sentence; "" when none waits for its date."""
    from vaultkit.watching.instance import clock

    waiting = sorted((item["due"], item["path"]) for item in told["scheduled"])
    if not waiting:
        return ""
    moment, path = waiting[0]
    more = f", {len(waiting) - 1} more later" if len(waiting) > 1 else ""
    return f"The next scheduled note is due on {clock(moment)}: {show(path)}{more}."
