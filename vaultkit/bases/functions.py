"""The functions of bases, by the kind of value that they belong to (https://help.obsidian.md/bases/functions)."""

from __future__ import annotations

import html
import math
import re
import statistics
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from vaultkit.bases.expression import Pattern
from vaultkit.bases.moments import formatted, relative
from vaultkit.bases.rows import Row, Sight
from vaultkit.bases.values import (
    Date,
    Duration,
    Icon,
    Image,
    LinkTo,
    date_of,
    duration_of,
    is_empty,
    is_true,
    number_text,
    order,
    same,
    text_of,
)
from vaultkit.schema.pattern import PatternError, pattern_test

Function = Callable[..., Any]

MAX_REPEAT = 10_000
_QUANTIFIED_GROUP = re.compile(r"\)[*+?{]")
_UNBOUNDED = re.compile(r"(?<!\\)(?:[*+]|\{\d*,\})")
_REPLACEABLE = 1_000


class CannotEvaluate(ValueError):
    """An expression has no value here; the message is the end of a sentence that names it first."""


def _link(sight: Sight, target: Any, display: Any = None) -> Any:
    words = text_of(display)
    if isinstance(target, Row):
        return LinkTo(target.path, target, words)
    if isinstance(target, LinkTo):
        return target._replace(display=words or target.display)
    name = text_of(target)
    name = name[2:-2] if name.startswith("[[") and name.endswith("]]") else name
    return LinkTo(name, sight.find(name.partition("#")[0]), words)


def _file(sight: Sight, target: Any) -> Any:
    return _link(sight, target).row if target is not None else None


def _number(sight: Sight, value: Any) -> Any:
    if isinstance(value, Date):
        return int((value.when - datetime(1970, 1, 1)).total_seconds() * 1000)
    if isinstance(value, int | float):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, Duration):
        return value.total * 1000
    try:
        found = float(text_of(value).strip())
    except ValueError:
        return None
    return int(found) if found.is_integer() else found if math.isfinite(found) else None


def _numbers(values: tuple[Any, ...]) -> list[Any]:
    flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return [item for item in flat if isinstance(item, (int, float, Date))]


GLOBAL: Mapping[str, Function] = {
    "date": lambda sight, value=None: value if isinstance(value, Date) else date_of(text_of(value)),
    "duration": lambda sight, value=None: duration_of(text_of(value)),
    "escapeHTML": lambda sight, value=None: html.escape(text_of(value)),
    "file": _file,
    "html": lambda sight, value=None: re.sub(r"<[^<>]*>", "", text_of(value)),
    "icon": lambda sight, value=None: Icon(text_of(value)),
    "image": lambda sight, value=None: Image(value),
    "link": _link,
    "list": lambda sight, *values: [] if values == (None,) else values[0] if values and isinstance(values[0], list)
    else list(values),
    "max": lambda sight, *values: max(_numbers(values), key=order, default=None),
    "min": lambda sight, *values: min(_numbers(values), key=order, default=None),
    "now": lambda sight: Date(sight.now, True),
    "number": _number,
    "today": lambda sight: Date(sight.now.replace(hour=0, minute=0, second=0, microsecond=0), False),
}  # fmt: skip
"""Functions of no value. `random()` is none of them: the same notes give the same page."""


def _kind(value: Any) -> str:
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "boolean"), (int, "number"), (float, "number"), (str, "string"), (list, "list"), (dict, "object"),
        (Date, "date"), (Duration, "duration"), (LinkTo, "link"), (Row, "file"), (Pattern, "regexp"),
    )  # fmt: skip
    return next((name for kind, name in kinds if isinstance(value, kind)), "null")


def _contains(value: Any, wanted: Any) -> bool:
    if isinstance(value, list):
        return any(same(item, wanted) or _is_tag(item, wanted) for item in value)
    return text_of(wanted) in text_of(value)


def _is_tag(item: Any, wanted: Any) -> bool:
    """A tag is known with its `#` and without."""
    return isinstance(item, str) and isinstance(wanted, str) and item.removeprefix("#") == wanted.removeprefix("#")


