"""What a note says itself about being published. Whatever is unclear means: not now.

`publish: false`, `published: false` and `draft: true` deny, as booleans or as the texts `false`, `no`, `true`;
anything else in them that is neither true nor false is a mistake, and never taken for a yes. One exception: `published`
holds the date of an article in notes that Obsidian's Web Clipper makes; a date there is a date. A `date`, or such a
`published`, that lies in the future schedules the note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from vaultkit.model.note import NotePath, Value
from vaultkit.schema.dates import moment

_WORDS = {"true": True, "false": False, "no": False}
_DENIES = {"publish": False, "published": False, "draft": True}


class Reason(NamedTuple):
    """Why a note is not published as it stands: the rule that says so, and a sentence."""

    rule: str
    message: str


class Notice(NamedTuple):
    """Something of a published note that is not shown as it was written, and why."""

    path: NotePath
    message: str


class Intent(NamedTuple):
    """`open`: nothing speaks against publishing. `wanted`: the property that selects says yes."""

    state: Literal["open", "denied", "scheduled", "unclear"]
    reasons: tuple[Reason, ...] = ()
    wanted: bool = False


def intent(properties: Mapping[str, Value], select: str | None, now: datetime) -> Intent:
    """What properties say. `select` is the name of the property that selects, if one does: false there denies too.

    Names are compared without letter case.
    """
    denied: list[Reason] = []
    unclear: list[Reason] = []
    wanted = False
    wishes = {**_DENIES, select.lower(): _DENIES.get(select.lower(), False)} if select else _DENIES
    for name, value in properties.items():
        key = name.lower()
        if key not in wishes or value is None or value == "" or (key == "published" and _date(value)):
            continue
        meant = _meaning(value)
        if meant is None:
            unclear.append(Reason("publish-value", f"`{name}` must be true or false, nothing else"))
        elif meant is wishes[key]:
            said = str(value).lower() if isinstance(value, bool) else value
            denied.append(Reason("publish-denied", f"it says `{name}: {said}`"))
        elif meant and select and key == select.lower():
            wanted = True
    if denied or unclear:
        return Intent("denied", tuple(denied)) if denied else Intent("unclear", tuple(unclear))
    later = tuple(_later(properties, now))
    return Intent("scheduled" if later else "open", later, wanted)


def _meaning(value: Value) -> bool | None:
    """True or false, as a boolean or as one of the words for it."""
    if isinstance(value, bool):
        return value
    return _WORDS.get(value.strip().lower()) if isinstance(value, str) else None


def _date(value: Value) -> datetime | None:
    return moment(value) if isinstance(value, str) else None


def _later(properties: Mapping[str, Value], now: datetime) -> Iterator[Reason]:
    for name, value in properties.items():
        if name.lower() in ("date", "published"):
            when = _date(value)
            if when and when > now:
                yield Reason("publish-date", f"its `{name}` is {value.strip()}, which is still to come")
