"""From the publish set to what is rendered: where each link of a body leads and what each embed shows.

A link is resolved against the whole vault, since that is what its author meant and what Obsidian opens; what it leads
to is then looked up in the set. A target outside the set has no address here, so none can come out anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from vaultkit.index.file_kinds import AUDIO, IMAGES, VIDEO, ending, stem_of
from vaultkit.index.outline import Outline, parts_of
from vaultkit.index.resolve import Place
from vaultkit.model.expression import expression
from vaultkit.model.note import NO_FACTS, Block, Heading, Link, NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span
from vaultkit.parse.grammar import unnamed
from vaultkit.parse.note import parse
from vaultkit.publish.assets import Refused, Shelf
from vaultkit.publish.bases_settings import NO_PROPERTIES, BaseSettings
from vaultkit.publish.boards import is_board
from vaultkit.publish.canvases import CanvasError, Cards, picture
from vaultkit.publish.intent import Notice
from vaultkit.publish.language import apart, tongue
from vaultkit.publish.layout import Layout
from vaultkit.publish.made import Making
from vaultkit.publish.page import Asset
from vaultkit.publish.pieces import Piece, bases_of, body_of, in_comment, links_of, text_of
from vaultkit.publish.select import PublishedNote, PublishSet
from vaultkit.render.anchors import block_id, heading_ids
from vaultkit.render.job import CanvasPicture, EmbedTo, LinkTo, RenderJob, base_key

if TYPE_CHECKING:
    from vaultkit.bases.evaluation import Budget
    from vaultkit.publish.bases import NoteRows

MAX_DEPTH = 5
MAX_EMBEDS = 200
MAX_EMBEDDED = 1_000_000
"""Notes within notes are shown this deep; a page shows so many, with so many characters. Beyond it is a link."""

Resolve = Callable[[Link, NotePath], NotePath | None]
"""What Obsidian opens for a link in a note."""

Read = Callable[[NotePath], str | None]
"""The text of a canvas or a base, None when it cannot be had."""

_OUTLINES = 1000
"""Notes of which it is remembered at one time what can be named in them."""

_BOARD = "board"
_CELL = 20
"""What a cell of a base counts, in characters."""

_PDF_PLACE = expression(r"#page=(\d{1,6})")


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


class JobMaker:
    """Makes the jobs of one publish set."""

    def __init__(
        self,
        notes: PublishSet,
        resolve: Resolve,
        shelf: Shelf,
        layout: Layout,
        *,
        strict_breaks: bool,
        read: Read = lambda path: None,
        bases: BaseSettings = NO_PROPERTIES,
    ) -> None:
        self._notes = notes.notes
        self.layout = layout
        self.read = read
        self.base_settings = bases
        self._resolve = resolve
        self._shelf = shelf
        self.strict_breaks = strict_breaks
        self._outlines: dict[NotePath, Outline] = {}
        self._anchors: dict[NotePath, dict[int, str]] = {}

    @cached_property
    def rows(self) -> NoteRows:
        """The published notes as bases see them."""
        from vaultkit.publish.bases import NoteRows

        return NoteRows(self, self.base_settings, self._notes)

    def make(self, path: NotePath) -> Making:
        """The job of a note's page."""
        return _Page(self, self._notes[path]).make()

    def note(self, path: NotePath) -> PublishedNote:
        """The note that has a page."""
        return self._notes[path]

    def target(self, link: Link, source: NotePath) -> NotePath | None:
        """The file that a link opens, published or not."""
        return self._resolve(link, source)

    def published(self, path: NotePath | None) -> PublishedNote | None:
        return self._notes.get(path) if path is not None else None

    def place(self, note: PublishedNote, subpath: str) -> Place | None:
        """The place in a published text that a subpath names."""
        return self._outline(note).find(subpath)

    def _outline(self, note: PublishedNote) -> Outline:
        if note.path not in self._outlines:
            if len(self._outlines) >= _OUTLINES:
                self._outlines.clear()
            self._outlines[note.path] = Outline(note.facts)
        return self._outlines[note.path]

    def piece(self, note: PublishedNote, place: Place | None) -> Piece:
        """What an embed of a place shows; all of the note without a place."""
        if place is None:
            return body_of(note)
        start, end = self._outline(note).extent(place)
        return Piece(note, start, min(len(note.text), int(end) if end < len(note.text) else len(note.text)))

    def fragment(self, note: PublishedNote, subpath: str) -> str:
        """The id of the place that a subpath names, "" when it names none that a page can be opened at."""
        place = self.place(note, subpath) if subpath else None
        if isinstance(place, Block):
            return block_id(place.id)
        return self._anchor(note)[place.span.start] if isinstance(place, Heading) else ""

    def _anchor(self, note: PublishedNote) -> dict[int, str]:
        if note.path not in self._anchors:
            if len(self._anchors) >= _OUTLINES:
                self._anchors.clear()
            headings = note.facts.headings
            ids = heading_ids(heading.text for heading in headings)
            self._anchors[note.path] = {heading.span.start: name for heading, name in zip(headings, ids, strict=True)}
        return self._anchors[note.path]

    def shelve(self, path: NotePath) -> Asset | Refused:
        taken = self._shelf.take(path)
        return taken if isinstance(taken, Refused) else taken.asset


