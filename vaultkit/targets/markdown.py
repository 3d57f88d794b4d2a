"""The `markdown` target: plain Markdown files that link to each other, as GitHub, GitLab and site generators read them.

The file of a page is its address with `.md`; what would be a folder's index is called as `index` says. Links between
pages are relative links between files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from vaultkit.publish.address import HOME, claim, href
from vaultkit.publish.layout import Layout
from vaultkit.publish.page import Edition, Output, Page
from vaultkit.render.job import Dialect
from vaultkit.schema.options import Model
from vaultkit.targets import _front_matter as front_matter

_BLANK_LINE = re.compile(r"\n(?=\n)")
"""Behind a blank line HTML is Markdown again, also within code."""

if TYPE_CHECKING:
    from vaultkit.config import Publish, TargetConfig
    from vaultkit.model.note import NotePath
    from vaultkit.publish.intent import Notice
    from vaultkit.publish.page import Asset
    from vaultkit.publish.select import PublishedNote


class Options(Model):
    """The keys of a `markdown` target."""

    body: Literal["markdown", "html"] = Field(
        "markdown", description="what stands in the files: GitHub's Markdown, or the HTML that the site would show"
    )
    index: Literal["README.md", "index.md"] = Field(
        "README.md", description="the name of the home page's file, and of other pages whose address is a folder"
    )
    front_matter: Literal["note", "full", "none"] = Field(
        "note", description="properties: those that the note has, with a title in any case (`full`), or none"
    )
    line_breaks: Literal["obsidian", "host"] = Field(
        "obsidian", description="whether a single line end is a break, as in Obsidian, or what its reader makes of it"
    )


class _Tree(Layout):
    """Files that link to files."""

    front_matter = True

    def __init__(self, notes: Mapping[NotePath, PublishedNote], options: Options) -> None:
        super().__init__(notes)
        if options.body == "markdown":
            self.dialect = Dialect(alerts=True, math=True, breaks=options.line_breaks == "obsidian")
        taken = {claim(_file(note.url, HOME)) for note in notes.values()}
        self.files = {path: _file(note.url, options.index, taken) for path, note in notes.items()}

    def href(self, source: PublishedNote, target: PublishedNote, fragment: str = "") -> str:
        return href(self.files[source.path], self.files[target.path], fragment)

    def asset(self, source: PublishedNote, asset: Asset) -> tuple[Asset, str]:
        return asset, href(self.files[source.path], asset.url)

    def tag(self, source: PublishedNote, name: str) -> str | None:
        return None


def _file(url: str, index: str, taken: Iterable[str] = ()) -> str:
    """The file of an address; a page that is called like the index already keeps its name."""
    folder, slash, name = url.rpartition("/")
    if name != HOME:
        return url.removesuffix(".html") + ".md"
    file = folder + slash + index
    return file if claim(file) not in taken else folder + slash + "index.md"


class MarkdownTarget:
    """Makes a tree of Markdown files. It has no state."""

    options = Options
    style = "vaultkit"

    def layout(self, notes: Mapping[NotePath, PublishedNote], config: TargetConfig) -> Layout:
        """One `.md` file for each address."""
        return _Tree(notes, config.options(Options))

    def notices(self, edition: Edition, config: TargetConfig) -> Iterable[Notice]:
        """Nothing: whoever reads Markdown makes of the properties what they like."""
        return ()

    def outputs(self, edition: Edition, config: TargetConfig, publish: Publish) -> Iterator[Output]:
        """A file for each page."""
        options = config.options(Options)
        for page in edition.pages.values():
            html = _BLANK_LINE.sub("&#10;", page.body.html).replace("](", "]&#40;")  # no link for any reader
            body = html if options.body == "html" else page.body.markdown + "\n"
            yield Output(page.file, (_properties(page, options.front_matter) + body).encode())

    def literals(self) -> str:
        """What the target says by itself: the names of properties."""
        return "title NOTE TIP IMPORTANT WARNING CAUTION"


def _properties(page: Page, which: str) -> str:
    """The properties at the top of a file, nothing when there are none."""
    lines = [front_matter.told(page, name, value) for name, value in page.properties.items() if value not in (None, "")]
    named = {name.lower() for name, value in page.properties.items() if value not in (None, "")}
    if which == "full" and "title" not in named:
        lines.insert(0, front_matter.entry("title", page.title))
    return front_matter.block(lines) + "\n" if lines and which != "none" else ""


markdown = MarkdownTarget()
