"""The addresses that Jekyll makes by itself, of a file's name, a few properties and its `permalink` setting."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from vaultkit.model.note import Value
from vaultkit.publish.address import HOME
from vaultkit.publish.slugs import part
from vaultkit.targets import _front_matter as front_matter
from vaultkit.targets.jekyll.files import POSTS, stem_of
from vaultkit.targets.jekyll.options import zone

if TYPE_CHECKING:
    from vaultkit.publish.page import Page
    from vaultkit.targets.jekyll.options import Options

_STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_PLACE = re.compile(r":([a-z_]+)")


def own_url(page: Page, options: Options) -> str:
    """The output path that Jekyll gives a page without a permalink; "" when its template asks what nobody knows."""
    folders, stem = page.file.split("/")[:-1], stem_of(page.file)
    template = _STYLES.get(options.permalink, options.permalink).replace(":output_ext", ".html")
    if POSTS not in folders:
        own = "/".join((*folders, stem))
        return f"{own}/{HOME}" if template.endswith("/") and stem != "index" else f"{own}.html"
    values = _values(page, stem, folders[: folders.index(POSTS)], options)
    if any(name not in values for name in _PLACE.findall(template)):
        return ""
    made = re.sub("/+", "/", _PLACE.sub(lambda found: values[found[1]], template)).removeprefix("/")
    return made + HOME if made.endswith("/") else made.removesuffix(".html") + ".html"


def _values(page: Page, stem: str, above: list[str], options: Options) -> dict[str, str]:
    """What stands for the placeholders of a template."""
    named = {name.lower(): value for name, value in page.properties.items()}
    when = _when(page, stem, options)
    listed = [*above, *_categories(named.get("categories")), *_categories(named.get("category"), whole=True)]
    called = str(named.get("slug") or stem[11:])
    return {
        "categories": "/".join(dict.fromkeys(item.lower() for item in listed)),
        "title": part(called, "jekyll"),
        "year": f"{when.year:04}",
        "short_year": f"{when.year % 100:02}",
        "month": f"{when.month:02}",
        "i_month": str(when.month),
        "day": f"{when.day:02}",
        "i_day": str(when.day),
        "y_day": f"{when.timetuple().tm_yday:03}",
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
