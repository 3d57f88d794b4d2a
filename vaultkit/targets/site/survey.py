"""All that the pages of one edition have in common, computed once: names, addresses, folders, tags, dates."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from markupsafe import Markup

from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.publish.page import Edition, Page, TagPage
from vaultkit.publish.renewed import renewed
from vaultkit.targets.site import words
from vaultkit.targets.site.addresses import (
    FOLDERS,
    GRAPH,
    RECENT,
    TAGS,
    base_address,
    edit_address,
    encoded,
    public,
    up,
)
from vaultkit.targets.site.dates import Moment, moment
from vaultkit.targets.site.explorer import Explorer
from vaultkit.targets.site.options import SiteOptions
from vaultkit.targets.site.static import (
    ICON,
    stamped_content_script,
    stamped_mermaid,
    stamped_script,
    stamped_stylesheet,
)
from vaultkit.targets.site.tags import nested
from vaultkit.targets.site.templates import Templates
from vaultkit.targets.site.tree import Folder, Tree, plant

if TYPE_CHECKING:
    from vaultkit.config import TargetConfig

POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "font-src 'self' data:; media-src 'self'; base-uri 'none'; form-action 'none'"
)
"""What a page may load: its own site and nothing else, and nothing inline."""


_FEW = 32


class Place(NamedTuple):
    """A page that every menu names."""

    name: str
    url: str


class Entry(NamedTuple):
    """A line of a list: a link, what is said beside it (a date, a number of notes, or what is `said`), and below it."""

    href: str
    name: str
    moment: Moment | None = None
    text: str = ""
    notes: int = 0
    said: str = ""


class Group(NamedTuple):
    """A part of a list page: entries below each other, or `pills` beside each other."""

    heading: str
    entries: tuple[Entry, ...] = ()
    pills: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Site:
    """One edition and how it is to be presented. Nothing here changes once made."""

    edition: Edition
    config: TargetConfig
    base: str
    tree: Tree
    explorer: Explorer
    templates: Templates
    edit_url: str = ""
    policy: str = Markup(POLICY)
    icon: str = ICON

    @cached_property
    def script(self) -> str:
        """The address of the script from the root of the site."""
        return stamped_script()

    @cached_property
    def content_script(self) -> str:
        """The address of the script for canvases and diagrams from the root of the site."""
        return stamped_content_script()

    @cached_property
    def stylesheet(self) -> str:
        """The address of the style sheet from the root of the site."""
        return stamped_stylesheet(self.edition.theme.styles)

    @cached_property
    def home(self) -> Page | None:
        """The note that stands at the root of the site, if one does."""
        return self.edition.pages.get(self.edition.home) if self.edition.home else None

    @cached_property
    def title(self) -> str:
        return self.config.title or (self.home.title if self.home else "") or words.NOTES

    @cached_property
    def mermaid(self) -> str:
        """Where the script is that draws diagrams."""
        return stamped_mermaid()

    @property
    def language(self) -> str:
        return self.config.language

    @cached_property
    def dated(self) -> tuple[tuple[Moment, Page], ...]:
        """The notes that have a date, newest first."""
        by_url = sorted(self.edition.pages.values(), key=lambda page: page.url)
        found = [(when, page) for page in by_url if (when := self.moment(page))]
        return tuple(sorted(found, key=lambda item: item[0].order, reverse=True))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        return (
            *((Place(words.RECENT, RECENT),) if self.dated else ()),
            Place(words.FOLDERS, FOLDERS),
            *((Place(words.TAGS, TAGS),) if self.edition.tags else ()),
            *((Place(words.GRAPH, GRAPH),) if self.has_graph else ()),
        )

    @property
    def has_feed(self) -> bool:
        return bool(self.dated)

    @cached_property
    def has_graph(self) -> bool:
        """Whether any note links to another."""
        return any(self.linked.values())

    @cached_property
    def linked(self) -> Mapping[NotePath, Collection[NotePath]]:
        """The notes that each note links to, is linked from or embeds, in its text or its properties: its own links
        in their order, then those of others. A few need less room than a table; many are looked up."""
        pages = self.edition.pages
        by_url = {page.url: path for path, page in pages.items()}
        own: dict[NotePath, tuple[NotePath, ...]] = {}
        others: dict[NotePath, list[NotePath]] = {}
        for path, page in pages.items():
            ways = (link.href.partition("#")[0] for link in page.property_links.values() if link.href)
            named = (by_url.get(normpath(join(dirname(page.url), unquote(way)))) for way in ways if way)
            targets = dict.fromkeys((*page.links, *filter(None, named)))
            own[path] = tuple(target for target in targets if target in pages and target != path)
            for target in own[path]:
                others.setdefault(target, []).append(path)
        found = ((path, dict.fromkeys((*own[path], *others.pop(path, ())))) for path in pages)
        return {path: linked if len(linked) > _FEW else tuple(linked) for path, linked in found}

    @cached_property
    def nested(self) -> Mapping[str, tuple[TagPage, ...]]:
        """The tags right below each tag, by its name in lower case; "" for those at the top."""
        return nested(self.edition)

    @cached_property
    def sizes(self) -> Mapping[str, tuple[int, int]]:
        """Width and height of images in pixels, by address from the root as it is written in pages."""
        return {encoded(asset.url): asset.size for asset in self.edition.assets if all(asset.size)}

    @cached_property
    def around(self) -> Mapping[NotePath, tuple[Page | None, Page | None]]:
        """The earlier and the later note by date in the same folder, for each dated note."""
        found: dict[NotePath, tuple[Page | None, Page | None]] = {}
        for folder in self.tree.by_url.values():
            dated = sorted((when.order, page.url, page) for page in folder.notes if (when := self.moment(page)))
            pages = [None, *(page for _, _, page in dated), None]
            for before, (_, _, page), after in zip(pages, dated, pages[2:], strict=False):
                found[page.path] = (before, after)
        return found

    def reworded(self, edition: Edition, *others: str) -> Site:
        """The site of an edition in whose tree the same notes stand under the same names: what does not depend on
        their words is not found out again, what `others` name excepted."""
        site = replace(self, edition=edition)
        apart = ("home", *others, *(("sizes",) if edition.assets is not self.edition.assets else ()))
        known = {name: value for name, value in self.__dict__.items() if name not in (*site.__dict__, *apart)}
        fresh = {path for path in renewed(self.edition.pages, edition.pages) if self.moment(edition.pages[path])}
        dated = tuple((when, edition.pages[page.path]) for when, page in self.dated) if fresh else self.dated
        site.__dict__.update(known, dated=dated)
        return site

    def moment(self, page: Page) -> Moment | None:
        """A page's date, else the date of its last change."""
        return moment(page.date, self.language) or moment(page.updated, self.language)

    def edit(self, page: Page) -> str:
        """Where a note can be edited, "" when nobody said where."""
        return edit_address(self.edit_url, page.path)

    def address(self, url: str) -> str:
        """The full address of an output, "" when the site has no public address."""
        return public(self.base, url) if self.base else ""

    @property
    def root_path(self) -> str:
        """The path of the site's root on its server, for pages that stand at no address of their own."""
        return urlsplit(self.base).path or "/"

    def entry(self, page: Page, url: str, text: str = "") -> Entry:
        """A page as a line of a list that stands at `url`."""
        return Entry(up(url) + encoded(page.url), page.title, self.moment(page), text)

    def trail(self, folder: Folder, url: str) -> tuple[Entry, ...]:
        """Breadcrumbs: the home page and the folders down to `folder`."""
        way = up(url)
        steps = [Entry(way + encoded(step.url), step.name, notes=step.count) for step in folder.trail]
        return (Entry(way + "index.html", words.HOME), *steps)


def survey(edition: Edition, config: TargetConfig) -> Site:
    """Look over an edition.

    Raises SetupError when a configured address is not one.
    """
    tree = plant(edition)
    edit_url = config.options(SiteOptions).edit_url
    edit_address(edit_url, NotePath(""))
    templates = Templates(edition.theme.templates)
    return Site(edition, config, base_address(config.base_url), tree, Explorer(tree.root), templates, edit_url)


def described(page: Page) -> str:
    """What the note's author says it is about; `page.description` may be taken from the text."""
    said = next((value for name, value in page.properties.items() if name.lower() == "description"), "")
    return said.strip() if isinstance(said, str) else ""


def excerpt(page: Page, length: int = 180) -> str:
    """A page's description, else how its text begins without the headings, cut between words."""
    text = described(page)
    if not text:
        headings = {entry.text for entry in page.body.toc}
        lines = page.body.text[: length * 6].split("\n")
        text = " ".join(line for line in lines if line.strip() not in headings)
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(",;:.") + " …"
