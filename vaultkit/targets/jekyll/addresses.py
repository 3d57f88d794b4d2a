"""The addresses that Jekyll makes by itself, of a file's name, a few properties and its `permalink` setting."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from vaultkit.model.note import Value
from vaultkit.publish.address import HOME
from vaultkit.publish.permalinks import filled, has_folders, knows, low, of_file, of_moment, pattern_of, zone
from vaultkit.publish.slugs import part
from vaultkit.targets import _front_matter as front_matter
from vaultkit.targets.jekyll.files import POSTS, stem_of

if TYPE_CHECKING:
    from vaultkit.publish.page import Page
    from vaultkit.targets.jekyll.options import Options


def own_url(page: Page, options: Options) -> str:
    """The output path that Jekyll gives a page without a permalink; "" when its template asks what nobody knows."""
    folders, stem = page.file.split("/")[:-1], stem_of(page.file)
    if POSTS not in folders:
        own = "/".join((*folders, stem))
        return f"{own}/{HOME}" if has_folders(options.permalink) and stem != "index" else f"{own}.html"
    values = _values(page, stem, folders[: folders.index(POSTS)], options)
    pattern = pattern_of(options.permalink)
    if not knows(pattern, values):
        return ""
    made = filled(pattern, values).removeprefix("/")
    return made + HOME if made.endswith("/") else made.removesuffix(".html") + ".html"


def _values(page: Page, stem: str, above: list[str], options: Options) -> dict[str, str]:
    """What stands for the placeholders of a template."""
    named = {name.lower(): value for name, value in page.properties.items()}
    when = _when(page, stem, options)
    listed = [*above, *_categories(named.get("categories")), *_categories(named.get("category"), whole=True)]
    categories = dict.fromkeys(item.lower() for item in listed)
    called = str(named.get("slug") or stem[11:])
    return {
        "categories": "/".join(categories),
        "slugified_categories": "/".join(part(low(item), "keep") for item in categories),
        **of_file(stem),
        "title": part(called, "jekyll"),
        "slug": part(low(called), "keep"),
        **of_moment(when),
        "output_ext": ".html",
    }


def _when(page: Page, stem: str, options: Options) -> datetime:
    """The time of a post where the site is built; a day alone is that day everywhere."""
    if not page.date:
        return datetime.fromisoformat(stem[:10])
    zoned = front_matter.with_offset(page.date)
    return (
        datetime.fromisoformat(zoned).astimezone(zone(options.timezone))
        if len(zoned) > 10
        else datetime.fromisoformat(zoned)
    )


def _categories(value: Value, *, whole: bool = False) -> list[str]:
    return [value] if whole and isinstance(value, str) else front_matter.words(value)
