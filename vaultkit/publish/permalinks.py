"""Patterns of addresses, as Jekyll's setting `permalink` has them: `/:categories/:year/:month/:day/:title/`.

Source: https://jekyllrb.com/docs/permalinks/, and for what it does not say, what Jekyll 4.3 did.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from vaultkit.model.record import NamedTuple

if TYPE_CHECKING:
    from vaultkit.config import Slug

STANDARD = "date"
_BUILT_IN = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_NAME = re.compile(":([a-z_]+)")
_SIGNS = frozenset("._~!$&'()+,;=@")


class Posts(NamedTuple):
    """What the settings of a blog say of its addresses: the pattern of its posts, or the name of one that is built in,
    and the time zone by which they have their day. Only the style `jekyll` heeds it."""

    permalink: str = STANDARD
    timezone: str = "UTC"


AS_USUAL = Posts()
"""A blog whose settings say nothing of it."""


def posts_of(slug: Slug) -> Posts:
    """What is configured of it."""
    return Posts(slug.permalink, slug.timezone) if slug.style == "jekyll" else AS_USUAL


def zone(name: str) -> tzinfo:
    """The time zone of a name such as `Europe/Berlin`. Raises ValueError, whose message says it, when there is none."""
    from zoneinfo import ZoneInfo

    try:
        return UTC if name.upper() in ("UTC", "ETC/UTC", "GMT") else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"there is no time zone `{name}`") from None


def pattern_of(permalink: str) -> str:
    """The pattern that a setting means."""
    return _BUILT_IN.get(permalink, permalink)


def has_folders(permalink: str) -> bool:
    """Whether a pattern for posts makes pages and collections end in a slash too."""
    return pattern_of(permalink).endswith("/")


def filled(pattern: str, parts: Mapping[str, str]) -> str:
    """A pattern with its parts; empty parts leave no second slash, and a name that is none stays."""

    def part(found: re.Match[str]) -> str:
        name = _longest(found[1], parts)
        return parts[name] + found[1][len(name) :] if name else found[0]

    return re.sub("/{2,}", "/", "/" + _NAME.sub(part, pattern))


def knows(pattern: str, names: Collection[str]) -> bool:
    """Whether all that a pattern asks for is among the names."""
    return all(_longest(found, names) for found in _NAME.findall(pattern))


def _longest(text: str, names: Collection[str]) -> str:
    """The longest of the names that a text begins with, "" when there is none."""
    return max((name for name in names if text.startswith(name)), key=len, default="")


def of_file(stem: str) -> dict[str, str]:
    """What stands for the parts of a pattern that the name of a post's file gives, without its ending."""
    return {"collection": "posts", "path": stem, "name": low(stem)}


def of_moment(when: datetime) -> dict[str, str]:
    """What stands for the parts of a pattern that a moment gives."""
    year, week, day = when.isocalendar()
    return {
        "year": f"{when.year:04}",
        "short_year": f"{when.year % 100:02}",
        "month": f"{when.month:02}",
        "i_month": str(when.month),
        "short_month": when.strftime("%b"),
        "long_month": when.strftime("%B"),
        "day": f"{when.day:02}",
        "i_day": str(when.day),
        "y_day": when.strftime("%j"),
        "week": f"{week:02}",
        "w_year": str(year),
        "w_day": str(day),
        "short_day": when.strftime("%a"),
        "long_day": when.strftime("%A"),
        "hour": f"{when.hour:02}",
        "minute": f"{when.minute:02}",
        "second": f"{when.second:02}",
    }


def slugified(name: str) -> str:
    """Jekyll's `:title`: case is kept, each run of what an address cannot hold is one hyphen."""
    return _hyphened(name, _SIGNS)


def low(name: str) -> str:
    """Jekyll's `:slug`: small letters, each run of anything but letters and digits is one hyphen."""
    return _hyphened(name, frozenset()).lower()


def _hyphened(name: str, signs: Collection[str]) -> str:
    kept = (char if is_word(char) or char in signs else " " for char in unicodedata.normalize("NFC", name))
    return re.sub(" +", "-", "".join(kept)).strip("-")


def is_word(char: str) -> bool:
    """Whether Ruby's and Go's tools take a character for one of a word."""
    kind = unicodedata.category(char)
    return kind[0] in "LM" or kind == "Nd"
