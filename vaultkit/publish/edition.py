"""From the publish set and its rendered bodies to the edition that a target receives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from operator import itemgetter

from vaultkit.config import Publish
from vaultkit.model.note import NotePath
from vaultkit.model.path import folders_of
from vaultkit.model.record import NamedTuple
from vaultkit.publish.address import HOME, claim, folder_url, tag_url
from vaultkit.publish.made import Made
from vaultkit.publish.mentions import Mentions, linking
from vaultkit.publish.page import NOTHING, Asset, Backlink, Edition, FolderPage, Page, TagPage
from vaultkit.publish.renewed import in_order_of
from vaultkit.publish.select import PublishSet
from vaultkit.publish.slugs import STYLES
from vaultkit.render.job import RenderedBody


class Body(NamedTuple):
    """What became of one note's job, and the draft of its page."""

    made: Made
    rendered: RenderedBody
    draft: Page


class Composed(NamedTuple):
    """An edition, and the attachments that its pages show, by page."""

    edition: Edition
    shipped: Mapping[NotePath, frozenset[Asset]]


class Before(NamedTuple):
    """What was composed the last time. `others` are the pages that are made anew or are gone, `led` those to which they
    led then; `past` are the addresses at which notes stood before."""

    composed: Composed = Composed(Edition(NOTHING, ()), NOTHING)
    others: Collection[NotePath] = ()
    led: Collection[NotePath] = ()
    past: Mapping[NotePath, tuple[str, ...]] = NOTHING


NOTHING_YET = Before()


def compose(
    notes: PublishSet,
    bodies: Mapping[NotePath, Body],
    mentions: Mentions,
    settings: Publish,
    before: Before = NOTHING_YET,
) -> Composed:
    """The edition: every page with all that is said of it, and what is made of all pages together.

    `bodies` are those of the pages that may be others than `before`: all other pages were there, and are as they were.
    `mentions` gathered the links of those pages.
    """
    old, known = before.composed
    linked = mentions.found
    touched = notes.notes.keys() & {*bodies, *linked, *before.led}
    pages = {**old.pages, **{path: _renewed(path, bodies, linked, before) for path in touched}}
    shipped = dict(known)
    for path in (*bodies, *(pages.keys() - notes.notes.keys())):
        shipped.pop(path, None)
    for path in pages.keys() - notes.notes.keys():
        del pages[path]
    pages = in_order_of(notes.notes, pages)
    shipped.update((path, shown) for path, body in bodies.items() if (shown := _shipped(body)))
    others = [path for path in bodies if path not in old.pages]
    changed = [path for path in bodies if path in old.pages and pages[path] is not old.pages[path]]
    moved = (
        bool(others) or len(pages) != len(old.pages) or any(pages[path][1] != old.pages[path][1] for path in changed)
    )
    tagged = moved or any(pages[path].tags != old.pages[path].tags for path in changed)
    same_folders = not moved and (notes.redirects, notes.past) == (old.redirects, before.past)
    return Composed(
        Edition(
            pages,
            old.assets if shipped == known else _assets(shipped),
            _tags(pages) if tagged else old.tags,
            old.folders if same_folders else _folders(pages, notes, settings.slug.style),
            notes.home,
            notes.redirects,
        ),
        shipped,
    )


def _renewed(
    path: NotePath,
    bodies: Mapping[NotePath, Body],
    linked: Mapping[NotePath, Sequence[Backlink]],
    before: Before,
) -> Page:
    """A page; the same object as before when it is the same."""
    old = before.composed.edition.pages.get(path)
    backlinks: Sequence[Backlink] = linked.get(path, ())
    if old is None:
        return _page(bodies[path], backlinks)
    backlinks = _joined(old.backlinks, backlinks, before.others)
    if path not in bodies:
        return old if backlinks is old.backlinks else old._replace(backlinks=backlinks)
    page = _page(bodies[path], backlinks)
    return old if backlinks is old.backlinks and _is_same(old, page) else page


def _is_same(old: Page, page: Page) -> bool:
    """Whether two pages say the same. There `1`, `1.0` and `true` are three things, and properties have an order."""
    return old == page and _told(old) == _told(page)


