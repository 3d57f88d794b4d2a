"""`[[wikilinks]]`, and `![[embeds]]`, which `embed` shows. The grammar is `parse.grammar`'s."""

from __future__ import annotations

from re import Match

from mistune import InlineParser, InlineState, Markdown
from mistune.util import escape

from vaultkit.parse import grammar
from vaultkit.render.rendering import Rendering, Syntax, Token


def _rules(md: Markdown) -> None:
    pattern = f"!?(?P<wikilink_source>{grammar.WIKILINK.pattern})"
    md.inline.register("wikilink", pattern, _parse, before="link", start_chars=("!", "["))


def _parse(inline: InlineParser, match: Match[str], state: InlineState) -> int | None:
    parts = grammar.wikilink(match["wikilink_source"][2:-2])
    if parts is None:
        return None
    kind = "embed" if match[0].startswith("!") else "wikilink"
    state.append_token({"type": kind, "to": parts})
    return match.end()


def _wikilink(token: Token, page: Rendering) -> str:
    to: grammar.Parts = token["to"]
    return link(page, to, escape((to.display or "").strip()))


def link(page: Rendering, parts: grammar.Parts, shown: str) -> str:
    """A link into the vault; `shown` is the author's text as HTML or "". Without an address it is text."""
    to = page.job.links.get(parts.target + parts.subpath)
    if to is None or to.href is None:
        return shown or escape(_last_part(parts))
    inner = shown or escape(to.text)
    return inner if page.in_link else f'<a class="internal"{page.url("href", to.href)}>{inner}</a>'


def _last_part(parts: grammar.Parts) -> str:
    """What is shown of a link that leads nowhere when its author gave no text: never a path."""
    name = parts.target.rpartition("/")[2].removesuffix(".md")
    return name or parts.subpath.rpartition("#")[2].strip()


syntax = Syntax({"wikilink": _wikilink}, _rules)
