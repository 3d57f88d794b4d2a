"""`==highlighted==` and `~~struck out~~`: no space inside next to the signs."""

from __future__ import annotations

from functools import partial
from re import Match

from mistune import InlineParser, InlineState, Markdown

from vaultkit.render.rendering import Syntax


def _rules(md: Markdown) -> None:
    for name, sign in (("highlight", "=="), ("strike", "~~")):
        pattern = rf"{sign}(?=[^\s{sign[0]}])"
        md.inline.register(name, pattern, partial(_parse, name, sign), before="link", start_chars=sign[0])


def _parse(name: str, sign: str, inline: InlineParser, match: Match[str], state: InlineState) -> int | None:
    if state.depth >= inline.max_nested_level:
        return None
    close = state.delimiters.find(sign, match.end(), formatting=True)
    if close is None:
        return None
    inside = state.copy()
    inside.src = state.src[match.end() : close]
    state.append_token({"type": name, "children": inline.render(inside)})
    return close + len(sign)


syntax = Syntax(
    {
        "highlight": lambda token, page: f"<mark>{page.html(token['children'])}</mark>",
        "strike": lambda token, page: f"<del>{page.html(token['children'])}</del>",
    },
    _rules,
)
