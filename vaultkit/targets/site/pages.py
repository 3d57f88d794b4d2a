"""The page of a note."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape

from vaultkit.model.expression import expression
from vaultkit.model.record import NamedTuple
from vaultkit.publish.language import direction, tongue
from vaultkit.publish.page import Output, Page
from vaultkit.render.job import TocEntry
from vaultkit.targets.site.addresses import encoded, up
from vaultkit.targets.site.cards import card
from vaultkit.targets.site.dates import moment
from vaultkit.targets.site.graph import near
from vaultkit.targets.site.heading import apart
from vaultkit.targets.site.lists import folder_groups
from vaultkit.targets.site.properties import shown
from vaultkit.targets.site.survey import Entry, Site, described, excerpt

_CLASS = re.compile(r"[A-Za-z][\w-]{0,39}\Z")
_UNSPACED = expression(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

QUOTED = 100
"""Notes that link to a page and are quoted there."""

NAMED = 1000
"""Notes that link to a page and are named there; of more, the number is told."""

FEWEST_HEADINGS = 3
"""A table of contents of less than this says nothing that a look at the page does not."""


class Around(NamedTuple):
    """A page's neighbours by date, and which way they lie."""

    before: Entry | None
    after: Entry | None


class LinkedFrom(NamedTuple):
    """A page that links here and the passages in which it does."""

    href: str
    name: str
    passages: tuple[str, ...]


def note_page(site: Site, page: Page) -> Output:
    """The page of a note. Where its address is that of a folder, it lists the folder too."""
    folder = site.tree.of[page.path]
    stands_for = site.tree.by_url.get(page.url) if page.url != "index.html" else None
    language, written = tongue(page.properties)
    toc = page.body.toc[1:] if page.own_heading else page.body.toc
    said = excerpt(page)
    linked = _backlinks(site, page)
    values: dict[str, Any] = {
        "site": site,
        "page": page,
        "url": page.url,
        "up": up(page.url),
        "title": page.title,
        "description": said,
        "lede": described(page),
        "canonical": site.address(page.url),
        "language": site.language,
        "direction": direction(site.language),
        "spoken": language,
        "written": written,
        "classes": _classes(page),
        "explorer": site.explorer.draw(up(page.url), page.url, folder),
        "crumbs": site.trail(folder, page.url) if page.url != "index.html" else (),
        "text": apart(page, site.sizes),
        "date": moment(page.date, site.language),
        "updated": moment(page.updated, site.language),
        "card": card(site, page, folder, said),
        "edit": site.edit(page),
        "minutes": minutes(page.body.text),
        "tags": _tags(site, page),
        "properties": shown(page),
        "toc": contents(toc, written),
        "around": _around(site, page),
        "backlinks": linked[:QUOTED],
        "named": linked[QUOTED:NAMED],
        "unnamed": max(0, len(linked) - NAMED),
        "near": near(site, page) if site.has_graph else None,
        "groups": folder_groups(site, stands_for) if stands_for else (),
    }
    return Output(page.url, site.templates.fill("note.html", **values))


def contents(toc: tuple[TocEntry, ...], written: str) -> Markup:
    """A table of contents, in the direction of its note: each heading, and inside it those of a deeper level that
    follow; "" when it is short."""
    if len(toc) < FEWEST_HEADINGS:
        return Markup()
    parts = [f'<ol dir="{written}">']
    open_levels = [toc[0].level]
    for place, entry in enumerate(toc):
        if entry.level > open_levels[-1]:
            parts.append("<ol>")
            open_levels.append(entry.level)
        elif place:
            while len(open_levels) > 1 and entry.level <= open_levels[-2]:
                parts.append("</li></ol>")
                open_levels.pop()
            parts.append("</li>")
            open_levels[-1] = entry.level
        parts.append(f'<li><a href="#{encoded(entry.id)}">{escape(entry.text)}</a>')
    parts.append("</li></ol>" * len(open_levels))
    return Markup("".join(parts))


def minutes(text: str) -> int:
    """How long a text takes to read: 230 words a minute, or 450 characters of a script without spaces."""
    characters = 0 if text.isascii() else len(_UNSPACED.findall(text))
    return max(1, round(len(text.split()) / 230 + characters / 450))


def _classes(page: Page) -> str:
    """The classes that a note asks for, as Obsidian's style sheets know them."""
    named = page.properties.get("cssclasses", page.properties.get("cssclass"))
    names = named if isinstance(named, list) else str(named or "").replace(",", " ").split()
    return " ".join(name for name in names if isinstance(name, str) and _CLASS.match(name))


def _tags(site: Site, page: Page) -> tuple[Entry, ...]:
    tags = (site.edition.tags.get(name.lower()) for name in page.tags)
    by_url = {tag.url: tag.name for tag in tags if tag}  # to compare tags would be to compare all of their notes
    return tuple(Entry(up(page.url) + encoded(url), name) for url, name in by_url.items())


def _around(site: Site, page: Page) -> Around:
    before, after = site.around.get(page.path, (None, None))
    return Around(before and site.entry(before, page.url), after and site.entry(after, page.url))


def _backlinks(site: Site, page: Page) -> tuple[LinkedFrom, ...]:
    pages = site.edition.pages
    known = sorted((link for link in page.backlinks if link.path in pages), key=lambda link: link.path)
    return tuple(
        LinkedFrom(
            up(page.url) + encoded(pages[path].url),
            pages[path].title,
            tuple(dict.fromkeys(link.context for link in links if link.context)),
        )
        for path, links in groupby(known, key=lambda link: link.path)
    )
