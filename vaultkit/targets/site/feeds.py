"""What machines read: the feeds (Atom, RSS), the sitemap, robots.txt, headers and redirects for static hosts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from html import escape, unescape
from urllib.parse import urljoin

from vaultkit.model.record import NamedTuple
from vaultkit.publish.page import Output, Page, Redirect
from vaultkit.targets.site.addresses import encoded, up
from vaultkit.targets.site.dates import Moment, moment
from vaultkit.targets.site.heading import apart
from vaultkit.targets.site.survey import POLICY, Site, excerpt

NEWEST = 50
"""How many notes the feed holds."""

MOST_ADDRESSES = 50_000
"""How many addresses one sitemap may hold (sitemaps.org)."""

_TAG = re.compile(r"""<[a-zA-Z](?:[^"'>]|"[^"]*"|'[^']*')*>""")
_ADDRESS = re.compile(r"""(\s(?:href|src|poster)=)"([^"]*)\"""")
_HEADERS = f"""/*
  Content-Security-Policy: {POLICY}; frame-ancestors 'self'
  X-Content-Type-Options: nosniff
  Referrer-Policy: strict-origin-when-cross-origin
"""
_ROBOTS = "User-agent: *\nAllow: /\n"

FIXED = _HEADERS + _ROBOTS
"""What stands in these files whatever the edition."""


class Item(NamedTuple):
    """A note in the feed; dates are RFC 3339, addresses full ones where the site has a public address."""

    id: str
    title: str
    address: str
    published: str
    updated: str
    tags: tuple[str, ...]
    summary: str
    html: str


def fixed(site: Site) -> Iterator[Output]:
    """The files that say nothing of any note."""
    yield Output("robots.txt", _robots(site).encode())
    yield Output("_headers", _HEADERS.encode())
    yield Output(".nojekyll", b"")


def feeds(site: Site) -> Iterator[Output]:
    """The feeds of the newest dated notes, with their full text: Atom (RFC 4287), and RSS 2.0 for what reads only that.

    An entry's id depends on the site's address and the note's alone, so that readers know it again.
    """
    items = tuple(_item(site, page, when) for when, page in site.dated[:NEWEST])
    namespace = uuid.uuid5(uuid.NAMESPACE_URL, site.base or f"vaultkit:{site.title}")
    values = {
        "site": site,
        "base": site.base,
        "id": namespace.urn,
        "updated": max((item.updated for item in items), key=_time),
        "entries": items,
    }
    for name in ("feed.xml", "rss.xml"):
        yield Output(name, site.templates.fill(name, **values))


def _time(stamp: str) -> str:
    found = moment(stamp)
    return found.order if found else ""


def _item(site: Site, page: Page, when: Moment) -> Item:
    address = site.address(page.url) or encoded(page.url)
    namespace = uuid.uuid5(uuid.NAMESPACE_URL, site.base or f"vaultkit:{site.title}")
    changed = moment(page.updated) or when
    return Item(
        uuid.uuid5(namespace, page.url).urn,
        page.title,
        address,
        when.rfc3339,
        max(when, changed).rfc3339,
        page.tags,
        excerpt(page),
        rebased(apart(page, site.sizes).body, address),
    )


def rebased(html: str, address: str) -> str:
    """Sanitised HTML with its references made to hold outside of its page, which stands at `address`."""

    def address_of(found: re.Match[str]) -> str:
        return f'{found[1]}"{escape(urljoin(address, unescape(found[2])))}"'

    return _TAG.sub(lambda tag: _ADDRESS.sub(address_of, tag[0]), html)


def sitemap(site: Site) -> Iterator[Output]:
    """The sitemap of all pages; more than fit in one file are split and listed in an index."""
    notes = [(site.address(page.url), _last(page)) for page in site.edition.pages.values()]
    lists = [folder.url for folder in site.tree.root.walk() if folder.parent or not site.home]
    lists += [place.url for place in site.places] + [tag.url for tag in site.edition.tags.values()]
    known = dict(notes)
    known.update((site.address(url), "") for url in lists if site.address(url) not in known)
    lines = [_address_line(*item) for item in known.items()]
    parts = [lines[start : start + MOST_ADDRESSES] for start in range(0, len(lines), MOST_ADDRESSES)]
    if len(parts) == 1:
        yield Output("sitemap.xml", _xml("urlset", parts[0]))
        return
    for number, part in enumerate(parts, 1):
        yield Output(f"sitemap.{number}.xml", _xml("urlset", part))
    names = (f"sitemap.{number}.xml" for number in range(1, len(parts) + 1))
    yield Output(
        "sitemap.xml", _xml("sitemapindex", [f"<sitemap><loc>{site.base}{name}</loc></sitemap>" for name in names])
    )


def _last(page: Page) -> str:
    when = moment(page.updated) or moment(page.date)
    return when.iso if when else ""


def _address_line(address: str, changed: str) -> str:
    last = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<url><loc>{escape(address, quote=False)}</loc>{last}</url>"


def _xml(root: str, lines: list[str]) -> bytes:
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return "\n".join((head, *lines, f"</{root}>", "")).encode()


def _robots(site: Site) -> str:
    return _ROBOTS + (f"\nSitemap: {site.base}sitemap.xml\n" if site.base else "")


def redirects(site: Site) -> Iterator[Output]:
    """Old addresses: a page that leads on, and a table for hosts that answer with a true redirect."""
    lines = []
    folders = {folder.url: folder for folder in site.edition.folders.values()}
    moved = (Redirect(url, folder.url) for folder in folders.values() for url in folder.past)
    for redirect in (*site.edition.redirects, *moved):
        href = up(redirect.url) + encoded(redirect.to)
        yield Output(redirect.url, site.templates.fill("moved.html", href=href, canonical=site.address(redirect.to)))
        lines.append(f"{site.root_path}{encoded(redirect.url)} {site.root_path}{encoded(redirect.to)} 301")
    if lines:
        yield Output("_redirects", "\n".join((*lines, "")).encode())
