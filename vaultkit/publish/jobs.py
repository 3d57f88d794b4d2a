"""From the publish set to what is rendered: where each link of a body leads and what each embed shows.

A link is resolved against the whole vault, since that is what its author meant and what Obsidian opens; what it leads
to is then looked up in the set. A target outside the set has no address here, so none can come out anywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from vaultkit.index.file_kinds import AUDIO, IMAGES, VIDEO, ending, stem_of
from vaultkit.index.outline import Outline, parts_of
from vaultkit.index.resolve import Place
from vaultkit.model.note import Block, Facts, Heading, Link, NotePath
from vaultkit.parse.inline import shown
from vaultkit.publish.assets import Refused, Shelf
from vaultkit.publish.intent import Notice
from vaultkit.publish.layout import Layout
from vaultkit.publish.page import Asset
from vaultkit.publish.select import PublishedNote, PublishSet
from vaultkit.render.anchors import block_id, heading_ids
from vaultkit.render.job import EmbedTo, LinkTo, RenderJob

MAX_DEPTH = 5
MAX_EMBEDS = 200
MAX_EMBEDDED = 1_000_000
"""Notes within notes are shown this deep; a page shows so many, with so many characters. Beyond it is a link."""

Resolve = Callable[[Link, NotePath], NotePath | None]
"""What Obsidian opens for a link in a note."""

_PDF_PLACE = re.compile(r"#page=(\d{1,6})")


@dataclass(slots=True)
class Made:
    """A job, and what was met while it was made: the published notes and the attachments that it refers to (with the
    link to each), and what will not be shown."""

    job: RenderJob
    links: dict[NotePath, None] = field(default_factory=dict)
    assets: dict[str, Asset] = field(default_factory=dict)
    notices: dict[Notice, None] = field(default_factory=dict)


class Piece(NamedTuple):
    """A stretch of a published note's text."""

    note: PublishedNote
    start: int
    end: int

    def holds(self, offset: int) -> bool:
        return self.start <= offset < self.end


class Size(NamedTuple):
    """How much is embedded in a page: how many notes, with how many characters."""

    embeds: int = 0
    characters: int = 0

    @property
    def is_too_large(self) -> bool:
        return self.embeds > MAX_EMBEDS or self.characters > MAX_EMBEDDED


class Trail(NamedTuple):
    """How an embed was reached: the pieces from the page down, each with the place of the embed in it."""

    steps: tuple[tuple[NotePath, int], ...] = ()

    def meets(self, piece: Piece) -> bool:
        """Whether a piece would show itself within itself."""
        return any(path == piece.note.path and piece.holds(offset) for path, offset in self.steps)


def body_of(note: PublishedNote) -> Piece:
    """A note's whole text, front matter excepted."""
    return Piece(note, note.facts.frontmatter.span.end, len(note.text))


class JobMaker:
    """Makes the jobs of one publish set."""

    def __init__(
        self, notes: PublishSet, resolve: Resolve, shelf: Shelf, layout: Layout, *, strict_breaks: bool
    ) -> None:
        self._notes = notes.notes
        self.layout = layout
        self._resolve = resolve
        self._shelf = shelf
        self._strict_breaks = strict_breaks
        self._outlines: dict[NotePath, Outline] = {}
        self._anchors: dict[NotePath, dict[int, str]] = {}

    def make(self, path: NotePath) -> Made:
        """The job of a note's page."""
        note = self._notes[path]
        return _Page(self, note).make()

    def target(self, link: Link, source: NotePath) -> NotePath | None:
        """The file that a link opens, published or not."""
        return self._resolve(link, source)

    def published(self, path: NotePath | None) -> PublishedNote | None:
        return self._notes.get(path) if path is not None else None

    def place(self, note: PublishedNote, subpath: str) -> Place | None:
        """The place in a published text that a subpath names."""
        if note.path not in self._outlines:
            self._outlines[note.path] = Outline(note.facts)
        return self._outlines[note.path].find(subpath)

    def piece(self, note: PublishedNote, place: Place | None) -> Piece:
        """What an embed of a place shows; all of the note without a place."""
        if place is None:
            return body_of(note)
        start, end = self._outlines[note.path].extent(place)
        return Piece(note, start, min(len(note.text), int(end) if end < len(note.text) else len(note.text)))

    def fragment(self, note: PublishedNote, subpath: str) -> str:
        """The id of the place that a subpath names, "" when it names none that a page can be opened at."""
        place = self.place(note, subpath) if subpath else None
        if isinstance(place, Block):
            return block_id(place.id)
        return self._anchor(note)[place.span.start] if isinstance(place, Heading) else ""

    def _anchor(self, note: PublishedNote) -> dict[int, str]:
        if note.path not in self._anchors:
            headings = note.facts.headings
            ids = heading_ids(heading.text for heading in headings)
            self._anchors[note.path] = {heading.span.start: name for heading, name in zip(headings, ids, strict=True)}
        return self._anchors[note.path]

    @property
    def strict_breaks(self) -> bool:
        return self._strict_breaks

    def shelve(self, path: NotePath) -> Asset | Refused:
        taken = self._shelf.take(path)
        return taken if isinstance(taken, Refused) else taken.asset


