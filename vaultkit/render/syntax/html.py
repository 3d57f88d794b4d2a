"""HTML in notes stands as it is until `sanitize` goes over the page; what would ask other servers becomes a link."""

from __future__ import annotations

import re
from re import Match

from mistune import Markdown
from mistune.util import escape, unescape

from vaultkit.parse import grammar
from vaultkit.parse.html import NAMES
from vaultkit.render.rendering import Rendering, Syntax, Token
from vaultkit.render.syntax.link import allowed

_MEDIA = re.compile(r"""<(img|iframe|video|audio|embed|source)\b((?:[^<>"']|"[^"]*"|'[^']*')*)>""", re.IGNORECASE)
_LINK = re.compile(r"""<a\b((?:[^<>"']|"[^"]*"|'[^']*')*)>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|href|alt|title)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)

_BLOCK = (
    rf"^ {{0,3}}<(?:!--|\?|!\[CDATA\[|![A-Z]|(?i:/?(?:{NAMES.replace(' ', '|')})(?=[\s>]|/>|\Z))"
    r"|(?i:script|pre|style|textarea)(?=[\s>]|\Z))"
)


def _rules(md: Markdown) -> None:
    """What of HTML ends a list or a quote is told by its beginning; mistune's own pattern wants white space there."""
    md.block.specification["block_html"] = _BLOCK


def _raw(token: Token, page: Rendering) -> str:
    page.has_html.append(True)
    markup = _MEDIA.sub(lambda tag: _media(tag, page), token["raw"])
    for tag in _LINK.finditer(markup):
        url = _given(tag[1]).get("href", "")
        if url and not grammar.has_scheme(url):
            why = "HTML knows no notes and no headings; write `[[…]]`"
            page.problem(f"The HTML link to `{_short(url)}` leads nowhere, since {why}.")
    return markup


def _media(tag: Match[str], page: Rendering) -> str:
    given = _given(tag[2])
    url, words = given.get("src", ""), given.get("alt") or given.get("title") or ""
    if allowed(url):
        shown = escape(words or url)
        return shown if page.in_link else f'<a class="remote-image"{page.url("href", url)} rel="noopener">{shown}</a>'
    if url:
        why = (
            "of such an address"
            if grammar.has_scheme(url) or url.startswith("//")
            else "that is a file of the vault; write `![[…]]`"
        )
        page.problem(f"The HTML `<{tag[1].lower()}>` of `{_short(url)}` is left out, since HTML shows nothing {why}.")
    return escape(words)


def _given(attributes: str) -> dict[str, str]:
    return {name.lower(): unescape(a or b or c).strip() for name, a, b, c in _ATTRIBUTE.findall(attributes)}


def _short(url: str) -> str:
    return url if len(url) <= 60 else f"{url[:60]}…"


syntax = Syntax({"inline_html": _raw, "block_html": lambda token, page: _raw(token, page).rstrip("\n") + "\n"}, _rules)
