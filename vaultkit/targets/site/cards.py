"""What a page tells machines about itself: JSON-LD for search engines, and the picture that a shared link shows."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urljoin

from markupsafe import Markup

from vaultkit.publish.page import Page
from vaultkit.targets.site.addresses import encoded, up
from vaultkit.targets.site.dates import Moment
from vaultkit.targets.site.survey import Entry, Site, excerpt

_PICTURE = re.compile(r'<img[^>]*? src="([^"]+\.(?:png|jpe?g|webp|gif|avif))"', re.IGNORECASE)


class Card(NamedTuple):
    """The full address of the first picture or "", JSON-LD for a data block, and what OpenGraph says of an article."""

    image: str
    data: Markup
    published: str
    modified: str


def card(
    site: Site, page: Page, crumbs: Sequence[Entry], published: Moment | None, modified: Moment | None
) -> Card | None:
    """The card of a note; None when the site has no public address, which all of it depends on."""
    if not site.base:
        return None
    address = site.address(page.url)
    picture = _PICTURE.search(page.body.html)
    image = urljoin(site.base + encoded(page.url), unescape(picture[1])) if picture else ""
    article: dict[str, Any] = {
        "@type": "WebSite" if page is site.home else "Article",
        "@id": address,
        "url": address,
        ("name" if page is site.home else "headline"): page.title,
        "description": excerpt(page),
        "inLanguage": site.language,
        "datePublished": published.rfc3339 if published else "",
        "dateModified": modified.rfc3339 if modified else "",
        "keywords": list(page.tags),
        "author": [{"@type": "Person", "name": name} for name in _authors(page)],
        "image": image,
        "isPartOf": "" if page is site.home else {"@type": "WebSite", "name": site.title, "url": site.base},
    }
    said = [{name: value for name, value in article.items() if value}]
    if crumbs:
        steps = (*crumbs, Entry(up(page.url) + encoded(page.url), page.title))
        said.append(
            {"@type": "BreadcrumbList", "itemListElement": [_step(site, page, *item) for item in enumerate(steps, 1)]}
        )
    data = json.dumps({"@context": "https://schema.org", "@graph": said}, ensure_ascii=False, separators=(",", ":"))
    return Card(
        image,
        Markup(data.replace("<", "\\u003c")),
        published.rfc3339 if published else "",
        modified.rfc3339 if modified else "",
    )


def _step(site: Site, page: Page, number: int, step: Entry) -> dict[str, Any]:
    address = re.sub(r"(?<=/)index\.html$", "", urljoin(site.base + encoded(page.url), step.href))
    return {"@type": "ListItem", "position": number, "name": step.name, "item": address}


def _authors(page: Page) -> list[str]:
    named = page.properties.get("author")
    names = named if isinstance(named, list) else [named]
    return [name for name in names if isinstance(name, str) and name]
