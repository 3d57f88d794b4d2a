"""A page as it is read: its text line by line, so that two versions of it can be compared by a person."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCK_NAMES = (
    "address article aside blockquote dd details dialog div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main ol p pre section summary table tbody td th thead tr ul br"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_SILENT = frozenset(("script", "style", "template", "svg", "head", "nav", "button"))


def readable(page: bytes) -> list[str]:
    """The lines of an HTML page that a reader sees in its main part, each with its line end; links and pictures with
    the addresses that they lead to, headings and items with the signs of Markdown."""
    text = page.decode("utf-8", "replace")
    main = re.search(r"<main\b[^>]*>(.*)</main>", text, re.DOTALL)
    reader = _Reader()
    reader.feed(main[1] if main else text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return [f"{line}\n" for line in lines if line]


class _Reader(HTMLParser):
    """Collects what is seen."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent: list[str] = []
        self._ways: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        if self._silent:
            return
        given = dict(attrs)
        if tag in _BLOCKS:
            self.parts.append("\n")
        if re.fullmatch("h[1-6]", tag):
            self.parts.append("#" * int(tag[1]) + " ")
        elif tag == "li":
            self.parts.append("- ")
        elif tag == "a":
            self._ways.append(given.get("href") or "")
        elif tag in ("img", "audio", "video", "source", "iframe", "object"):
            named = f"{given.get('alt') or tag} <{given.get('src') or given.get('data') or ''}>"
            self.parts.append(f"[{named}]")

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
            return
        if tag == "a" and self._ways:
            way = self._ways.pop()
            self.parts.append(f" <{way}>" if way else "")
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
