"""What goes into rendering one note and what comes out: plain data, so that it can cross to a worker process.

The renderer resolves nothing. Whoever makes the job has asked the index and the publish set already: a target that is
not in the set has no `href`, so its address cannot appear in the output.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from vaultkit.model.note import NotePath


class LinkTo(NamedTuple):
    """Where a link of the body leads. `href` None: it becomes text. `text` is shown when the author gave none."""

    href: str | None
    text: str


class EmbedTo(NamedTuple):
    """What an embed shows. `kind` `nothing`: it vanishes (outside the set, or a section that does not exist);
    `link`: too deep or a cycle, so a link stands in its place; `note`: `job` is rendered in place."""

    kind: Literal["nothing", "link", "note", "image", "audio", "video", "pdf", "file"]
    href: str | None = None
    text: str = ""
    job: RenderJob | None = None


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
    by target + subpath as `Link` has them (`Note#Heading`, decoded for Markdown links). `strict_breaks`: a single line
    end is no break. `prefix` goes before every id, so that embedded notes do not repeat their host's. `dialect`: which
    Markdown is wanted beside the HTML, if any.
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

    `text` is what a reader sees, as plain text (for search and previews). `features` are what the page
    needs beyond text: `math`, `mermaid`, `code`. `problems` are sentences about what could not be shown as written.
    `markdown` is the same body in the dialect that was asked for, "" when none was.
    """

    html: str
    toc: tuple[TocEntry, ...]
    text: str
    features: frozenset[str]
    problems: tuple[str, ...]
    markdown: str = ""


class RenderFailure(NamedTuple):
    """A body that could not be rendered in time, memory or at all; the note is held, the others go on."""

    path: NotePath
    reason: str
