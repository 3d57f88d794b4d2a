"""The addresses that Jekyll gives to posts, pages and what is in collections.

Source: https://jekyllrb.com/docs/permalinks/, and for what it does not say, what Jekyll 4.3 did.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from vaultkit.model.note import Value
from vaultkit.model.record import NamedTuple

_BUILT_IN = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
STANDARD = "date"
_POST = re.compile(r"(?:.*/)?(\d{2,4})-(\d{1,2})-(\d{1,2})-([^/]*)", re.DOTALL)
_SIGNS = frozenset("._~!$&'()+,;=@")
_DATE_ONLY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


class Post(NamedTuple):
    """A post: what its file is called behind the date, its moment, and its categories."""

    name: str
    when: datetime
    categories: tuple[str, ...]
    slug: str

    @property
    def title(self) -> str:
        """What stands for `:title`."""
        return slugified(self.slug or self.name)


def post_of(path: str, properties: Mapping[str, Value], zone: tzinfo) -> Post | None:
    """The post in a file below `_posts` (by its path without the ending), None when it is not called as one.

    Its moment is that of its `date` in the site's time zone, else that in its name.
    """
    from vaultkit.schema.dates import moment

    found = _POST.fullmatch(path)
    if not found:
        return None
    year = int(found[1]) + (2000 if len(found[1]) == 2 else 0)
    try:
        when = datetime(year, int(found[2]), int(found[3]), tzinfo=zone)
    except ValueError:
        return None
    said = properties.get("date")
    written = moment(said) if isinstance(said, str) else None
    if written:
        whole_day = _DATE_ONLY.fullmatch(str(said).strip())
        when = written.replace(tzinfo=zone) if whole_day else written.astimezone(zone)
    above = [part for part in path.split("/")[:-1] if part]
    folders = above[: above.index("_posts")]
    slug = properties.get("slug")
    return Post(found[4], when, tuple(_categories(folders, properties)), slug if isinstance(slug, str) else "")


def _categories(folders: Iterable[str], properties: Mapping[str, Value]) -> list[str]:
    """The categories of a post: the folders above `_posts`, and those that it names; a text holds one per word."""
    found = list(folders)
    for key, words in (("categories", True), ("category", False)):
        value = properties.get(key)
        if isinstance(value, str):
            found += value.split() if words else [value]
        elif isinstance(value, list):
            found += [str(item) for item in value if item is not None]
    return list(dict.fromkeys(item.lower() for item in found if item))


def post_url(post: Post, pattern: str) -> str:
    """The address of a post by a pattern, or by the name of one that is built in."""
    when = post.when
    year, week, day = when.isocalendar()
    parts = {
        "categories": "/".join(post.categories),
        "slugified_categories": "/".join(map(_low, post.categories)),
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
        "title": post.title,
        "slug": _low(post.slug or post.name),
        "output_ext": ".html",
    }
    return filled(_BUILT_IN.get(pattern, pattern), parts)


def document_url(collection: str, path: str, properties: Mapping[str, Value], pattern: str) -> str:
    """The address of a note in a collection; `path` is that below the collection's folder, without its ending."""
    name = path.rpartition("/")[2]
    slug = properties.get("slug")
    parts = {
        "collection": collection,
        "path": path,
        "name": _low(name),
        "title": slugified(slug if isinstance(slug, str) else name),
        "slug": _low(slug if isinstance(slug, str) else name),
        "output_ext": ".html",
    }
    return filled(pattern, parts)


def page_url(path: str, pattern: str) -> str:
    """The address of a page, by its path without its ending, and the pattern for posts: it has a say in the form."""
    folder, _, name = path.rpartition("/")
    above = f"/{folder}/" if folder else "/"
    if name == "index":
        return above
    return f"{above}{name}/" if has_folders(pattern) else f"{above}{name}.html"


def has_folders(pattern: str) -> bool:
    """Whether a pattern for posts makes pages and collections end in a slash too."""
    return pattern == "pretty" or pattern.endswith("/")


def filled(pattern: str, parts: Mapping[str, str]) -> str:
    """A pattern with its parts; empty parts leave no second slash."""
    names = sorted(parts, key=len, reverse=True)

    def part(found: re.Match[str]) -> str:
        name = next((name for name in names if found[1].startswith(name)), "")
        return parts[name] + found[1][len(name) :] if name else found[0]

    return re.sub("/{2,}", "/", "/" + re.sub(":([a-z_]+)", part, pattern))


def slugified(name: str) -> str:
    """Jekyll's `:title`: case is kept, each run of what an address cannot hold is one hyphen."""
    return _hyphened(name, _SIGNS)


def _low(name: str) -> str:
    """Jekyll's `:slug`: small letters, each run of anything but letters and digits is one hyphen."""
    return _hyphened(name, frozenset()).lower()


def _hyphened(name: str, signs: frozenset[str]) -> str:
    kept = (char if _is_word(char) or char in signs else " " for char in unicodedata.normalize("NFC", name))
    return re.sub(" +", "-", "".join(kept)).strip("-")


def _is_word(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind[0] in "LM" or kind == "Nd"
