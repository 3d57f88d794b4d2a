"""Comments are never shown: `%%...%%` in a line or as a block, and HTML's.

What is a comment is the scanner's to say, since privacy is decided on its facts: `emptied` takes out what stands in
them before anything is rendered. The rules here drop the empty signs that are left; where they see more than those,
they hide it too.
"""

from __future__ import annotations

import re
from re import Match

from mistune import BlockParser, BlockState, InlineParser, InlineState, Markdown

from vaultkit.parse import inline
from vaultkit.render.rendering import Syntax
from vaultkit.render.tree import add_block_rule

_BLANK = re.compile(r"[ \t]*(?:\n|\Z)")
_SIGNS = re.compile(r"^%%\n%%(?!%)|%%+", re.MULTILINE)
_ALONE = r"^ {0,3}(?:%%%%[ \t]*)+(?:\n|\Z)"
_AFTER = re.compile(r" {0,3}(?:(?:[-+*]|1[.)])[ \t]+\S|\[[^\[\]\n]+\]:|=+[ \t]*$)|[ \t]*(?:\n|\Z)", re.MULTILINE)
"""What goes on with no paragraph, beside the blocks of `_BLOCKS`."""
_BLOCKS = ("fenced_code", "atx_heading", "thematic_break", "block_quote", "block_html", "math_block", "comment_block")


def emptied(body: str) -> str:
    """The body with nothing in its comments, and nothing from a comment on that is never closed."""
    if "<!--" not in body and "\\%%" not in body and set(_SIGNS.findall(body)) <= {"%%%%", "%%\n%%"}:
        return body  # there are none, or they are empty already
    from vaultkit.parse.note import parse

    # Behind an empty line no `---` is front matter.
    return inline.emptied("\n" + body, parse("\n" + body).comments, 1, len(body) + 1)


def _rules(md: Markdown) -> None:
    add_block_rule(md, "comment_line", _ALONE, _line, before="fenced_code")
    add_block_rule(md, "comment_block", rf"(?!{_ALONE})^ {{0,3}}%%", _block, before="fenced_code")
    md.inline.register("comment", r"%%(?:[\s\S]*?%%|[\s\S]*)", _inline, before="link", start_chars="%")


def stands_alone(line: str) -> bool:
    """Whether a line is nothing but comments, which then are no block of their own but text."""
    return "%%%%" in line and not line.replace("%%%%", "").strip()


def _line(block: BlockParser, match: Match[str], state: BlockState) -> int | None:
    """Comments that begin and end on a line with nothing else on it: no more than words that are not shown. A paragraph
    goes on over them, or begins with them."""
    last = state.last_token()
    if not last or last["type"] != "paragraph":
        ends = _AFTER.match(state.src, match.end()) or block.compile_sc(list(_BLOCKS)).match(state.src, match.end())
        state.append_token({"type": "comment"} if ends else {"type": "paragraph", "text": ""})
    return match.end()


def _block(block: BlockParser, match: Match[str], state: BlockState) -> int | None:
    """A comment that begins on a line of its own and has nothing behind it on the line where it ends; the rest of the
    line is shown when that is another line. An open one hides all that follows."""
    end = state.src.find("%%", match.end())
    if end < 0:
        return state.cursor_max
    after = _BLANK.match(state.src, end + 2)
    if after:
        state.append_token({"type": "comment"})
        return after.end()
    return end + 2 if "\n" in state.src[match.end() : end] else None


def _inline(inline: InlineParser, match: Match[str], state: InlineState) -> int:
    alone_at_start = not state.tokens or state.tokens[-1]["type"] in ("softbreak", "linebreak")
    rest = _BLANK.match(state.src, match.end())
    if alone_at_start and rest:
        return rest.end()
    return match.end()


syntax = Syntax({"comment": lambda token, page: ""}, _rules)
