"""`[Markdown](links)`, images, autolinks and bare addresses.

What has a scheme is external: http, https and mailto are linked, all others become text. What has none leads into the
vault, like a wikilink. An image from elsewhere is a link: a page asks nothing of other servers.
"""

from __future__ import annotations

import re
from re import Match

from mistune import InlineParser, InlineState, Markdown
from mistune.util import escape, escape_url

from vaultkit.parse import grammar
from vaultkit.render.rendering import Rendering, Syntax, Token
from vaultkit.render.syntax import embed, wikilink
from vaultkit.render.text import text_of

_ALLOWED = ("http://", "https://", "mailto:")
_PLAIN = (
    r"\[(?P<{0}_text>[^\[\]\\`<!*_~=$%#^:&\n]+)\]"
    r"\((?P<{0}_url>[^\s()<>\\]+)(?: \"(?P<{0}_title>[^\"\\&\n]*)\")?\)"
)
_OPENING = re.compile(r"!?\[")
_BARE = f"(?:(?<=https)|(?<=http))://{grammar.URL.pattern}"


def _rules(md: Markdown) -> None:
    md.inline.register("plain_link", _PLAIN.format("plain_link"), _plain_link, before="link", start_chars="[")
    md.inline.register("plain_image", "!" + _PLAIN.format("plain_image"), _plain_image, before="link", start_chars="!")
    md.inline.register("bare_url", _BARE, _bare_url, before="link", start_chars=":")


def _plain_link(inline: InlineParser, match: Match[str], state: InlineState) -> int | None:
    """A link without anything special in it, the most frequent kind, read at once instead of sign by sign."""
    return _opening(inline, match, state) if state.in_link else _plain("link", inline, match, state)


def _plain_image(inline: InlineParser, match: Match[str], state: InlineState) -> int | None:
    """An image without anything special in it, likewise."""
    return _plain("image", inline, match, state)


def _plain(kind: str, inline: InlineParser, match: Match[str], state: InlineState) -> int | None:
    if state.brackets or state.depth >= inline.max_nested_level:
        return _opening(inline, match, state)
    attrs = {"url": escape_url(match[f"plain_{kind}_url"]), "title": match[f"plain_{kind}_title"]}
    state.append_token(
        {"type": kind, "children": [{"type": "text", "raw": match[f"plain_{kind}_text"]}], "attrs": attrs}
    )
    return match.end()


def _opening(inline: InlineParser, match: Match[str], state: InlineState) -> int | None:
    """What may be a link within a longer one, read sign by sign: only its bracket is seen to."""
    opening = _OPENING.match(state.src, match.start())
    return inline.parse_link(opening, state) if opening else None


def _bare_url(inline: InlineParser, match: Match[str], state: InlineState) -> int | None:
    """An address in running text. The rule wakes at the `:`, since an `h` is everywhere; the scheme is taken back."""
    last = state.tokens[-1] if state.tokens else None
    if last is None or last["type"] != "text":
        return None
    scheme = "https" if last["raw"].endswith("https") else "http"
    before = last["raw"][: -len(scheme)]
    end = grammar.bare_end(state.src, match.start(), match.end())
    if end < match.start() + 4 or before[-1:].isalnum():
        return None
    last["raw"] = before
    url = scheme + state.src[match.start() : end]
    state.append_token(
        {
            "type": "link",
            "children": [{"type": "text", "raw": url}],
            "attrs": {"url": escape_url(url)},
            "_autolink": url,
        }
    )
    return end


def allowed(url: str) -> bool:
    """Whether an external address may be linked."""
    return url.lower().startswith(_ALLOWED)


def _link(token: Token, page: Rendering) -> str:
    url: str = token["attrs"]["url"]
    shown = page.inside_link(token["children"])
    if not grammar.has_scheme(url):
        return wikilink.link(page, grammar.markdown(url), shown)
    if page.in_link or not allowed(url):
        return shown
    title = token["attrs"].get("title")
    hint = f' title="{escape(title)}"' if title else ""
    bare = url.lower().startswith("http") and escape_url(text_of(shown)) in ("", url)
    sign = ' class="bare"' if bare else ""
    return f'<a{sign}{page.url("href", url)}{hint} rel="noopener">{shown or escape(url)}</a>'


def _image(token: Token, page: Rendering) -> str:
    url: str = token["attrs"]["url"]
    words, size = embed.words_and_size(text_of(page.inside_link(token["children"])))
    if not grammar.has_scheme(url):
        return embed.shown(page, grammar.markdown(url), words, size, figure=False)
    if page.in_link or not allowed(url):
        return escape(words)
    sign = "remote-image" if words else "bare remote-image"
    return f'<a class="{sign}"{page.url("href", url)} rel="noopener">{escape(words or url)}</a>'


syntax = Syntax({"link": _link, "image": _image}, _rules)
