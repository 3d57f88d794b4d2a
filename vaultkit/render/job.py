"""What goes into rendering one note and what comes out: plain data, so that it can cross to a worker process.

The renderer resolves nothing. Whoever makes the job has asked the index and the publish set already: a target that is
not in the set has no `href`, so its address cannot appear in the output.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple

_EXCERPT = 160
"""Characters of the longest beginning of a text that is said to be what it is about."""


class LinkTo(NamedTuple):
    """Where a link of the body leads. `href` None: it becomes text. `text` is shown when the author gave none."""

    href: str | None
    text: str


class Words(NamedTuple):
    """A part of what stands in a place of a base: text, perhaps linked; a tag; a date; an image, `text` is what it
    shows; a check box, `text` is "x" when it is checked."""

    text: str
    href: str | None = None
    kind: Literal["text", "tag", "image", "check", "date"] = "text"


class BaseGroup(NamedTuple):
    """Rows below a heading (None: below none), each with what stands in its columns; a picture for each row, or none
    at all; a summary for each column, or none at all."""

    heading: tuple[Words, ...] | None
    rows: tuple[tuple[tuple[Words, ...], ...], ...]
    images: tuple[Words | None, ...] = ()
    summaries: tuple[str, ...] = ()


class BaseView(NamedTuple):
    """A view of a base, computed. `left_out` are sentences about what it lacks, for readers."""

    kind: Literal["table", "cards", "list", "numbers"]
    name: str
    columns: tuple[str, ...]
    groups: tuple[BaseGroup, ...]
    left_out: tuple[str, ...] = ()


class CanvasCard(NamedTuple):
    """A card: what it shows, its box (x, y, width, height), its colour (`1` to `6`, `#rrggbb` or "").

    `label` is a group's; a group shows nothing. `job` is a card's own text; `embed` is a file.
    """

    kind: Literal["text", "file", "link", "group"]
    box: tuple[float, float, float, float]
    color: str = ""
    label: str = ""
    job: RenderJob | None = None
    embed: EmbedTo | None = None


class CanvasEdge(NamedTuple):
    """A line between two cards: the points of its curve (start, two that pull, end), colour, label, and whether it has
    an arrow at its start and at its end."""

    curve: tuple[float, ...]
    color: str = ""
    label: str = ""
    arrows: tuple[bool, bool] = (False, True)


class CanvasPicture(NamedTuple):
    """A canvas: all of it in `box`, groups before the other cards."""

    name: str
    box: tuple[float, float, float, float]
    cards: tuple[CanvasCard, ...]
    edges: tuple[CanvasEdge, ...]


class EmbedTo(NamedTuple):
    """What an embed shows. `kind` `nothing`: it vanishes (outside the set, or a section that does not exist);
    `link`: too deep or a cycle, so a link stands in its place; `note`: `job` is rendered in place; `base`: `views`;
    `canvas`: `canvas`. `language` and `direction` are those of the note where they are not those around it."""

    kind: Literal["nothing", "link", "note", "image", "audio", "video", "pdf", "file", "base", "canvas"]
    href: str | None = None
    text: str = ""
    job: RenderJob | None = None
    views: tuple[BaseView, ...] = ()
    canvas: CanvasPicture | None = None
    language: str = ""
    direction: str = ""


class Dialect(NamedTuple):
    """What a reader of Markdown knows beyond CommonMark, tables, footnotes, tasks and `~~`.

    `html`: raw HTML is shown. `alerts`: `> [!NOTE]`. `ids`: `## Heading {#id}`. `math`: `$x$` is a formula. `kramdown`:
    it is kramdown, with formulas between `$$` and ways of its own. `breaks`: a single line end is written as a break.
    """

    html: bool = True
    alerts: bool = False
    ids: bool = False
    math: bool = False
    kramdown: bool = False
    breaks: bool = True


class RenderJob(NamedTuple):
    """One body to render.

    `body` is Markdown without front matter; what its facts call comments is not shown. `links` and `embeds` are keyed
    by target + subpath as `Link` has them (`Note#Heading`, decoded for Markdown links); `embeds` also hold the bases in
    code blocks, by `base_key`. `strict_breaks`: a single line end is no break. `prefix` goes before every id, so that
    embedded notes do not repeat their host's. `dialect`: which Markdown is wanted beside the HTML, if any.
    """

    path: NotePath
    body: str
    links: Mapping[str, LinkTo]
    embeds: Mapping[str, EmbedTo]
    tags: Mapping[str, str]
    """Tag name in lower case -> href of its page."""
    strict_breaks: bool = False
    prefix: str = ""
    dialect: Dialect | None = None


class TocEntry(NamedTuple):
    """A heading of the page: level 1-6, plain text, the id of its anchor."""

    level: int
    text: str
    id: str


class Rendered(NamedTuple):
    """A rendered body. `html` is sanitised; its ids are those of `render.anchors`.

    `text` is what a reader sees, as plain text (for search and previews). `features` are what the page needs beyond
    text: `math`, `mermaid`, `code`, `canvas`. `problems` are sentences about what could not be shown as written.
    `markdown` is the same body in the dialect that was asked for, "" when none was.
    """

    html: str
    toc: tuple[TocEntry, ...]
    text: str
    features: frozenset[str]
    problems: tuple[str, ...]
    markdown: str = ""

    @property
    def excerpt(self) -> str:
        """The beginning of the text, cut between words."""
        words = " ".join(self.text.split(maxsplit=_EXCERPT))  # so many words are longer in any case
        if len(words) <= _EXCERPT:
            return words
        return words[:_EXCERPT].rpartition(" ")[0].rstrip(",;:-–— ") + " …"


class RenderedBody(Protocol):
    """A rendered body, at hand or not: see `Rendered`."""

    @property
    def html(self) -> str: ...
    @property
    def toc(self) -> tuple[TocEntry, ...]: ...
    @property
    def text(self) -> str: ...
    @property
    def excerpt(self) -> str: ...
    @property
    def features(self) -> frozenset[str]: ...
    @property
    def problems(self) -> tuple[str, ...]: ...
    @property
    def markdown(self) -> str: ...


def base_key(source: str) -> str:
    """How a job names the base in a code block: by its text, however it is indented or quoted."""
    return "\n" + "".join(source.replace(">", "").split())


class RenderFailure(NamedTuple):
    """A body that could not be rendered in time, memory or at all; the note is held, the others go on."""

    path: NotePath
    reason: str