class _Page:
    """Makes the job of one page: every address in it is seen from there."""

    def __init__(self, maker: JobMaker, note: PublishedNote) -> None:
        self._maker = maker
        self._layout = maker.layout
        self._note = note
        self._made = Made(RenderJob(note.path, "", {}, {}, {}))
        self._size = Size()
        self._number = 0

    def make(self) -> Made:
        self._made.job = self._job(body_of(self._note), Trail(), "")
        self._made.links.pop(self._note.path, None)
        return self._made

    def _job(self, piece: Piece, trail: Trail, prefix: str) -> RenderJob:
        links: dict[str, LinkTo] = {}
        embeds: dict[str, EmbedTo] = {}
        shown_links = _shown_links(piece)
        times = Counter(_key(link) for link in shown_links if link.kind == "embed")
        for link in shown_links:
            key = _key(link)
            if link.kind != "embed":
                links.setdefault(key, self._link(link, piece.note))
            elif key not in embeds:
                embeds[key] = self._embed_often(link, times[key], piece, trail)
        tags = {
            tag.name.lower(): way
            for tag in piece.note.facts.tags
            if not tag.hidden and piece.holds(tag.span.start) and (way := self._layout.tag(self._note, tag.name))
        }
        strict, dialect = self._maker.strict_breaks, self._layout.dialect
        return RenderJob(piece.note.path, text_of(piece), links, embeds, tags, strict, prefix, dialect)

    def _embed_often(self, link: Link, times: int, piece: Piece, trail: Trail) -> EmbedTo:
        """What all embeds of one place in one text show; a link, when showing it so many times is too much."""
        before = self._size
        made = self._embed(link, piece, trail)
        self._size = Size(*(old + (new - old) * times for old, new in zip(before, self._size, strict=True)))
        if self._size.is_too_large:
            self._size = before
            return EmbedTo("link", made.href, made.text)
        return made

    def _link(self, link: Link, source: PublishedNote) -> LinkTo:
        target = self._maker.target(link, source.path)
        note = self._maker.published(target)
        if note is not None:
            self._made.links[note.path] = None
            way = self._layout.href(self._note, note, self._maker.fragment(note, link.subpath))
            return LinkTo(way, shown(link))
        if target is None or ending(target) in ("md", "canvas", "base"):
            return LinkTo(None, last_part(link))
        return LinkTo(self._asset(link, target, "links to"), shown(link))

    def _embed(self, link: Link, piece: Piece, trail: Trail) -> EmbedTo:
        target = self._maker.target(link, piece.note.path)
        note = self._maker.published(target)
        if note is not None:
            return self._embedded_note(link, note, piece, trail)
        if target is None:
            return self._nothing(f"embeds `{link.target}`, which does not exist")
        end = ending(target)
        if end == "md":
            return self._nothing(f"embeds `{target}`, which is not published")
        if end in ("canvas", "base"):
            return self._nothing(f"embeds `{target}`; what is in a .{end} file is not published")
        where = self._asset(link, target, "embeds")
        if where is None:
            return EmbedTo("nothing")
        return EmbedTo(_kind(end), where, stem_of(target))

    def _embedded_note(self, link: Link, note: PublishedNote, host: Piece, trail: Trail) -> EmbedTo:
        place = self._maker.place(note, link.subpath)
        if place is None and parts_of(link.subpath):
            return self._nothing(f"embeds `{link.target}{link.subpath}`, but there is no such place in that note")
        piece = self._maker.piece(note, place)
        if _in_comment(piece):
            return self._nothing(f"embeds `{link.target}{link.subpath}`, which stands in a comment there")
        further = Trail((*trail.steps, (host.note.path, link.span.start)))
        way = self._layout.href(self._note, note, self._maker.fragment(note, link.subpath))
        self._made.links[note.path] = None
        size = Size(self._size.embeds + 1, self._size.characters + piece.end - piece.start)
        full = size.is_too_large or self._number >= MAX_EMBEDS
        if full or len(further.steps) > MAX_DEPTH or further.meets(piece):
            return EmbedTo("link", way, shown(link))
        self._size = size
        self._number += 1
        job = self._job(piece, further, f"e{self._number}.")
        return EmbedTo("note", way, shown(link), job)

    def _asset(self, link: Link, path: NotePath, verb: str) -> str | None:
        """The link to an attachment, None when it cannot be published."""
        taken = self._maker.shelve(path)
        if isinstance(taken, Refused):
            self._notice(f"{verb} `{path}`, which {taken.reason}")
            return None
        asset, way = self._layout.asset(self._note, taken)
        self._made.assets[way] = asset
        page = _PDF_PLACE.match(link.subpath) if ending(path) == "pdf" else None
        return f"{way}#page={page[1]}" if page else way

    def _nothing(self, message: str) -> EmbedTo:
        self._notice(message)
        return EmbedTo("nothing")

    def _notice(self, message: str) -> None:
        self._made.notices[Notice(self._note.path, message)] = None


