"""What only runs inside the app: queries, bases, Dataview, Templater and buttons. A quiet sign stands in its place."""

from __future__ import annotations

import re
from re import Match

from mistune import InlineParser, InlineState, Markdown
from mistune.util import escape

from vaultkit.render.rendering import Rendering, Syntax, Token

LANGUAGES = frozenset(("query", "base", "dataview", "dataviewjs", "tasks", "tracker", "button", "templater"))
"""Languages of code blocks that are instructions to the app or to a plugin."""

_INLINE = re.compile(r"\$?=\s*(?:this\.|\[\[|dv\.|date\(|dateformat\()")


def _rules(md: Markdown) -> None:
    md.inline.register("templater", "<%", _parse, before="auto_link", start_chars="<")


def _parse(inline: InlineParser, match: Match[str], state: InlineState) -> int | None:
    close = state.delimiters.find("%>", match.end())
    if close is None:
        return None
    state.append_token({"type": "templater"})
    return close + 2


def is_inline(code: str) -> bool:
    """Whether a code span is a query of Dataview."""
    return _INLINE.match(code) is not None


def left_out(page: Rendering, what: str) -> str:
    """The sign, and a word to the author."""
    page.problem(f"The {what} is left out, since only the app can run it.")
    return f'<span class="left-out">{escape(what.replace("`", ""))}</span>'


def _templater(token: Token, page: Rendering) -> str:
    return left_out(page, "Templater command")


syntax = Syntax({"templater": _templater}, _rules)
