"""What a page says of its note besides the body: its title, dates, tags and properties.

It is drafted while the job of the page is made, when the text and the facts of the note are at hand.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from sys import intern

from vaultkit.config import Publish
from vaultkit.index.file_kinds import stem_of
from vaultkit.model.expression import expression
from vaultkit.model.note import Facts, Link, Value
from vaultkit.model.text import Span
from vaultkit.parse import grammar
from vaultkit.parse.frontmatter import places, tags
from vaultkit.parse.inline import plain
from vaultkit.publish.jobs import JobMaker
from vaultkit.publish.layout import Layout
from vaultkit.publish.mentions import link_text
from vaultkit.publish.page import NOTHING, Page
from vaultkit.publish.pieces import body_of
from vaultkit.publish.select import PublishedNote
from vaultkit.render.job import LinkTo, Rendered
from vaultkit.schema.dates import moment

_NO_BODY = Rendered("", (), "", frozenset(), ())
_SHORT = 24
"""Characters of an item that many notes may have in common, such as a tag."""
_COMMENT = expression(r"(?:^|\s)#", re.MULTILINE)


def allowed_names(settings: Publish, layout: Layout) -> set[str]:
    """The names of the properties that are published, in small letters."""
    return {*(name.lower() for name in settings.properties), *layout.properties}


def draft_of(note: PublishedNote, maker: JobMaker, allowed: Collection[str]) -> Page:
    """The page of a note before its body is rendered and who links to it is known: it has none of what comes of these.
    `allowed` are the names of the properties that are published."""
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
        _text(by_name.get("description")),
        _NO_BODY,
        (),
        note.held,
        bool(heading) and heading == title,
        (),
        {key: way for key, link in ways.items() if _top(key) in kept and (way := _way(link, note, maker))} or NOTHING,
        maker.layout.files[note.path],
        _written(note, kept, properties) if maker.layout.front_matter and kept else NOTHING,
    )


def tags_of(facts: Facts, properties: Mapping[str, object]) -> tuple[str, ...]:
    """The tags of a page, in the spelling first met: those of its properties, and those that are shown in its text."""
    found: dict[str, str] = {}
    open_ends = [comment.span for comment in facts.comments if not comment.closed]
    shown = (tag.name for tag in facts.tags if not tag.hidden and not _is_in(tag.span.start, open_ends))
    for name in (*tags(dict(properties)), *shown):
        found.setdefault(name.lower(), name)
    return tuple(map(intern, found.values()))


def _is_in(place: int, spans: Iterable[Span]) -> bool:
    return any(start <= place < end for start, end in spans)


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
    return grammar.without_ways(value)


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
