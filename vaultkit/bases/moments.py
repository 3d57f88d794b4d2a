"""Dates as texts: the formats of Moment.js that notes use, in English, and `3 days ago`."""

from __future__ import annotations

import re
from datetime import datetime

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PART = re.compile(
    r"\[([^\]]*)\]|YYYY|YY|Q|MMMM|MMM|MM|Mo|M|DDDD|DDD|DD|Do|D|dddd|ddd|dd|d|E|GGGG|WW|W|ww|w|HH|H|hh|h|mm|m|ss|s|SSS"
    r"|A|a|X|x"
)
_SHORT = {
    "L": "MM/DD/YYYY", "LL": "MMMM D, YYYY", "LLL": "MMMM D, YYYY h:mm A", "LLLL": "dddd, MMMM D, YYYY h:mm A",
    "LT": "h:mm A", "LTS": "h:mm:ss A", "ll": "MMM D, YYYY",
}  # fmt: skip


def formatted(when: datetime, how: str) -> str:
    """A moment in a format of Moment.js; words in brackets stay as they are."""
    return _PART.sub(lambda part: part[1] if part[1] is not None else _part(when, part[0]), _SHORT.get(how, how))


def _part(when: datetime, name: str) -> str:
    year, week, weekday = when.isocalendar()
    found: dict[str, object] = {
        "YYYY": f"{when.year:04}", "YY": f"{when.year % 100:02}", "Q": (when.month + 2) // 3,
        "MMMM": _MONTHS[when.month - 1], "MMM": _MONTHS[when.month - 1][:3], "MM": f"{when.month:02}",
        "Mo": _ordinal(when.month), "M": when.month, "DDDD": f"{when.timetuple().tm_yday:03}",
        "DDD": when.timetuple().tm_yday, "DD": f"{when.day:02}", "Do": _ordinal(when.day), "D": when.day,
        "dddd": _DAYS[when.weekday()], "ddd": _DAYS[when.weekday()][:3], "dd": _DAYS[when.weekday()][:2],
        "d": weekday % 7, "E": weekday, "GGGG": year, "WW": f"{week:02}", "W": week, "ww": f"{week:02}", "w": week,
        "HH": f"{when.hour:02}", "H": when.hour, "hh": f"{(when.hour - 1) % 12 + 1:02}", "h": (when.hour - 1) % 12 + 1,
        "mm": f"{when.minute:02}", "m": when.minute, "ss": f"{when.second:02}", "s": when.second,
        "SSS": f"{when.microsecond // 1000:03}", "A": "AM" if when.hour < 12 else "PM",
        "a": "am" if when.hour < 12 else "pm",
    }  # fmt: skip
    seconds = int((when - datetime(1970, 1, 1)).total_seconds())
    return str({"X": seconds, "x": seconds * 1000}.get(name, found.get(name, name)))


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_UNITS = (("year", 31_556_952), ("month", 2_629_746), ("day", 86_400), ("hour", 3_600), ("minute", 60))


def relative(when: datetime, now: datetime) -> str:
    """How far a moment lies from now: `3 days ago`, `in 2 months`."""
    seconds = (when - now).total_seconds()
    for name, length in _UNITS:
        if abs(seconds) >= length:
            count = round(abs(seconds) / length)
            words = f"{count} {name}{'s' if count != 1 else ''}"
            return f"in {words}" if seconds > 0 else f"{words} ago"
    return "now"