def _shown_links(piece: Piece) -> list[Link]:
    """The links in a stretch of text that a reader sees."""
    return [
        link
        for link in piece.note.facts.links
        if not link.property and not link.hidden and piece.holds(link.span.start)
    ]


def _key(link: Link) -> str:
    """How a job names a link."""
    return link.target + link.subpath


def _in_comment(piece: Piece) -> bool:
    """Whether a comment reaches over an end of a piece: it could not be told as one there."""
    spans = [comment.span for comment in piece.note.facts.comments]
    return any(start < offset < end for start, end in spans for offset in (piece.start, piece.end))


def _kind(end: str) -> Literal["image", "audio", "video", "pdf", "file"]:
    if end in IMAGES:
        return "image"
    if end in AUDIO:
        return "audio"
    if end in VIDEO:
        return "video"
    return "pdf" if end == "pdf" else "file"


def last_part(link: Link) -> str:
    """What is shown of a link to somewhere outside the set when its author gave no text: never a folder."""
    return link.target.rpartition("/")[2].removesuffix(".md") or link.subpath.rpartition("#")[2].strip()


def text_of(piece: Piece) -> str:
    """The text of a piece. A block that is indented where it stands begins at the margin here."""
    text = piece.note.text
    part = text[piece.start : piece.end]
    indent = piece.start - max(text.rfind("\n", 0, piece.start), text.rfind("\r", 0, piece.start)) - 1
    if not indent or text[piece.start - indent : piece.start].strip():
        return part
    return re.sub(rf"(?m)^[ \t]{{1,{indent}}}", "", part)


def tags_of(facts: Facts, properties: Mapping[str, object]) -> tuple[str, ...]:
    """The tags of a page, in the spelling first met: those of its properties, and those that are shown in its text."""
    from vaultkit.parse.frontmatter import tags

    found: dict[str, str] = {}
    for name in (*tags(dict(properties)), *(tag.name for tag in facts.tags if not tag.hidden)):
        found.setdefault(name.lower(), name)
    return tuple(found.values())
