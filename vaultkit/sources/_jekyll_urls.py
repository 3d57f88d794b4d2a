"""The addresses that Jekyll gives to posts, pages and what is in collections.

Source: https://jekyllrb.com/docs/permalinks/, and for what it does not say, what Jekyll 4.3 did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from vaultkit.model.note import Value
from vaultkit.model.record import NamedTuple
from vaultkit.publish.permalinks import filled, has_folders, low, of_moment, pattern_of, slugified

_POST = re.compile(r"(?:.*/)?(\d{2,4})-(\d{1,2})-(\d{1,2})-([^/]*)", re.DOTALL)
_DATE_ONLY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


class Post(NamedTuple):
    """A post: its path below `_posts` without the ending, what its file is called behind the date, its moment, and its
    categories."""

    path: str
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
    path = path.rpartition("_posts/")[2]
    return Post(path, found[4], when, tuple(_categories(folders, properties)), slug if isinstance(slug, str) else "")


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
    parts = {
        "categories": "/".join(post.categories),
        "slugified_categories": "/".join(map(low, post.categories)),
        **of_moment(when),
        "collection": "posts",
        "path": post.path,
        "name": low(post.path.rpartition("/")[2]),
        "title": post.title,
        "slug": low(post.slug or post.name),
        "output_ext": ".html",
    }
    return filled(pattern_of(pattern), parts)


def document_url(collection: str, path: str, properties: Mapping[str, Value], pattern: str) -> str:
    """The address of a note in a collection; `path` is that below the collection's folder, without its ending."""
    name = path.rpartition("/")[2]
    slug = properties.get("slug")
    parts = {
        "collection": collection,
        "path": path,
        "name": low(name),
        "title": slugified(slug if isinstance(slug, str) else name),
        "slug": low(slug if isinstance(slug, str) else name),
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