def _told(page: Page) -> str:
    return repr((page.properties, page.property_links, page.written))


def _joined(old: Sequence[Backlink], fresh: Sequence[Backlink], others: Collection[NotePath]) -> Sequence[Backlink]:
    """What links to a page, when some pages are `others`: the same object as before when it is the same. The words of
    those that stay are not asked for unless it is another."""
    anew = [place for place, path in enumerate(linking(old)) if path in others]
    if [old[place] for place in anew] == [*fresh]:
        return old
    kept = [link for link in old if link.path not in others]
    return tuple(sorted((*kept, *fresh), key=itemgetter(0)))


def _page(body: Body, backlinks: Sequence[Backlink]) -> Page:
    draft, rendered = body.draft, body.rendered
    description = draft.description or rendered.excerpt
    return draft._replace(description=description, body=rendered, backlinks=backlinks, links=body.made.links)


def _assets(shipped: Mapping[NotePath, frozenset[Asset]]) -> tuple[Asset, ...]:
    """The attachments that are shown; of those that are the same file the first."""
    found = {asset.url: asset for asset in sorted({*chain.from_iterable(shipped.values())}, reverse=True)}
    return tuple(asset for _, asset in sorted(found.items()))


def _shipped(body: Body) -> frozenset[Asset]:
    """The attachments whose address is in a rendered body."""
    ways = body.made.assets
    return frozenset(asset for way, asset in ways.items() if way in body.rendered.html) if ways else frozenset()


def _tags(pages: Mapping[NotePath, Page]) -> dict[str, TagPage]:
    """The tags of all pages and the tags above them, by name in lower case."""
    names: dict[str, str] = {}
    members: dict[str, dict[NotePath, None]] = {}
    for path, page in pages.items():
        for tag in page.tags:
            parts = [part for part in tag.split("/") if part]
            for depth in range(1, len(parts) + 1):
                name = "/".join(parts[:depth])
                names.setdefault(name.lower(), name)
                members.setdefault(name.lower(), {})[path] = None
    return {key: TagPage(names[key], tag_url(key), tuple(members[key])) for key in sorted(names)}


def _folders(pages: Mapping[NotePath, Page], notes: PublishSet, style: str) -> dict[str, FolderPage]:
    """The folders that hold pages, by vault path. Folders that share an address share their index page, and one whose
    address is that of a page or an old one has it as it is written there."""
    others = chain((old.url for old in notes.redirects), (page.url for page in pages.values()))
    standing = {claim(url): url for url in others}
    taken = {*standing}
    places: dict[str, str] = {}

    def address(folder: str) -> str:
        if folder not in places:
            url = folder_url(folder, style)
            places[folder] = standing.setdefault(claim(url), url)
        return places[folder]

    inside: dict[str, list[NotePath]] = {}
    names: dict[str, str] = {}
    for path in pages:
        parts = path.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            url = address("/".join(parts[:depth]))
            names.setdefault(url, parts[depth - 1])
            inside.setdefault(url, [])
        if parts:
            inside[address("/".join(parts))].append(path)
    folders = {folder: places[folder] for folder in sorted(places)}
    past = _stood_at(folders, notes, style, standing)
    made = {
        url: FolderPage(names[url], url, tuple(inside[url]), claim(url) in taken, past.get(url, ())) for url in names
    }
    return {folder: made[url] for folder, url in folders.items()}


def _stood_at(
    folders: Mapping[str, str], notes: PublishSet, style: str, taken: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """By the addresses of `folders`, those at which they stood before. A style in which a note of a folder once had its
    address is one in which the folder had its own."""
    sent = set(taken)
    found: dict[str, tuple[str, ...]] = {}
    below: dict[str, list[str]] = {}
    for path, urls in notes.past.items():
        for folder in folders_of(path):
            below.setdefault(folder, []).extend(urls)
    for folder, here in folders.items():
        for url in sorted({folder_url(folder, other) for other in STYLES} - {here}):
            stem = url.removesuffix(HOME)
            if claim(url) not in sent and any(old.startswith(stem) for old in below.get(folder, ())):
                sent.add(claim(url))
                found[here] = (*found.get(here, ()), url)
    return found
