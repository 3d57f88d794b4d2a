"""What a target receives: the pages of an edition, decided and rendered, with nothing private in reach.

Every `url` is an output path: relative to the site's root, `/` between parts, unescaped (`reading/attention.html`).
`publish.address.href(source, target)` makes the relative, percent-encoded link from one to the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from vaultkit.model.note import NotePath, Value
from vaultkit.model.record import NamedTuple

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig
    from vaultkit.publish.intent import Notice
    from vaultkit.publish.layout import Layout
    from vaultkit.publish.select import PublishedNote
    from vaultkit.render.job import LinkTo, RenderedBody
    from vaultkit.schema.options import Model
    from vaultkit.schema.plain_options import PlainOptions

NOTHING: Mapping[Any, Any] = MappingProxyType({})
"""An empty mapping that nobody can fill."""


class Backlink(NamedTuple):
    """A published page that links here, with the plain text of the paragraph around the link."""

    path: NotePath
    context: str


class Page(NamedTuple):
    """A published note. `url` is its address relative to the site's root (`reading/attention.html`).

    `date` and `updated` are ISO 8601 texts or "". `properties` passed the allowlist; a value that is a wikilink is
    there as the text to show, and where it leads to a published page `property_links` has the way, by dotted key
    (`author`, `see.0`). `held`: this is the last good version of a note that fails now. `own_heading`: the body starts
    with a level-1 heading that says the title, so a template need not say it again. `links` are the published pages
    that the page links to or embeds, in order, each once, itself excepted.
    `file` is the output path at which the form has the page; `written` are, for a form that asks for them
    (`publish.layout`), the lines of those properties that may be told as they were typed, by name.
    """

    path: NotePath
    url: str
    title: str
    date: str
    updated: str
    tags: tuple[str, ...]
    properties: Mapping[str, Value]
    description: str
    body: RenderedBody
    backlinks: Sequence[Backlink]
    held: bool
    own_heading: bool = False
    links: tuple[NotePath, ...] = ()
    property_links: Mapping[str, LinkTo] = NOTHING
    file: str = ""
    written: Mapping[str, str] = NOTHING


class Asset(NamedTuple):
    """A file that pages refer to: where it lies in the vault, and its output path. Content is copied, metadata is not.

    A target does not write assets: they are copied to `url` when the edition is applied. `size` is the width and height
    of an image in pixels, (0, 0) of anything else and of an image that does not say.
    """

    path: NotePath
    url: str
    size: tuple[int, int] = (0, 0)


class TagPage(NamedTuple):
    """A tag that published pages carry, in the spelling first met; `pages` carry it or a tag nested below it."""

    name: str
    url: str
    pages: tuple[NotePath, ...]


class FolderPage(NamedTuple):
    """A folder of the vault that holds published pages, itself or further down; `pages` are those right in it.

    `name` is the folder's own name, `url` the output path of its index page. `taken`: a page's permalink is that
    very path, so the target writes no index page there. `past` are output paths at which the index page stood before.
    """

    name: str
    url: str
    pages: tuple[NotePath, ...]
    taken: bool = False
    past: tuple[str, ...] = ()


class Redirect(NamedTuple):
    """An old address, and the output path that took its place."""

    url: str
    to: str


class Theme(NamedTuple):
    """What the vault's owner puts into a site's look: a style sheet, and templates by file name (`note.html`)."""

    styles: str = ""
    templates: Mapping[str, str] = NOTHING


PLAIN = Theme()
"""The shipped look."""


class Edition(NamedTuple):
    """Everything a target may publish at one moment, in stable order; nothing else of the vault is reachable from it.

    `tags` is keyed by the tag in lower case, parents of nested tags included; `folders` by the vault folder (`Reading`,
    `Reading/2024`), parents included, the root excluded. `home` is the note that stands at `index.html`, if one does.
    """

    pages: Mapping[NotePath, Page]
    assets: tuple[Asset, ...]
    tags: Mapping[str, TagPage] = NOTHING
    folders: Mapping[str, FolderPage] = NOTHING
    home: NotePath | None = None
    redirects: tuple[Redirect, ...] = ()
    theme: Theme = PLAIN


class Output(NamedTuple):
    """One file of a target: path relative to the target's root, `/` between parts, and its bytes. `vendored`: it came
    with vaultkit as others made it, so nothing of the vault can be in it."""

    path: str
    data: bytes
    vendored: bool = False


class Target(Protocol):
    """A form that an edition takes; what it must keep to is written in `vaultkit.targets`.

    One that makes a page for each folder says `lists_folders = True`: no remembered address takes the place of these.
    """

    options: type[Model] | type[PlainOptions]
    """What may be written in the configuration for this target alone; `config.options(self.options)` has the values."""

    style: str
    """The slug style of the addresses that come with it, unless the configuration names another."""

    def layout(self, notes: Mapping[NotePath, PublishedNote], config: TargetConfig) -> Layout:
        """How it lays out the pages of a publish set."""
        ...

    def notices(self, edition: Edition, config: TargetConfig) -> Iterable[Notice]:
        """What it does not tell of notes as they have it, and why."""
        ...

    def outputs(self, edition: Edition, config: TargetConfig, publish: Publish) -> Iterator[Output]:
        """Every file of the edition except its assets, each path once, in stable order."""
        ...

    def literals(self) -> str:
        """All text that the target itself may print: the source of its templates, scripts and style sheets.

        The audit looks for strings of private notes in the outputs; a word that the target says by itself is no
        sign of a leak.
        """
        ...


class Reprint(NamedTuple):
    """What becomes of a target's files when its edition is another: those that may be others now, and the paths of
    those that are no more. All others stay as they are."""

    outputs: tuple[Output, ...]
    gone: frozenset[str] = frozenset()


Part = Callable[[], Iterable[Output]]
"""Makes some files of an edition."""


class Printing(Protocol):
    """An edition that is being made into files, with all that was found out about it."""

    def parts(self) -> Sequence[Part]:
        """What makes all the files, in order of precedence: of two files that have one place, or that have the place of
        an asset, the first is meant. Parts are made in any order, and not all by one process."""
        ...

    def made(self, paths: Sequence[Sequence[str]]) -> None:
        """Told once which files all the parts gave, in their order."""
        ...

    def kept(self) -> object:
        """What `go_on` needs to know at another time, as JSON can tell it."""
        ...

    def go_on(self, kept: Any) -> bool:
        """Be a printing of which all files were made by another process that `kept` this; whether it can be."""
        ...

    def prepare(self) -> None:
        """Find out now what `again` needs, since nobody waits."""
        ...

    def again(self, edition: Edition, read: Callable[[str], bytes | None]) -> tuple[Printing, Reprint] | None:
        """The printing of another edition, and what that makes of the files of this one, all of which were made. A
        page that is the same object in both editions is the same page. `read` gives a file as it was made of this
        edition, None when it cannot be had. None when all files must be made anew to be sure.
        """
        ...


class Resuming(Target, Protocol):
    """A target that can print a part of an edition. Not every target is one."""

    def ready(self, theme: Theme) -> Iterator[object]:
        """Load what it takes to print an edition of this look, a little with each step."""
        ...

    def printing(self, edition: Edition, config: TargetConfig, publish: Publish) -> Printing:
        """The edition before anything is printed."""
        ...
