"""From the publish set and its rendered bodies to the edition that a target receives."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import chain
from operator import itemgetter
from sys import intern

from vaultkit.config import Publish
from vaultkit.index.file_kinds import stem_of
from vaultkit.model.note import Link, NotePath, Value
from vaultkit.model.record import NamedTuple
from vaultkit.parse import grammar
from vaultkit.parse.frontmatter import places
from vaultkit.parse.inline import plain
from vaultkit.publish.address import HOME, claim, folder_url, tag_url
from vaultkit.publish.jobs import JobMaker, tags_of
from vaultkit.publish.layout import Layout
from vaultkit.publish.made import Made
from vaultkit.publish.mentions import Mentions, link_text, linking
from vaultkit.publish.page import NOTHING, Asset, Backlink, Edition, FolderPage, Page, TagPage
from vaultkit.publish.pieces import body_of
from vaultkit.publish.renewed import in_order_of
from vaultkit.publish.select import PublishedNote, PublishSet
from vaultkit.publish.slugs import STYLES
from vaultkit.render.job import LinkTo, RenderedBody
from vaultkit.schema.dates import moment

_DESCRIPTION = 160
_SHORT = 24
"""Characters of an item that many notes may have in common, such as a tag."""
_COMMENT = re.compile(r"(?:^|\s)#", re.MULTILINE)


class Body(NamedTuple):
    """What became of one note's job."""

    made: Made
    rendered: RenderedBody


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
    make = partial(_page, maker=mentions.maker, allowed=allowed_names(settings, mentions.maker.layout))
    touched = notes.notes.keys() & {*bodies, *linked, *before.led}
    pages = {**old.pages, **{path: _renewed(notes.notes[path], bodies, linked, before, make) for path in touched}}
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
    note: PublishedNote,
    bodies: Mapping[NotePath, Body],
    linked: Mapping[NotePath, Sequence[Backlink]],
    before: Before,
    make: Callable[[PublishedNote, Body, Sequence[Backlink]], Page],
) -> Page:
    """A page; the same object as before when it is the same."""
    path, old = note.path, before.composed.edition.pages.get(note.path)
    backlinks: Sequence[Backlink] = linked.get(path, ())
    if old is None:
        return make(note, bodies[path], backlinks)
    backlinks = _joined(old.backlinks, backlinks, before.others)
    if path not in bodies:
        return old if backlinks is old.backlinks else old._replace(backlinks=backlinks)
    page = make(note, bodies[path], backlinks)
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


def allowed_names(settings: Publish, layout: Layout) -> set[str]:
    """The names of the properties that are published, in small letters."""
    return {*(name.lower() for name in settings.properties), *layout.properties}


def _page(note: PublishedNote, body: Body, backlinks: Sequence[Backlink], maker: JobMaker, allowed: set[str]) -> Page:
    kept = {name: value for name, value in note.facts.properties.items() if name.lower() in allowed}
    ways = {link.property: link for link in note.facts.links if link.property}
    properties = {intern(name): _public(value, name, ways, note, maker) for name, value in kept.items()}
    by_name = {name.lower(): value for name, value in properties.items()}
    heading = _own_heading(note)
    title = _text(by_name.get("title")) or heading or stem_of(note.path)
    return Page(
        note.path,
        note.url,
        title,
        iso_date(kept, "date"),
        iso_date(kept, "updated"),
        tags_of(note.facts, kept),
        properties or NOTHING,
        _text(by_name.get("description")) or excerpt(body.rendered.text),
        body.rendered,
        backlinks,
        note.held,
        bool(heading) and heading == title,
        body.made.links,
        {key: way for key, link in ways.items() if _top(key) in kept and (way := _way(link, note, maker))} or NOTHING,
        maker.layout.files[note.path],
        _written(note, kept, properties) if maker.layout.front_matter and kept else NOTHING,
    )


