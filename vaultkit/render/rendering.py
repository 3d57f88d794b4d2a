"""One body on its way from tokens to HTML: what it was given, and what it gathers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any

from mistune import Markdown
from mistune.util import escape

from vaultkit.model.record import NamedTuple
from vaultkit.render.anchors import HeadingIds
from vaultkit.render.job import RenderJob, TocEntry
from vaultkit.render.sanitize import sanitize

Token = dict[str, Any]
"""A node of mistune's tree: `type`, and `children`, `raw` or `attrs`."""

Html = Callable[[Token, "Rendering"], str]
"""Writes one kind of token. All text and attributes that it writes are escaped."""


class Syntax(NamedTuple):
    """One construct: what writes each type of its tokens, and what teaches mistune's parser to see it."""

    html: Mapping[str, Html]
    rules: Callable[[Markdown], None] | None = None


Nested = Callable[[RenderJob, "Rendering"], str]


def tongue(language: str, direction: str) -> str:
    """The attributes of a text in another language or direction than what is around it."""
    told = (("lang", language), ("dir", direction))
    return "".join(f' {name}="{escape(value)}"' for name, value in told if value)


def _slot(name: str) -> str:
    return f'<div id="{name}"></div>'


class Rendering:
    """The job of one body and, shared with the notes embedded in it, what its page needs.

    `given_ids` and `given_urls` are the ids and addresses that the renderer itself wrote: raw HTML in a note may not
    bring others. `has_html`: there was raw HTML.
    """

    def __init__(self, job: RenderJob, writers: Mapping[str, Html], nested: Nested, host: Rendering | None) -> None:
        self.job = job
        self.env: MutableMapping[str, Any] = {}
        """What mistune's parser remembers of this body (footnotes)."""
        self.toc: list[TocEntry] = []
        self.heading_ids = HeadingIds()
        self.in_link = False
        self.features: set[str] = host.features if host else set()
        self.problems: dict[str, None] = host.problems if host else {}
        self.given_ids: set[str] = host.given_ids if host else set()
        self.given_urls: set[str] = host.given_urls if host else set()
        self.has_html: list[bool] = host.has_html if host else []
        self._slots: list[str] = host._slots if host else []
        self._writers = writers
        self._nested = nested

    def html(self, tokens: Iterable[Token]) -> str:
        """The HTML of some tokens."""
        writers = self._writers
        return "".join([writers[token["type"]](token, self) for token in tokens])

    def inside_link(self, tokens: Iterable[Token]) -> str:
        """The HTML of a link's text, in which nothing becomes a link again."""
        outer, self.in_link = self.in_link, True
        html = self.html(tokens)
        self.in_link = outer
        return html

    def embedded(self, job: RenderJob) -> str:
        """The HTML of a note that stands inside this one."""
        return self._nested(job, self)

    def id(self, name: str) -> str:
        """An `id` attribute with the job's prefix; nothing when the page has the id already, or for no name."""
        full = self.job.prefix + name
        if not name or full in self.given_ids:
            return ""
        self.given_ids.add(full)
        return f' id="{escape(full)}"'

    def url(self, name: str, url: str) -> str:
        """An attribute that holds an address, as it was given by the job or allowed by the renderer."""
        self.given_urls.add(url)
        return f' {name}="{escape(url)}"'

    def sanitized(self, markup: str) -> str:
        """What is allowed of some HTML."""
        return sanitize(markup, self.given_ids, self.given_urls, foreign=bool(self.has_html))

    def slot(self, markup: str) -> str:
        """A sign that stands for markup which is not to be sanitised, because all that notes say in it has been."""
        name = f"slot:{len(self._slots)}"
        self.given_ids.add(name)
        self._slots.append(markup)
        return _slot(name)

    def filled(self, markup: str) -> str:
        """Sanitised HTML with what its signs stand for. A later one may hold earlier ones.

        A sign is an element in what the sanitiser writes, never a text or a part of an attribute: there it would be
        escaped.
        """
        for number in reversed(range(len(self._slots))):
            markup = markup.replace(_slot(f"slot:{number}"), self._slots[number])
        return markup

    def problem(self, sentence: str) -> None:
        """Remember, once, that something could not be shown as written."""
        self.problems[sentence] = None
