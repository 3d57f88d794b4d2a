"""Dates as notes have them: Obsidian's (`2024-11-21`, `2024-11-21T09:30:00`) and Jekyll's (`2024-11-21 0:00:00 -0400`).

Sources: https://help.obsidian.md/properties for the first two, https://jekyllrb.com/docs/front-matter/ for the third.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from vaultkit.model.expression import expression
from vaultkit.model.record import NamedTuple

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DATE = expression(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?P<gap>[Tt]|[ \t]+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    r"[ \t]*(?P<zone>[Zz]|UTC|(?P<sign>[+-])(?P<zone_hour>[0-9]{1,2})(?::?(?P<zone_minute>[0-9]{2}))?)?)?"
)
_YEAR = expression(
    r"(?<![0-9])(?P<year>[0-9]{4})(?:(?P<sign>[-/.]?)(?P<month>[0-9]{2})(?:(?P=sign)(?P<day>[0-9]{2}))?)?(?![0-9])"
)
_OTHER_ORDER = expression(r"(?P<year>[0-9]{4})(?P<sign>[/.]?)(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})")


class DateFault(NamedTuple):
    """What is wrong with a date, as the end of a sentence that names the date first; how to write it, if that is clear,
    and whether the meaning is the same beyond doubt."""

    message: str
    better: str = ""
    certain: bool = False


@lru_cache(maxsize=4096)
def date_fault(text: str) -> DateFault | None:
    """What is wrong with a text as a date with or without a time of day; None when it is one."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return _unreadable(text)
    wrong = _impossible(found)
    if wrong:
        return DateFault(f"and {wrong}")
    better = _padded(found)
    if better != found[0]:
        return DateFault(f"which should be written `{better}`", better, certain=True)
    return None


def _unreadable(text: str) -> DateFault:
    other = _OTHER_ORDER.fullmatch(text.strip())
    if other and len(other["month"] + other["day"]) == 4 and not _impossible_day(other):
        better = f"{other['year']}-{other['month']}-{other['day']}"
        return DateFault(f"which should be written `{better}`", better)
    return DateFault("which is not a date; a date is written like `2024-11-21`")


def _impossible(found: re.Match[str]) -> str:
    """Why the parts of a date and time cannot be, or ""."""
    wrong = _impossible_day(found)
    if wrong or not found["gap"]:
        return wrong
    if int(found["hour"]) > 23:
        return f"a day has no hour {found['hour']}"
    if int(found["minute"]) > 59:
        return f"an hour has no minute {found['minute']}"
    if int(found["second"] or 0) > 59:
        return f"a minute has no second {found['second']}"
    if found["sign"] and (int(found["zone_hour"]) > 14 or int(found["zone_minute"] or 0) > 59):
        return f"there is no time zone `{found['zone']}`"
    return ""


def _impossible_day(found: re.Match[str]) -> str:
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    if not year:
        return "there is no year 0"
    if not 1 <= month <= 12:
        return f"there is no month {month}"
    if not 1 <= day <= 31:
        return f"there is no day {day}"
    try:
        datetime(year, month, day)
    except ValueError:
        return f"there is no {day} {_MONTHS[month - 1]} {year}"
    return ""


def _padded(found: re.Match[str]) -> str:
    """The date with two digits for month and day, and for the hour behind a `T`; Jekyll's `0:00:00` is left."""
    text = f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}"
    rest = found[0][found.end("day") :]
    if found["gap"] in ("T", "t") and len(found["hour"]) == 1:
        rest = f"{rest[0]}0{rest[1:]}"
    return text + rest


def moment(text: str) -> datetime | None:
    """The moment that a date names, for comparing; without a time it is midnight, without a zone it is UTC."""
    found = _DATE.fullmatch(text.strip())
    if found is None or _impossible(found):
        return None
    parts = (int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second"))
    zone = timedelta(hours=int(found["zone_hour"] or 0), minutes=int(found["zone_minute"] or 0))
    return datetime(*parts, tzinfo=timezone(-zone if found["sign"] == "-" else zone))  # type: ignore[misc, arg-type]


def beginning(text: str) -> datetime | None:
    """The earliest moment that a text can mean which is no date, but names a year in four digits, maybe with month and
    day behind it; None when it names none."""
    found = _YEAR.search(text)
    if found is None or not int(found["year"]):
        return None
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    month = month if 1 <= month <= 12 else 1
    return datetime(year, month, min(max(day, 1), 28), tzinfo=UTC)
