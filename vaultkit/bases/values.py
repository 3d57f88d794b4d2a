"""The values of bases: besides texts, numbers, truth values, lists and objects there are dates, durations, links and
files. How they compare, what counts as true, and how they are written as text follows JavaScript where the help says
so."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from vaultkit.bases.rows import Row, Sight
from vaultkit.model.record import NamedTuple
from vaultkit.parse import grammar


class Date(NamedTuple):
    """A moment; `timed`: with a time of day. It has no zone: a note says none."""

    when: datetime
    timed: bool


class Duration(NamedTuple):
    """A stretch of time: whole months, and seconds."""

    months: int = 0
    seconds: float = 0.0

    @property
    def total(self) -> float:
        """All of it in seconds; a month has 30.436875 days."""
        return self.months * 2_629_746 + self.seconds


class LinkTo(NamedTuple):
    """A link: the text between its brackets or its address, the file that it opens if that is a public note's, and the
    text to show, "" for the usual one."""

    target: str
    row: Row | None
    display: str = ""

    @property
    def text(self) -> str:
        """What is shown of it: never a folder."""
        name = self.target.partition("#")[0].rpartition("/")[2].removesuffix(".md")
        return self.display or name or self.target


class Image(NamedTuple):
    """A picture: what `image()` was given."""

    of: Any


class Icon(NamedTuple):
    """An icon by its name; there is no set of icons here, so its name is all that is left."""

    name: str


_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:(?:T| )(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
_DURATION = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*,?")
_UNITS: Mapping[str, Duration] = {
    **dict.fromkeys(("y", "year", "years"), Duration(months=12)),
    **dict.fromkeys(("M", "month", "months"), Duration(months=1)),
    **dict.fromkeys(("w", "week", "weeks"), Duration(seconds=604_800)),
    **dict.fromkeys(("d", "day", "days"), Duration(seconds=86_400)),
    **dict.fromkeys(("h", "hour", "hours"), Duration(seconds=3_600)),
    **dict.fromkeys(("m", "minute", "minutes"), Duration(seconds=60)),
    **dict.fromkeys(("s", "second", "seconds"), Duration(seconds=1)),
}


def date_of(text: str) -> Date | None:
    """The date that a text is, whole."""
    found = _DATE.fullmatch(text.strip()) if text[:4].isdigit() else None
    if found is None:
        return None
    try:
        return Date(datetime(*(int(part or 0) for part in found.groups())), found[4] is not None)  # type: ignore[arg-type]
    except ValueError:
        return None


def duration_of(text: str) -> Duration | None:
    """The duration that a text is, whole: `1d`, `2 weeks`, `-1 month`."""
    months, seconds, at = 0.0, 0.0, 0
    while at < len(text):
        found = _DURATION.match(text, at)
        unit = _UNITS.get(found[2]) or _UNITS.get(found[2].lower()) if found else None
        if found is None or unit is None:
            return None
        months += unit.months * float(found[1])
        seconds += unit.seconds * float(found[1])
        at = found.end()
    return Duration(int(months), seconds) if at else None


def moved(date: Date, by: Duration, sign: int) -> Date | None:
    """A date later or earlier by a duration; None when there is no such date."""
    months = date.when.year * 12 + date.when.month - 1 + sign * by.months
    try:
        first = date.when.replace(day=1, year=months // 12, month=months % 12 + 1)
        last = 29 if first.month == 2 and first.year % 4 == 0 and (first.year % 100 or first.year % 400 == 0) else 28
        days = last if first.month == 2 else 30 if first.month in (4, 6, 9, 11) else 31
        when = first.replace(day=min(date.when.day, days)) + sign * timedelta(seconds=by.seconds)
    except (ValueError, OverflowError):
        return None
    return Date(when, date.timed or bool(by.seconds % 86_400))


def of_property(value: Any, sight: Sight) -> Any:
    """A property's value: a text that is one link or one date becomes it."""
    if isinstance(value, str):
        if value.startswith("[[") and value.endswith("]]"):
            parts = grammar.wikilink(value[2:-2]) if grammar.WIKILINK.fullmatch(value) else None
            if parts:
                return LinkTo(parts.target + parts.subpath, sight.find(parts.target), parts.display or "")
        return date_of(value) or value
    if isinstance(value, list):
        return [of_property(item, sight) for item in value]
    if isinstance(value, dict):
        return {name: of_property(item, sight) for name, item in value.items()}
    return value


def is_true(value: Any) -> bool:
    """What counts as true: everything but nothing, false, zero, and an empty text, list or object."""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    if isinstance(value, (Date, Duration, LinkTo, Row)):
        return True
    return bool(value)


def is_empty(value: Any) -> bool:
    """Whether there is nothing in a value: nothing, or an empty text, list or object."""
    return value is None or (isinstance(value, (str, list, dict)) and not value)


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal: links and files when they lead to one file."""
    one, other = _place(left), _place(right)
    if one is not None and other is not None:
        return one == other
    if one is not None or other is not None:
        link, words = (left, right) if isinstance(left, LinkTo) else (right, left)
        return isinstance(link, LinkTo) and words == link.target
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    if isinstance(left, Date) and isinstance(right, Date):
        return left.when == right.when
    if isinstance(left, Date) != isinstance(right, Date):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def _place(value: Any) -> str | None:
    """Where a link or a file leads: a note's path, else the link's own words."""
    if isinstance(value, Row):
        return value.path
    if isinstance(value, LinkTo):
        return value.row.path if value.row else value.target.removesuffix(".md").lower()
    return None


_Rank = tuple[int, Any]


def order(value: Any) -> _Rank:
    """A key by which values of all kinds can be sorted: numbers, dates, then texts without letter case."""
    if isinstance(value, bool):
        return 0, int(value)
    if isinstance(value, (int, float)):
        return 1, 0.0 if math.isnan(value) else value
    if isinstance(value, Duration):
        return 1, value.total
    if isinstance(value, Date):
        return 2, value.when
    return 3, natural(text_of(value))


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts `Note 9` before `Note 10`, without letter case."""
    parts = re.split(r"([0-9]{1,18})", text.lower())
    return tuple((0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts if part)


def comparable(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Two values as what `<` can compare; None when it cannot."""
    if isinstance(left, Date) and isinstance(right, str):
        right = date_of(right)
    if isinstance(right, Date) and isinstance(left, str):
        left = date_of(left)
    if left is None or right is None:
        return None
    one, other = order(left), order(right)
    if {one[0], other[0]} == {0, 1} or one[0] == other[0]:
        return one[1], other[1]
    return None


def text_of(value: Any) -> str:
    """A value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, Date):
        return value.when.isoformat(sep=" ", timespec="seconds") if value.timed else value.when.date().isoformat()
    if isinstance(value, Duration):
        return _duration_text(value)
    if isinstance(value, Row):
        return value.name
    if isinstance(value, LinkTo):
        return value.text
    if isinstance(value, Icon):
        return value.name
    if isinstance(value, Image):
        return text_of(value.of)
    if isinstance(value, list):
        return ", ".join(map(text_of, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text_of(item)}" for name, item in value.items())
    return str(value)


def number_text(value: float) -> str:
    """A number as JavaScript writes it: no `.0`."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)


def _duration_text(value: Duration) -> str:
    """A duration in its largest unit: `3 days`."""
    total = abs(value.total)
    for name, length in (("year", 31_556_952), ("month", 2_629_746), ("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if total >= length:
            count = round(total / length)
            return f"{'-' if value.total < 0 else ''}{count} {name}{'s' if count != 1 else ''}"
    return f"{number_text(round(value.total))} second{'s' if round(total) != 1 else ''}"
