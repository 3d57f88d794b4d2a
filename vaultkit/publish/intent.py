"""What a note says itself about being published. Whatever is unclear means: not now.

`publish: false`, `published: false` and `draft: true` deny, as booleans or as the texts `false`, `no`, `true`;
anything else in them that is neither true nor false is a mistake, and never taken for a yes. One exception: `published`
holds the date of an article in notes that Obsidian's Web Clipper makes; a date there is a date. A `date`, or such a
`published`, that lies in the future schedules the note; so does a `date` that is none, when the year in it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Literal

from vaultkit.model.note import NotePath, Value
from vaultkit.model.record import NamedTuple
from vaultkit.model.standing import Reason
from vaultkit.schema.dates import beginning, moment

_WORDS = {"true": True, "false": False, "no": False}
_UNSEEN = " \u00a0\u200b\u200c\u200d\u2060"
"""What may stand beside a name without anybody seeing it: such a property denies, and never asks."""
_DENIES = {"publish": False, "published": False, "draft": True}


class Notice(NamedTuple):
    """Something of a published note that is not shown as it was written, and why."""

    path: NotePath
    message: str


class Intent(NamedTuple):
    """`open`: nothing speaks against publishing. `wanted`: the property that selects says yes. `unclear` are the names
    of the properties that are neither true nor false."""

    state: Literal["open", "denied", "unclear"]
    reasons: tuple[Reason, ...] = ()
    wanted: bool = False
    unclear: tuple[str, ...] = ()


def intent(properties: Mapping[str, Value], select: str | None) -> Intent:
    """What properties say. `select` is the name of the property that selects, if one does: false there denies too.

    Names are compared without letter case; one that denies, also without what cannot be seen beside it.
    """
    denied: list[Reason] = []
    unclear: list[str] = []
    wanted = False
    for name, wish, meant in _wishes(properties, select):
        if meant is None:
            unclear.append(name)
        elif meant is wish:
            value = properties[name]
            said = str(value).lower() if isinstance(value, bool) else value
            denied.append(Reason("publish-denied", f"it says `{name}: {said}`"))
        elif meant and select and name.lower() == select.lower():
            wanted = True
    if denied:
        return Intent("denied", tuple(denied))
    if unclear:
        reasons = (Reason("publish-value", f"`{name}` must be true or false, nothing else") for name in unclear)
        return Intent("unclear", tuple(reasons), wanted, tuple(unclear))
    return Intent("open", (), wanted)


def later(properties: Mapping[str, Value], now: datetime) -> tuple[Reason, ...]:
    """Why a note is to wait: its dates that are still to come."""
    return tuple(
        Reason("publish-date", f"its `{name}` is {words}, which is still to come")
        for name, words, _ in _to_come(properties, now)
    )


def due(properties: Mapping[str, Value], now: datetime) -> datetime | None:
    """When the last of its dates that are still to come will have come; None when there is none."""
    return max((when for _, _, when in _to_come(properties, now)), default=None)


def _wishes(properties: Mapping[str, Value], select: str | None) -> Iterator[tuple[str, bool, bool | None]]:
    """The properties that are about publishing and say something: name, the value that denies, what it says (None: it
    is neither true nor false)."""
    denying = _denying(select)
    for name, value in properties.items():
        key = name.strip(_UNSEEN).lower()
        if key in denying and value is not None and value != "" and not (key == "published" and _date(value)):
            yield name, denying[key], _meaning(value)


@cache
def _denying(select: str | None) -> dict[str, bool]:
    return {**_DENIES, select.lower(): _DENIES.get(select.lower(), False)} if select else _DENIES


def _meaning(value: Value) -> bool | None:
    """True or false, as a boolean or as one of the words for it."""
    if isinstance(value, bool):
        return value
    return _WORDS.get(value.strip().lower()) if isinstance(value, str) else None


def _date(value: Value) -> datetime | None:
    return moment(value) if isinstance(value, str) else None


def _to_come(properties: Mapping[str, Value], now: datetime) -> Iterator[tuple[str, str, datetime]]:
    """The dates that are still to come: name, words, moment."""
    for name, value in properties.items():
        key = name.strip(_UNSEEN).lower()
        if key in ("date", "published"):
            for text in [str(item).strip() for item in (value if isinstance(value, list) else [value])]:
                when = moment(text) or (beginning(text) if key == "date" else None)
                if when and when > now:
                    yield name, text, when
