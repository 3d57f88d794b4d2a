"""What a page tells machines about itself: JSON-LD for search engines, and the picture that a shared link shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin

from markupsafe import Markup

from vaultkit.model.record import NamedTuple
from vaultkit.publish.language import tongue
from vaultkit.publish.page import Page
from vaultkit.targets.site import words
from vaultkit.targets.site.addresses import encoded
from vaultkit.targets.site.dates import moment
from vaultkit.targets.site.survey import Site
from vaultkit.targets.site.tree import Folder

_PICTURE = re.compile(r'<img[^>]*? src="([^"]+\.(?:png|jpe?g|webp|gif|avif))"', re.IGNORECASE)


class Card(NamedTuple):
    """The full address of the first picture or "", JSON-LD for a data block, and what OpenGraph says of an article."""

    image: str
    data: Markup
    published: str
    modified: str


def card(site: Site, page: Page, folder: Folder, said: str) -> Card | None:
    """The card of a note in a folder, of which this is said; None when the site has no public address, which all of it
    depends on."""
    if not site.base:
        return None
    address = site.address(page.url)
    published, modified = moment(page.date, site.language), moment(page.updated, site.language)
    picture = _PICTURE.search(page.body.html)
    image = urljoin(site.base + encoded(page.url), unescape(picture[1])) if picture else ""
    home = page is site.home
    article: dict[str, Any] = {
        "@type": "WebSite" if home else "Article",
        "@id": address,
        "url": address,
        ("name" if home else "headline"): page.title,
        "description": said,
        "inLanguage": tongue(page.properties).language or site.language,
        "datePublished": published.rfc3339 if published else "",
        "dateModified": modified.rfc3339 if modified else "",
        "keywords": list(page.tags),
        "author": [{"@type": "Person", "name": name} for name in _authors(page)],
        "image": image,
        "isPartOf": "" if home else {"@type": "WebSite", "name": site.title, "url": site.base},
    }
    graph = [{name: value for name, value in article.items() if value}]
    if not home:
        graph.append({"@type": "BreadcrumbList", "itemListElement": list(_trail(site, page, folder))})
    data = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, separators=(",", ":"))
    safe = Markup(data.replace("<", "\\u003c"))
    return Card(image, safe, article["datePublished"], article["dateModified"])


def _trail(site: Site, page: Page, folder: Folder) -> Iterator[dict[str, Any]]:
    """The way from the home page to a note."""
    steps = ((words.HOME, "index.html"), *((step.name, step.url) for step in folder.trail), (page.title, page.url))
    for number, (name, url) in enumerate(steps, 1):
        yield {"@type": "ListItem", "position": number, "name": name, "item": site.address(url)}


def _authors(page: Page) -> list[str]:
    named = page.properties.get("author")
    names = named if isinstance(named, list) else [named]
    return [name for name in names if isinstance(name, str) and name]
