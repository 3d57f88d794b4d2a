"""HTML in notes stands as it is until `sanitize` goes over the page; what would ask other servers becomes a link."""

from __future__ import annotations

import re
from re import Match

from mistune.util import escape, unescape

from vaultkit.parse import grammar
from vaultkit.render.rendering import Rendering, Syntax, Token
from vaultkit.render.syntax.link import allowed

_MEDIA = re.compile(r"""<(?:img|iframe|video|audio|embed)\b((?:[^<>"']|"[^"]*"|'[^']*')*)>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|alt|title)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def _raw(token: Token, page: Rendering) -> str:
    page.has_html.append(True)
    return _MEDIA.sub(lambda tag: _media(tag, page), token["raw"])


def _media(tag: Match[str], page: Rendering) -> str:
    given = {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(tag[1])}
    url = given.get("src", "").strip()
    words = given.get("alt") or given.get("title") or url
    if not grammar.has_scheme(url):
        return tag[0]
    if page.in_link or not allowed(url):
        return escape(words)
    return f'<a class="remote-image"{page.url("href", url)} rel="noopener">{escape(words)}</a>'


syntax = Syntax({"inline_html": _raw, "block_html": lambda token, page: _raw(token, page).rstrip("\n") + "\n"})