def _written(note: PublishedNote, kept: Mapping[str, Value], shown: Mapping[str, Value]) -> dict[str, str]:
    """The lines of the properties that tell nothing but what is shown of them: no comment, and no link to elsewhere."""
    text, where = note.text, places(note.text, note.facts.frontmatter)
    found = {name: place for name in where.keys() if (place := where.get(name))}  # noqa: SIM118
    ends = sorted((*(place.key.start for place in found.values()), where.insert_at))
    written: dict[str, str] = {}
    for name, place in found.items():
        start, end = place.key.start, ends[ends.index(place.key.start) + 1]
        apart = "\n" not in place.source and not place.source.startswith(("[", "{"))
        around = text[start : place.value.start] + text[place.value.end : end] if apart else text[start:end]
        fit = text[start - 1 : start] == "\n" and not _COMMENT.search(around)
        if fit and name in kept and shown[name] == kept[name]:
            written[name] = text[start:end].replace("\r\n", "\n").rstrip("\n")
    return written


def _top(key: str) -> str:
    return key.partition(".")[0]


def _text(value: Value) -> str:
    return value.strip() if isinstance(value, str) else ""


def _public(value: Value, key: str, ways: Mapping[str, Link], note: PublishedNote, maker: JobMaker) -> Value:
    """A property's value with its links as the text that is shown of them."""
    if isinstance(value, list):
        items = (_public(item, f"{key}.{number}", ways, note, maker) for number, item in enumerate(value))
        return [intern(item) if isinstance(item, str) and len(item) < _SHORT else item for item in items]
    if isinstance(value, dict):
        return {name: _public(item, f"{key}.{name}", ways, note, maker) for name, item in value.items()}
    if not isinstance(value, str):
        return value
    if key in ways:
        return link_text(ways[key], note.path, maker)
    return grammar.WIKILINK.sub(_words, value)


def _words(found: re.Match[str]) -> str:
    """A link within a longer text is none for Obsidian, but its folder is no less private."""
    parts = grammar.wikilink(found[1])
    return (parts.display or parts.target.rpartition("/")[2] or parts.subpath) if parts else found[0]


def _way(link: Link, note: PublishedNote, maker: JobMaker) -> LinkTo | None:
    target = maker.published(maker.target(link, note.path))
    if target is None:
        return None
    way = maker.layout.href(note, target, maker.fragment(target, link.subpath))
    return LinkTo(way, link_text(link, note.path, maker))


def _own_heading(note: PublishedNote) -> str:
    """The plain text of a level-1 heading that nothing but white space stands before, else ""."""
    heading = next(iter(note.facts.headings), None)
    start = body_of(note).start
    if heading is None or heading.level != 1 or note.text[start : heading.span.start].strip():
        return ""
    return plain(heading.text)


def iso_date(properties: Mapping[str, Value], name: str) -> str:
    """A date property as ISO 8601, without a time or a zone that its author did not give; "" when it is no date."""
    value = next((value for key, value in properties.items() if key.lower() == name and isinstance(value, str)), "")
    when = moment(value)
    if when is None:
        return ""
    if ":" not in value:
        return when.date().isoformat()
    zoned = re.search(r"(?:[Zz]|UTC|[+-][0-9:]+)\s*\Z", value.strip()[10:])
    return (when if zoned else when.replace(tzinfo=None)).isoformat()


def excerpt(text: str) -> str:
    """The beginning of a text, cut between words."""
    words = " ".join(text.split())
    if len(words) <= _DESCRIPTION:
        return words
    return words[:_DESCRIPTION].rpartition(" ")[0].rstrip(",;:-–— ") + " …"


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
        for at, char in enumerate(path):
            if char == "/":
                below.setdefault(path[:at], []).extend(urls)
    for folder, here in folders.items():
        for url in sorted({folder_url(folder, other) for other in STYLES} - {here}):
            stem = url.removesuffix(HOME)
            if claim(url) not in sent and any(old.startswith(stem) for old in below.get(folder, ())):
                sent.add(claim(url))
                found[here] = (*found.get(here, ()), url)
    return found
