"""`==highlighted==` and `~~struck out~~`: no space inside next to the signs. Code binds tighter than either."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache, partial
from re import Match

from mistune import InlineParser, InlineState, Markdown

from vaultkit.render.rendering import Syntax

_TICKS = re.compile(r"(?<!\\)`+")


def _rules(md: Markdown) -> None:
    for name, sign in (("highlight", "=="), ("strike", "~~")):
        pattern = rf"{sign}(?=[^\s{sign[0]}])"
        md.inline.register(name, pattern, partial(_parse, name, sign), before="link", start_chars=sign[0])


def _parse(name: str, sign: str, inline: InlineParser, match: Match[str], state: InlineState) -> int | None:
    if state.depth >= inline.max_nested_level:
        return None
    close = _close(sign, state, match.end())
    if close is None:
        return None
    inside = state.copy()
    inside.src = state.src[match.end() : close]
    state.append_token({"type": name, "children": inline.render(inside)})
    return close + len(sign)


def _close(sign: str, state: InlineState, start: int) -> int | None:
    """Where the sign stands that ends what begins at `start`."""
    if "`" not in state.src:
        return state.delimiters.find(sign, start, formatting=True)
    ends = _ends(sign, state.src)
    number = bisect_right(ends, start)
    return ends[number] if number < len(ends) else None


@lru_cache(maxsize=8)
def _ends(sign: str, src: str) -> list[int]:
    """Where a text has a sign that may end something and is not in code."""
    state = InlineState({})
    state.src = src
    code: list[tuple[int, int]] = []
    at = 0
    while ticks := _TICKS.search(src, at):
        end = state.delimiters.code_end(ticks[0], ticks.end())
        at = ticks.end() if end is None else end + len(ticks[0])
        if end is not None:
            code.append((ticks.start(), at))
    ends: list[int] = []
    found, span = state.delimiters.find(sign, -1, formatting=True), 0
    while found is not None:
        while span < len(code) and code[span][1] <= found:
            span += 1
        if span == len(code) or found < code[span][0]:
            ends.append(found)
        found = state.delimiters.find(sign, found, formatting=True)
    return ends


syntax = Syntax(
    {
        "highlight": lambda token, page: f"<mark>{page.html(token['children'])}</mark>",
        "strike": lambda token, page: f"<del>{page.html(token['children'])}</del>",
    },
    _rules,
)
