"""Dates as a site shows and sorts them. They come from notes alone: the clock is never asked."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from vaultkit.model.record import NamedTuple
from vaultkit.targets.site.words import MONTHS


class Moment(NamedTuple):
    """A date of a note. Moments sort by time; `rfc3339` is complete, `iso` is as precise as the note was."""

    order: str
    rfc3339: str
    iso: str
    shown: str
    year: str


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def rfc822(stamp: str) -> str:
    """An RFC 3339 time as RSS writes it: `Thu, 21 Nov 2024 00:00:00 +0000`, whatever the locale."""
    when = datetime.fromisoformat(stamp)
    day = f"{_DAYS[when.weekday()]}, {when.day:02} {MONTHS[when.month - 1][:3]} {when.year:04}"
    return f"{day} {when:%H:%M:%S %z}"


@lru_cache(maxsize=65536)
def moment(text: str, language: str = "en") -> Moment | None:
    """The moment that an ISO 8601 text names; without a zone it is UTC. None when it names none.

    English sites read `21 November 2024`, others the ISO date, which every reader understands.
    """
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    day = f"{when.year:04}-{when.month:02}-{when.day:02}"
    shown = f"{when.day} {MONTHS[when.month - 1]} {when.year}" if language.lower().startswith("en") else day
    zoned = when if when.tzinfo else when.replace(tzinfo=UTC)
    stamp = zoned.isoformat(timespec="seconds").replace("+00:00", "Z")
    try:
        order = zoned.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    except OverflowError:
        return None
    return Moment(order, stamp, day if len(text) == 10 else stamp, shown, f"{when.year}")
