"""Raw HTML in Markdown: what the sanitiser lets through, and of tags in running text only pairs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mistune.util import unescape

from vaultkit.render.gfm import signs
from vaultkit.render.rendering import Token
from vaultkit.render.sanitize import sanitize
from vaultkit.render.syntax.link import allowed

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
_UNSEEN = frozenset(("script", "style"))
_BLOCK_NAMES = "blockquote details div dl figure h1 h2 h3 h4 h5 h6 ol p pre section table ul"
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_PHRASE_NAMES = (
    "a abbr b bdi bdo cite code del dfn em i ins kbd mark q rp rt ruby s samp small span strong sub sup time u var"
)
_PHRASES = frozenset(_PHRASE_NAMES.split())
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_ANY_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_VOID = frozenset(("br", "hr", "img", "wbr", "input"))
_ATTRIBUTE = re.compile(r"""\b(src|alt|title)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def seen(tokens: Sequence[Token]) -> list[Token]:
    """The tokens that a reader would see something of: not what stands in a script or a style sheet."""
    kept: list[Token] = []
    hidden = ""
    for token in tokens:
        found = _TAG.match(token["raw"]) if token["type"] == "inline_html" else None
        name = found[2].lower() if found else ""
        if not hidden and found and not found[1] and name in _UNSEEN:
            hidden = name
        if not hidden:
            kept.append(token)
        if found and found[1] and name == hidden:
            hidden = ""
    return kept


def tags(tokens: Sequence[Token], *, html: bool, kramdown: bool) -> dict[int, str]:
    """What is written for the tags among some tokens, by index; those that are not there are left out.

    An element that is not closed in the same run of text would swallow the rest of the page in some readers.
    """
    written: dict[int, str] = {}
    waiting: list[tuple[str, int, str]] = []
    for index, token in enumerate(tokens):
        found = _TAG.match(token["raw"]) if token["type"] == "inline_html" else None
        if found is None:
            continue
        name = found[2].lower()
        if name == "img":
            written[index] = _image(token["raw"])
        elif name == "br":
            written[index] = "<br>" if html else "  \n"
        elif html and name == "wbr":
            written[index] = "<wbr>"
        elif html and not found[1] and name in _PHRASES:
            waiting.append((name, index, _opening(token["raw"], name, kramdown)))
        elif html and name in [opened[0] for opened in waiting]:
            while waiting:
                opened, at, tag = waiting.pop()
                if opened == name:
                    if tag:
                        written[at], written[index] = tag, f"</{name}>"
                    break
    return written


def alone(html: str) -> str:
    """Balanced HTML as a block of its own: one element, without blank lines, so that nothing in it is Markdown."""
    depth, one = 0, html.startswith("<")
    for found in _ANY_TAG.finditer(html):
        if found[2].lower() not in _VOID:
            depth += -1 if found[1] else 1
        if depth == 0 and found.end() != len(html):
            one = False
    name = _TAG.match(html)
    if not (one and name and name[2].lower() in _BLOCKS):
        html = f"<div>\n{html}\n</div>"
    return html if html.startswith("<pre") else _BLANK_LINES.sub("\n", html)


def _opening(raw: str, name: str, kramdown: bool) -> str:
    """A tag that opens an element, "" when it may not. kramdown must be told that there is Markdown inside."""
    tag = _shown(raw).removesuffix(f"</{name}>").replace("\n", " ")
    if not tag.startswith("<") or not tag.endswith(">"):
        return ""
    return f'{tag[:-1]} markdown="span">' if kramdown else tag


def _shown(raw: str) -> str:
    return sanitize(raw, (), (), foreign=True)


def _image(raw: str) -> str:
    given = {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(raw)}
    words = signs.alt(given.get("alt") or given.get("title") or "")
    address = given.get("src", "").strip()
    return f"![{words}]({signs.way(address)})" if allowed(address) else words