ANY: Mapping[str, Function] = {
    "contains": lambda sight, value, wanted=None: value is not None and _contains(value, wanted),
    "containsAll": lambda sight, value, *wanted: value is not None and all(_contains(value, one) for one in wanted),
    "containsAny": lambda sight, value, *wanted: value is not None
    and any(_contains(value, one) for some in wanted for one in (some if isinstance(some, list) else [some])),
    "isEmpty": lambda sight, value: is_empty(value),
    "isTruthy": lambda sight, value: is_true(value),
    "isType": lambda sight, value, kind="": _kind(value) == text_of(kind).lower(),
    "toString": lambda sight, value: text_of(value),
}  # fmt: skip


def _replace(sight: Sight, text: str, what: Any = "", by: Any = "") -> str:
    if isinstance(what, Pattern):
        to = re.sub(r"\\", r"\\\\", text_of(by))
        return _compiled(what, text).sub(re.sub(r"\$(\d)", r"\\\1", to), text, count=0 if "g" in what.flags else 1)
    return text.replace(text_of(what), text_of(by)) if text_of(what) else text


def _split(sight: Sight, text: str, by: Any = "", most: Any = None) -> list[str]:
    parts = _compiled(by, text).split(text) if isinstance(by, Pattern) else text.split(by) if by else list(text)
    return parts[: int(most)] if isinstance(most, (int, float)) else parts


def _compiled(pattern: Pattern, text: str) -> re.Pattern[str]:
    """A pattern that cannot take long on the text."""
    slow = _QUANTIFIED_GROUP.search(pattern.source) or len(_UNBOUNDED.findall(pattern.source)) > 2
    if slow or len(text) > _REPLACEABLE:
        raise CannotEvaluate(f"has a pattern that vaultkit does not run, `{pattern.source}`")
    try:
        return re.compile(pattern.source, re.IGNORECASE if "i" in pattern.flags else 0)
    except (re.error, RecursionError) as error:
        raise CannotEvaluate(f"has a pattern that cannot be read, `{pattern.source}`") from error


def _slice(sight: Sight, value: Any, start: Any = 0, end: Any = None) -> Any:
    return value[int(start or 0) : int(end) if isinstance(end, (int, float)) else None]


