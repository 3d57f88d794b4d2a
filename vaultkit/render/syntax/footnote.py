"""Footnotes: `[^id]` with a definition `[^id]: text` anywhere in the note, and inline ones, `^[text]`.

They are numbered as they are first mentioned and stand at the end of their note; what is never mentioned is not shown.
"""

from __future__ import annotations

import re
from re import Match
from typing import Any

from mistune import BlockParser, BlockState, InlineParser, InlineState, Markdown

from vaultkit.render.rendering import Rendering, Syntax, Token
from vaultkit.render.syntax.comment import stands_alone
from vaultkit.render.tree import add_block_rule

_BREAKS = (
    "fenced_code", "atx_heading", "thematic_break", "block_quote", "list", "block_html", "math_block", "comment_block",
    "footnote_text",
)  # fmt: skip
_INDENTED = re.compile(r"(?: {2,}|\t)[ \t]*\S")
_INSIDE = r"(?:[^\[\]\\]|\\.|\[(?:[^\[\]]|\[[^\[\]]*\])*\])+"
_BLOCK_BEGINS = re.compile(r"\A\s*(?:(?=>|#{1,6}(?:\s|\Z)|[-+*](?:\s|\Z))|(\d{1,9})(?=[.)](?:\s|\Z)))")
"""What would begin a quote, heading or list on a line of its own, and is words in a note in the line."""


def _rules(md: Markdown) -> None:
    add_block_rule(md, "footnote_text", r"^ {0,3}\[\^(?P<footnote_id>[^\[\]\s]+)\]:", _definition, before="ref_link")
    md.inline.register("footnote", r"\[\^(?P<footnote_name>[^\[\]\s]+)\]", _reference, before="link", start_chars="[")
    md.inline.register(
        "footnote_inline", rf"\^\[(?P<footnote_words>{_INSIDE})\]", _inline, before="link", start_chars="^"
    )


def _definition(block: BlockParser, match: Match[str], state: BlockState) -> int | None:
    """A definition: its line, the lines that go on with its paragraph, and indented ones after blank lines."""
    breaks = block.compile_sc(list(_BREAKS))
    at = state.find_line_end_at(match.end())
    lines = [state.src[match.end() : at].strip() + "\n"]
    after_blank = False
    while at < state.cursor_max:
        line = state.get_line(at)
        indented = _INDENTED.match(line)
        if not line.strip():
            after_blank = True
        elif not indented and (after_blank or breaks.match(state.src, at)):
            break
        elif after_blank:
            lines.append("\n")
            after_blank = False
        if line.strip():
            lines.append(_outdented(line) if indented or stands_alone(line) else f"    {line.lstrip()}")
        at += len(line)
    definitions = state.env.setdefault("footnotes", {})
    definitions.setdefault(match["footnote_id"].lower(), "".join(lines))
    state.append_token({"type": "comment"})  # what follows goes on with no paragraph above it
    return at


def _outdented(line: str) -> str:
    return line[1:] if line.startswith("\t") else line[min(4, len(line) - len(line.lstrip(" "))) :]


def _reference(inline: InlineParser, match: Match[str], state: InlineState) -> int | None:
    key = match["footnote_name"].lower()
    if key not in state.env.get("footnotes", {}):
        return None
    state.append_token({"type": "footnote", "key": key})
    return match.end()


def _inline(inline: InlineParser, match: Match[str], state: InlineState) -> int:
    definitions: dict[str, str] = state.env.setdefault("footnotes", {})
    key = f"\n{len(definitions)}"
    definitions[key] = _BLOCK_BEGINS.sub(r"\1\\", match["footnote_words"], count=1) + "\n"
    state.append_token({"type": "footnote", "key": key})
    return match.end()


def _footnote(token: Token, page: Rendering) -> str:
    """The number that leads to the note's text."""
    mentioned: dict[str, int] = page.env.setdefault("mentioned", {})
    number = mentioned.setdefault(token["key"], len(mentioned) + 1)
    if page.in_link:
        return f"<sup>{number}</sup>"
    anchor = page.id(f"fnref:{number}")
    return f'<sup class="footnote-ref"{anchor}><a{page.url("href", _to(page, "fn", number))}>{number}</a></sup>'


def _to(page: Rendering, kind: str, number: int) -> str:
    return f"#{page.job.prefix}{kind}:{number}"


def section(page: Rendering, md: Markdown) -> str:
    """The texts of all notes that were mentioned, also of those that are only mentioned in other notes."""
    mentioned: dict[str, int] = page.env.get("mentioned", {})
    items: list[str] = []
    while len(items) < len(mentioned):
        key, number = list(mentioned.items())[len(items)]
        anchor = page.id(f"fn:{number}")
        items.append(f"<li{anchor}>{_text(page.env['footnotes'][key], number, page, md)}</li>\n")
    return f'<section class="footnotes">\n<ol>\n{"".join(items)}</ol>\n</section>\n' if items else ""


def _text(source: str, number: int, page: Rendering, md: Markdown) -> str:
    state = BlockState()
    state.env = page.env
    state.process(source)
    md.block.parse(state)
    tokens: Any = md.render_state(state)
    back = f'<a class="footnote-back"{page.url("href", _to(page, "fnref", number))} aria-label="{number}">↩</a>'
    text = page.html(tokens).rstrip()
    return f"{text[:-4]} {back}</p>" if text.endswith("</p>") else f"{text} {back}"


syntax = Syntax({"footnote": _footnote}, _rules)
