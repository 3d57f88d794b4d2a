"""Pages that list notes: home, folders, tags, by date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from vaultkit.model.record import NamedTuple
from vaultkit.publish.language import direction
from vaultkit.publish.page import Output, Page, TagPage
from vaultkit.targets.site import words
from vaultkit.targets.site.addresses import FOLDERS, RECENT, TAGS, encoded, up
from vaultkit.targets.site.survey import Entry, Group, Site, described, excerpt
from vaultkit.targets.site.tags import in_order
from vaultkit.targets.site.tree import Folder, natural

LENGTH = 500
"""Entries or tags on one page of a list; a longer list has several pages."""

NEWEST = 12
_RECENT = 200
_HOME_TAGS = 60


class Listing(NamedTuple):
    """A page that lists: its address, what stands at its head, its groups, and where it lies in the tree."""

    url: str
    title: str
    lede: str
    groups: tuple[Group, ...]
    folder: Folder
    crumbs: tuple[Entry, ...] = ()


class Sheet(NamedTuple):
    """One of the pages of a long list, and the ways to its neighbours ("" where there is none)."""

    number: int
    total: int
    before: str
    after: str


ALONE = Sheet(1, 1, "", "")
"""The page of a list that has no other."""


def home_page(site: Site) -> Iterator[Output]:
    """The home page of a site for which no note was chosen: what is new, folders, tags."""
    url = "index.html"
    newest = tuple(site.entry(page, url, excerpt(page)) for _, page in site.dated[:NEWEST])
    folders, notes = folder_groups(site, site.tree.root)
    tags = Group(words.TAGS, pills=tuple(_pill(tag, url) for tag in _most_used(site)))
    groups = (Group(words.RECENT_NOTES, newest), folders, Group("") if newest else notes, tags)
    yield from _sheets(site, Listing(url, site.title, site.config.description, groups, site.tree.root))


def folder_pages(site: Site, folder: Folder) -> Iterator[Output]:
    """The pages of a folder: the folders in it, and its notes."""
    crumbs = site.trail(folder, folder.url)[:-1]
    folders, notes = folder_groups(site, folder)
    groups = (folders, notes) if folder.folders else (notes._replace(heading=""),)
    yield from _sheets(site, Listing(folder.url, folder.name, words.notes(folder.count), groups, folder, crumbs))


def folder_groups(site: Site, folder: Folder) -> tuple[Group, Group]:
    """What a folder holds, as its own page lists it: folders and notes."""
    url = folder.url
    folders = tuple(Entry(up(url) + encoded(item.url), item.name, notes=item.count) for item in folder.folders)
    notes = tuple(site.entry(page, url, described(page)) for page in folder.notes if page.url != url)
    return Group(words.FOLDERS, folders), Group(words.NOTES, notes)


def all_folders(site: Site) -> Iterator[Output]:
    """Every folder on one page, for those who read without a script."""
    root = site.tree.root
    folders = tuple(
        Entry(up(FOLDERS) + encoded(folder.url), " / ".join(step.name for step in folder.trail), notes=folder.count)
        for folder in root.walk()
        if folder.parent
    )
    notes = tuple(site.entry(page, FOLDERS) for page in root.notes)
    groups = (Group(words.FOLDERS if notes else "", folders), Group(words.NOTES_IN_NO_FOLDER if folders else "", notes))
    yield from _sheets(
        site, Listing(FOLDERS, words.ALL_FOLDERS, words.notes(root.count), groups, root, to_home(FOLDERS))
    )


def recent_page(site: Site) -> Iterator[Output]:
    """The newest notes by year."""
    years = groupby(site.dated[:_RECENT], key=lambda item: item[0].year)
    groups = tuple(Group(year, tuple(site.entry(page, RECENT) for _, page in items)) for year, items in years)
    yield from _sheets(site, Listing(RECENT, words.RECENT_NOTES, "", groups, site.tree.root, to_home(RECENT)))


def all_tags(site: Site) -> Iterator[Output]:
    """A page for all tags."""
    pills = tuple(_pill(tag, TAGS) for tag in in_order(site.edition))
    yield from _sheets(site, Listing(TAGS, words.TAGS, "", (Group("", pills=pills),), site.tree.root, to_home(TAGS)))


def tag_pages(site: Site, key: str) -> Iterator[Output]:
    """The pages of a tag: the tags right below it, and the notes that carry it or one below it."""
    tag = site.edition.tags[key]
    pages = [site.edition.pages[path] for path in tag.pages if path in site.edition.pages]
    groups = (
        Group("", pills=tuple(_pill(item, tag.url) for item in site.nested.get(key, ()))),
        Group("", tuple(site.entry(page, tag.url, described(page)) for page in by_date(site, pages))),
    )
    crumbs = (*to_home(tag.url), Entry(up(tag.url) + TAGS, words.TAGS), *_above(site, key, tag.url))
    yield from _sheets(site, Listing(tag.url, f"#{tag.name}", words.notes(len(pages)), groups, site.tree.root, crumbs))


def missing_page(site: Site) -> Iterator[Output]:
    """The page that a server shows for an address that is none.

    It stands at any depth, so its references start at the site's own root: the path of the base-url, else `/`.
    """
    way = site.root_path
    values = page_values(site, "404.html", words.NOT_FOUND, "", site.tree.root)
    here = {"up": way, "canonical": "", "explorer": site.explorer.draw(way, "", site.tree.root)}
    yield Output("404.html", site.templates.fill("missing.html", **values | here))


def by_date(site: Site, pages: Sequence[Page]) -> list[Page]:
    """Pages with the newest first, those without a date last by title."""
    titled = sorted(pages, key=lambda page: (page.title.casefold(), page.url))
    return sorted(titled, key=lambda page: when.order if (when := site.moment(page)) else "", reverse=True)


def _sheets(site: Site, listing: Listing) -> Iterator[Output]:
    """The pages of a list; a long one goes on at `index.2.html` and so on beside its first page."""
    parts = _parts(listing.groups)
    stem = listing.url.removesuffix(".html")
    urls = [listing.url, *(f"{stem}.{number}.html" for number in range(2, len(parts) + 1))]
    ways = ["", *(encoded(url.rpartition("/")[2]) for url in urls), ""]
    for number, (url, groups) in enumerate(zip(urls, parts, strict=True), 1):
        sheet = Sheet(number, len(parts), ways[number - 1], ways[number + 1])
        values = page_values(site, url, listing.title, listing.lede, listing.folder)
        shown = {"lede": listing.lede, "groups": groups, "crumbs": listing.crumbs, "sheet": sheet}
        yield Output(url, site.templates.fill("list.html", **values | shown))


def _parts(groups: tuple[Group, ...]) -> list[tuple[Group, ...]]:
    """Groups cut into parts of at most LENGTH entries or pills; a group that goes on keeps its heading."""
    parts: list[list[Group]] = [[]]
    room = LENGTH
    for group in groups:
        items = group.entries or group.pills
        start = 0
        while items[start:]:
            if not room:
                parts.append([])
                room = LENGTH
            taken = items[start : start + room]
            parts[-1].append(group._replace(entries=taken) if group.entries else group._replace(pills=taken))
            room -= len(taken)
            start += len(taken)
    return [tuple(part) for part in parts]


def page_values(site: Site, url: str, title: str, description: str, folder: Folder) -> dict[str, Any]:
    """What the frame of any page that lists takes."""
    return {
        "site": site,
        "url": url,
        "up": up(url),
        "title": title,
        "description": description,
        "canonical": site.address(url),
        "language": site.language,
        "direction": direction(site.language),
        "explorer": site.explorer.draw(up(url), url, folder),
    }


def to_home(url: str) -> tuple[Entry, ...]:
    """Breadcrumbs of a page that lies in no folder."""
    return (Entry(up(url) + "index.html", words.HOME),)


def _above(site: Site, key: str, url: str) -> Iterator[Entry]:
    """The tags that a nested tag lies below, from the top."""
    for end, sign in enumerate(key):
        if sign == "/" and (tag := site.edition.tags.get(key[:end])):
            yield Entry(up(url) + encoded(tag.url), f"#{tag.name}")


def _pill(tag: TagPage, url: str) -> Entry:
    return Entry(up(url) + encoded(tag.url), tag.name, notes=len(tag.pages))


def _most_used(site: Site) -> list[TagPage]:
    tags = sorted(in_order(site.edition), key=lambda tag: len(tag.pages), reverse=True)[:_HOME_TAGS]
    return sorted(tags, key=lambda tag: natural(tag.name))