class _Page:
    """Makes the job of one page: every address in it is seen from there."""

    def __init__(self, maker: JobMaker, note: PublishedNote) -> None:
        self._maker = maker
        self._layout = maker.layout
        self._note = note
        self._made = Making(RenderJob(note.path, "", {}, {}, {}))
        self._size = Size()
        self._number = 0

    @cached_property
    def _budget(self) -> Budget:
        from vaultkit.bases.evaluation import Budget

        return Budget()

    def make(self) -> Making:
        if is_board(self._note.path):
            board = self._board(self._note.path, None, Trail())
            self._made.job = RenderJob(self._note.path, f"![[{_BOARD}]]", {}, {_BOARD: board._replace(href=None)}, {})
        else:
            self._made.job = self._job(body_of(self._note), Trail(), "")
        self._made.links.pop(self._note.path, None)
        for link in self._note.facts.links:
            if link.property:
                self._meet(link, self._maker.target(link, self._note.path))
        return self._made

    def _meet(self, link: Link, target: NotePath | None) -> PublishedNote | None:
        """Note down what a link opens; the published note, if it is one."""
        note = self._maker.published(target)
        if target is not None and (note is None or link.property):
            self._made.others[target] = None
        if note is not None and link.subpath:
            self._made.placed[note.path] = None
        return note

    @property
    def note(self) -> PublishedNote:
        """The note of the page."""
        return self._note

    def _job(self, piece: Piece, trail: Trail, prefix: str) -> RenderJob:
        links: dict[str, LinkTo] = {}
        embeds: dict[str, EmbedTo] = {}
        shown_links = links_of(piece)
        times = Counter(_key(link) for link in shown_links if link.kind == "embed")
        for link in shown_links:
            key = _key(link)
            if link.kind != "embed":
                links.setdefault(key, self._link(link, piece.note))
            elif key not in embeds:
                embeds[key] = self._embed_often(link, times[key], piece, trail)
        if self._layout.dialect is None:
            for source in bases_of(piece):
                embeds[base_key(source)] = self._base(source, "", "the base in a code block")
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
        note = self._meet(link, target)
        if note is not None:
            self._made.links[note.path] = None
            way = self._layout.href(self._note, note, self._maker.fragment(note, link.subpath))
            return LinkTo(way, unnamed(link))
        if target is None or ending(target) == "md" or is_board(target):
            if target and is_board(target) and self._layout.dialect is not None:
                self.notice(f"links to `{target}`, which has no page in this form")
            return LinkTo(None, last_part(link))
        return LinkTo(self._asset(link, target, "links to"), unnamed(link))

    def _embed(self, link: Link, piece: Piece, trail: Trail) -> EmbedTo:
        target = self._maker.target(link, piece.note.path)
        note = self._meet(link, target)
        if note is not None and not is_board(note.path):
            return self._embedded_note(link, note, piece, trail)
        if target is None:
            return self._nothing(f"embeds `{link.target}`, which does not exist")
        end = ending(target)
        if end == "md":
            return self._nothing(f"embeds `{target}`, which is not published")
        if is_board(target):
            return self._board(target, link.subpath, trail)
        where = self._asset(link, target, "embeds")
        if where is None:
            return EmbedTo("nothing")
        return EmbedTo(_kind(end), where, stem_of(target))

    def _embedded_note(self, link: Link, note: PublishedNote, host: Piece, trail: Trail) -> EmbedTo:
        self._made.embedded[note.path] = None
        place = self._maker.place(note, link.subpath)
        if place is None and parts_of(link.subpath):
            return self._nothing(f"embeds `{link.target}{link.subpath}`, but there is no such place in that note")
        piece = self._maker.piece(note, place)
        if in_comment(piece):
            return self._nothing(f"embeds `{link.target}{link.subpath}`, which stands in a comment there")
        further = Trail((*trail.steps, (host.note.path, link.span.start)))
        way = self._layout.href(self._note, note, self._maker.fragment(note, link.subpath))
        self._made.links[note.path] = None
        size = Size(self._size.embeds + 1, self._size.characters + piece.end - piece.start)
        full = size.is_too_large or self._number >= MAX_EMBEDS
        if full or len(further.steps) > MAX_DEPTH or further.meets(piece):
            return EmbedTo("link", way, _name(link))
        self._size = size
        self._number += 1
        job = self._job(piece, further, f"e{self._number}.")
        allowed = self._maker.base_settings.properties
        language = apart(*(tongue(text.properties, allowed) for text in (note, host.note)))
        return EmbedTo("note", way, _name(link), job)._replace(**language._asdict())

    def _board(self, path: NotePath, subpath: str | None, trail: Trail) -> EmbedTo:
        """A canvas or a base in its place; of a base all views without a subpath, or the one that it names."""
        if self._layout.dialect is not None:
            return self._nothing(f"embeds `{path}`, which cannot be written in Markdown")
        text = self._maker.read(path)
        if text is None:
            return self._nothing(f"embeds `{path}`, which cannot be published")
        self._made.boards[path] = None
        page = self._maker.published(path)
        way = self._layout.href(self._note, page) if page else None
        if ending(path) == "base":
            wanted = None if subpath is None else subpath.strip("# ")
            return self._base(text, wanted, f"`{stem_of(path)}`")._replace(href=way, text=stem_of(path))
        if any(step == path for step, _ in trail.steps):
            return EmbedTo("link", way, stem_of(path))
        try:
            return EmbedTo("canvas", way, stem_of(path), canvas=self._canvas(path, text, trail))
        except CanvasError as error:
            return self._nothing(f"embeds `{path}`, which {error}")

    def _base(self, text: str, wanted: str | None, name: str) -> EmbedTo:
        from vaultkit.bases.definition import BaseError
        from vaultkit.publish.bases import NOT_SHOWN, Views

        self._made.sees_all = True
        try:
            views = Views(self._maker, self._maker.rows, self, self._budget).of(text, wanted)
        except BaseError as error:
            self.notice(f"cannot show {name}, which {error}")
            views = (NOT_SHOWN,)
        cells = sum(len(row) for view in views for group in view.groups for row in group.rows)
        self._size = Size(self._size.embeds + 1, self._size.characters + _CELL * cells)
        return EmbedTo("base", views=views)

    def _canvas(self, path: NotePath, text: str, trail: Trail) -> CanvasPicture:
        canvas = PublishedNote(path, self._note.url, text, NO_FACTS, "", False)
        further = Trail((*trail.steps, (path, 0)))

        def text_card(words: str) -> RenderJob:
            self._number += 1
            # No note has the tags of a card, so they may have no page to lead to.
            card = canvas._replace(source=words, known=parse(words)._replace(tags=()))
            return self._job(body_of(card), further, f"e{self._number}.")

        def file_card(file: str, subpath: str) -> EmbedTo | None:
            link = Link("path", file, subpath, None, Span(0, 0))
            embed = self._embed(link, Piece(canvas, 0, len(text)), further)
            return None if embed.kind == "nothing" or (embed.kind == "link" and not embed.href) else embed

        return picture(stem_of(path), text, Cards(text_card, file_card))

    def picture(self, path: NotePath) -> str | None:
        """The way to an attachment that a base shows, None when it cannot be published."""
        self._made.others[path] = None
        return self._asset(Link("path", path, "", None, Span(0, 0)), path, "shows")

    def _asset(self, link: Link, path: NotePath, verb: str) -> str | None:
        """The link to an attachment, None when it cannot be published."""
        taken = self._maker.shelve(path)
        if isinstance(taken, Refused):
            self.notice(f"{verb} `{path}`, which {taken.reason}")
            return None
        asset, way = self._layout.asset(self._note, taken)
        self._made.assets[way] = asset
        if ending(path) == "pdf":
            page = _PDF_PLACE.match(link.subpath)
            return f"{way}#page={page[1]}" if page else way
        word = link.subpath[1:] if ending(path) in IMAGES else ""  # a theme may take it for a sign
        return f"{way}#{word}" if word.isascii() and word.isalnum() else way

    def _nothing(self, message: str) -> EmbedTo:
        self.notice(message)
        return EmbedTo("nothing")

    def notice(self, message: str) -> None:
        """Tell the author something about the page; the end of a sentence that begins with its note."""
        self._made.notices[Notice(self._note.path, message)] = None


def _key(link: Link) -> str:
    """How a job names a link."""
    return link.target + link.subpath


def _name(link: Link) -> str:
    """What an embed is called: its note, or the heading in it. A block has a name that says nothing."""
    name = stem_of(link.target).removesuffix(".md")
    return unnamed(link._replace(target=name, subpath=link.subpath.partition("#^")[0]) if name else link)


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