TEXT: Mapping[str, Function] = {
    "endsWith": lambda sight, text, end="": text.endswith(text_of(end)),
    "lower": lambda sight, text: text.lower(),
    "upper": lambda sight, text: text.upper(),
    "replace": _replace,
    "repeat": lambda sight, text, count=0: text * min(int(count), MAX_REPEAT // max(1, len(text))),
    "reverse": lambda sight, text: text[::-1],
    "slice": _slice,
    "split": _split,
    "startsWith": lambda sight, text, start="": text.startswith(text_of(start)),
    "title": lambda sight, text: re.sub(r"\S+", lambda word: word[0][:1].upper() + word[0][1:].lower(), text),
    "trim": lambda sight, text: text.strip(),
}


def _rounded(sight: Sight, value: float, digits: Any = 0) -> float:
    scale = 10 ** max(0, min(15, int(digits or 0)))
    found = math.floor(abs(value) * scale + 0.5) / scale
    return math.copysign(found, value) if digits else int(math.copysign(found, value))


NUMBER: Mapping[str, Function] = {
    "abs": lambda sight, value: abs(value),
    "ceil": lambda sight, value: math.ceil(value),
    "floor": lambda sight, value: math.floor(value),
    "round": _rounded,
    "toFixed": lambda sight, value, digits=0: f"{_rounded(sight, value, digits):.{max(0, min(15, int(digits)))}f}",
}


def _unique(sight: Sight, items: list[Any]) -> list[Any]:
    found: list[Any] = []
    for item in items[:2_000]:
        if not any(same(item, other) for other in found):
            found.append(item)
    return found


def _mean(values: list[Any]) -> Any:
    numbers = [item for item in values if isinstance(item, (int, float)) and not isinstance(item, bool)]
    return statistics.fmean(numbers) if numbers else None


LIST: Mapping[str, Function] = {
    "flat": lambda sight, items: [
        one for item in items for one in (GLOBAL["list"](sight, item) if isinstance(item, list) else [item])
    ],
    "join": lambda sight, items, by=",": text_of(by).join(map(text_of, items)),
    "mean": lambda sight, items: _mean(items),
    "reverse": lambda sight, items: items[::-1],
    "slice": _slice,
    "sort": lambda sight, items: sorted(items, key=order),
    "sum": lambda sight, items: sum(item for item in items if isinstance(item, (int, float))),
    "unique": _unique,
}

DATE: Mapping[str, Function] = {
    "date": lambda sight, value: Date(value.when.replace(hour=0, minute=0, second=0, microsecond=0), False),
    "format": lambda sight, value, how="": formatted(value.when, text_of(how)),
    "time": lambda sight, value: value.when.strftime("%H:%M:%S"),
    "relative": lambda sight, value: relative(value.when, sight.now),
}

LINK: Mapping[str, Function] = {
    "asFile": lambda sight, link: link.row,
    "asLink": lambda sight, link, display=None: _link(sight, link, display),
    "linksTo": lambda sight, link, other=None: link.row is not None and _has_link(sight, link.row, other),
}


def _has_link(sight: Sight, row: Row, other: Any = None) -> bool:
    wanted = _file(sight, other)
    return wanted is not None and any(same(link, wanted) for link in row.links)


def has_tag(row: Row, wanted: Iterable[Any], *, is_open: bool) -> bool:
    """Whether a note has one of some tags, or one below; `is_open`: of all its tags, else of those that are shown."""
    names = [text_of(name).removeprefix("#").lower() for name in wanted]
    tags = [tag.lower() for tag in row.tags_for(is_open=is_open)]
    return any(tag == name or tag.startswith(f"{name}/") for tag in tags for name in names)


FILE: Mapping[str, Function] = {
    "asLink": _link,
    "hasLink": _has_link,
    "hasProperty": lambda sight, row, name="": text_of(name).lower() in row.keys,
    "hasTag": lambda sight, row, *wanted: has_tag(row, wanted, is_open=False),
    "inFolder": lambda sight, row, folder="": f"{row.folder}/".startswith(text_of(folder).strip("/") + "/"),
}

OBJECT: Mapping[str, Function] = {
    "keys": lambda sight, value: list(value),
    "values": lambda sight, value: list(value.values()),
}


def _matches(sight: Sight, pattern: Pattern, text: Any = "") -> bool:
    flags = "".join(flag for flag in pattern.flags if flag in "ims")
    try:
        return pattern_test(f"(?{flags}){pattern.source}" if flags else pattern.source)(text_of(text))
    except PatternError as error:
        raise CannotEvaluate(f"has a pattern that cannot be read, `{pattern.source}`") from error


_BY_KIND: Mapping[str, Mapping[str, Function]] = {
    "string": TEXT, "number": NUMBER, "list": LIST, "date": DATE, "link": LINK, "file": FILE, "object": OBJECT,
    "regexp": {"matches": _matches},
}  # fmt: skip
_KNOWN = {name for functions in _BY_KIND.values() for name in functions}


def method(sight: Sight, value: Any, name: str, arguments: list[Any]) -> Any:
    """What a function of a value gives; nothing for a value that it does not belong to. Raises CannotEvaluate."""
    kind = _kind(value)
    function = _BY_KIND.get(kind, {}).get(name) or ANY.get(name)
    if function is None and kind in ("date", "link", "number") and name in TEXT:
        value, function = text_of(value), TEXT[name]
    if function is None:
        if name not in _KNOWN:
            raise CannotEvaluate(f"calls `{name}()`, which vaultkit does not know")
        return None
    try:
        return function(sight, value, *arguments)
    except (TypeError, ValueError, OverflowError) as error:
        if isinstance(error, CannotEvaluate):
            raise
        raise CannotEvaluate(f"calls `{name}()` with something that it cannot use") from error


_SECONDS = {"years": 31_556_952, "months": 2_629_746, "weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60,
            "seconds": 1, "milliseconds": 0.001}  # fmt: skip


def field(value: Any, name: str) -> Any:
    """A part of a value by its name; nothing when it has none of that name."""
    if name == "length" and isinstance(value, (str, list)):
        return len(value)
    if isinstance(value, Date) and name in ("year", "month", "day", "hour", "minute", "second"):
        return getattr(value.when, name)
    if isinstance(value, Date) and name == "millisecond":
        return value.when.microsecond // 1000
    if isinstance(value, Duration) and name in _SECONDS:
        return value.total / _SECONDS[name]
    return None


def number_of(value: float) -> str:
    """A number for a summary: with two decimal places at most."""
    return number_text(round(value, 2))
