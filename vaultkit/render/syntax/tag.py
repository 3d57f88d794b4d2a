"""Tags: `#name` behind white space, linked to their page when there is one.

Signs of emphasis may stand between, and behind an escaped sign a tag may begin too: `**#name**`, `\\[#name`.
"""

from __future__ import annotations

from re import Match

from mistune import InlineParser, InlineState, Markdown
from mistune.util import escape

from vaultkit.parse.grammar import SPACE, TAG
from vaultkit.render.rendering import Rendering, Syntax, Token

_BEFORE = rf"(?:(?<![^{SPACE}*_~=])|(?<=\\[!-/:-@\[-`{{-~]))"
_SIGNS = "*_~="


def _rules(md: Markdown) -> None:
    md.inline.register("tag", rf"{_BEFORE}#(?P<tag_name>{TAG}+)", _parse, before="link", start_chars="#")


def _parse(inline: InlineParser, match: Match[str], state: InlineState) -> int | None:
    name = match["tag_name"]
    before = state.src[: match.start()]
    if name.isdecimal() or (before[-1:] in _SIGNS and not (_ends_escape(before) or _begins_word(before))):
        return None
    state.append_token({"type": "tag", "raw": name})
    return match.end()


def _ends_escape(before: str) -> bool:
    """Whether the last sign is one that an odd number of backslashes makes a character."""
    signs = before[:-1]
    return (len(signs) - len(signs.rstrip("\\"))) % 2 == 1


def _begins_word(before: str) -> bool:
    word = before.rstrip(_SIGNS)
    return not word or word[-1].isspace()


def _tag(token: Token, page: Rendering) -> str:
    name: str = token["raw"]
    href = page.job.tags.get(name.lower())
    if href is None or page.in_link:
        return f'<span class="tag">#{escape(name)}</span>'
    return f'<a class="tag"{page.url("href", href)}>#{escape(name)}</a>'


syntax = Syntax({"tag": _tag}, _rules)
