"""A note and its facts. Facts know nothing of paths: moving a note re-parses nothing.

All spans are character offsets into the decoded text of the note. What each fact means follows Obsidian; the rules
are written down in docs/reference/obsidian.md.
"""

from __future__ import annotations

from typing import Any, Literal

from vaultkit.model.path import NotePath as NotePath  # noqa: PLC0414 - part of what a note is
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span

Value = Any
"""A property's value after YAML 1.2 core: str, int, float, bool, None, or lists and string-keyed dicts of these."""

FrontMatterState = Literal["none", "empty", "valid", "invalid"]
LinkKind = Literal["wikilink", "embed", "markdown", "path"]
BlockKind = Literal["paragraph", "listItem", "list", "table", "blockquote", "callout", "code", "math"]


class Problem(NamedTuple):
    """Something wrong in the text itself, seen while parsing. `rule` is the rule that reports it."""

    rule: str
    span: Span
    message: str


class FrontMatter(NamedTuple):
    """The YAML block at the top of a note.

    `span` covers the block with both fences (empty when there is none), `properties` keeps order and letter case and is
    empty unless the state is `valid`. Exact places of keys and values: `parse.frontmatter.places`.
    """

    state: FrontMatterState
    span: Span
    properties: dict[str, Value]


class Heading(NamedTuple):
    """A heading at the root of the note. `text` is its source with markup, trimmed, and starts at `text_start`;
    `span` is the whole heading with its signs, without the line end."""

    level: int
    text: str
    span: Span
    text_start: int

    @property
    def text_span(self) -> Span:
        return Span(self.text_start, self.text_start + len(self.text))


class Link(NamedTuple):
    """A link or embed to somewhere in the vault.

    `target` is the path part, trimmed, percent-decoded for Markdown links, "" for the same note; `subpath` starts with
    `#` or is ""; `display` is the author's own text or None; `span` is the whole source text, `property` the dotted key
    of a link in the front matter ("up", "see.0"), "" in the body. `hidden`: it stands in a comment. The kind `path` is
    a canvas's own: the target is a full vault path, never searched for.
    """

    kind: LinkKind
    target: str
    subpath: str
    display: str | None
    span: Span
    property: str = ""
    width: int | None = None
    height: int | None = None
    hidden: bool = False


class Block(NamedTuple):
    """A block with an id (without `^`). `span` is the block's content, `id_span` the id with its `^`."""

    id: str
    kind: BlockKind
    span: Span
    id_span: Span


class Tag(NamedTuple):
    """A tag in the body, without `#`; `span` includes it."""

    name: str
    span: Span
    hidden: bool = False


class Callout(NamedTuple):
    """`> [!type|metadata]fold title`; `type` in lower case, `title` source text or the default title."""

    type: str
    title: str
    fold: str
    metadata: str
    span: Span


class Task(NamedTuple):
    """A list item with a check box: the character in it, and the source text of the item's first line."""

    state: str
    text: str
    span: Span


class Code(NamedTuple):
    """Code: `kind` says which; `language` is the first word of a fence's info string."""

    kind: Literal["fence", "indented", "inline"]
    language: str
    span: Span


class Math(NamedTuple):
    """A formula; `tex` without its signs and the line ends next to them."""

    kind: Literal["inline", "block"]
    tex: str
    span: Span


class Table(NamedTuple):
    """A table: number of columns, number of body rows."""

    columns: int
    rows: int
    span: Span


class Comment(NamedTuple):
    """A comment, with its signs. `block`: it began on a line of its own. `closed`: its end was found."""

    kind: Literal["percent", "html"]
    block: bool
    closed: bool
    span: Span


class Footnote(NamedTuple):
    """A footnote's definition or reference (`text` is its id) or an inline one (`text` is its text)."""

    kind: Literal["definition", "reference", "inline"]
    text: str
    span: Span


class External(NamedTuple):
    """An address with a scheme: link, autolink or remote image."""

    url: str
    span: Span
    image: bool = False


class Suppression(NamedTuple):
    """A comment that asks vaultkit to keep silent. `kind` is the word behind `vaultkit-` ("disable-line"), `rules` the
    source text of the rules' names (from `rules_start`), "" for all rules; `covers` is the part of the text meant."""

    kind: str
    rules: str
    rules_start: int
    span: Span
    covers: Span


class Facts(NamedTuple):
    """All that the rest of vaultkit knows of a note's text, each list in order of position."""

    frontmatter: FrontMatter
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    tags: tuple[Tag, ...] = ()
    blocks: tuple[Block, ...] = ()
    callouts: tuple[Callout, ...] = ()
    tasks: tuple[Task, ...] = ()
    code: tuple[Code, ...] = ()
    math: tuple[Math, ...] = ()
    tables: tuple[Table, ...] = ()
    comments: tuple[Comment, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    external: tuple[External, ...] = ()
    problems: tuple[Problem, ...] = ()
    suppressions: tuple[Suppression, ...] = ()

    @property
    def properties(self) -> dict[str, Value]:
        return self.frontmatter.properties


NO_FRONT_MATTER = FrontMatter("none", Span(0, 0), {})
NO_FACTS = Facts(NO_FRONT_MATTER)


class Note(NamedTuple):
    """A file of the vault that is a note. `digest` is the hex BLAKE2b-128 of its bytes.

    `unreadable`: its text could not be had; `facts.problems` says why and nothing else is known of it.
    """

    path: NotePath
    digest: str
    facts: Facts
    unreadable: bool = False
