"""Lists, made as mistune makes them but for one thing: a line goes on with an item whose mark or indentation it leaves
out only when a paragraph is open there. Source: CommonMark 0.31 §5.2 and §5.3.
"""

from __future__ import annotations

import re
from functools import cache
from re import Match
from typing import Any

from mistune import BlockParser, BlockState, Markdown
from mistune.util import strip_end

from vaultkit.parse.blocks import container_end
from vaultkit.render.rendering import Syntax, Token
from vaultkit.render.syntax.comment import stands_alone

_BREAKS = ("thematic_break", "atx_heading", "block_quote", "comment_block")
"""Blocks that end every item, as their beginning tells; of others the scanner is asked."""
_HIDDEN = re.compile(r" {0,3}%%\n[ \t]*%%[ \t]*\n(?: {0,3}%%\n[ \t]*%%[ \t]*\n|[ \t]*\n)*")
"""Comments that are blocks, below an item."""


def _rules(md: Markdown) -> None:
    md.block.register("list", None, _parse)


def _parse(block: BlockParser, match: Match[str], state: BlockState) -> int | None:
    """A list: items whose marks are of one kind. Only one with words, numbered 1 or not, begins below words."""
    spaces, mark, text = match["list_1"], match["list_2"], match["list_3"]
    number = int(mark[:-1]) if len(mark) > 1 else 1
    if (number != 1 or not text.strip()) and (after := state.append_paragraph()):
        return after
    attrs: dict[str, Any] = {"depth": state.depth(), "ordered": len(mark) > 1}
    if number != 1:
        attrs["start"] = number
    token: Token = {"type": "list", "children": [], "tight": True, "bullet": mark[-1], "attrs": attrs}
    rules = block.list_rules
    if attrs["depth"] >= block.max_nested_level - 1:
        rules = [rule for rule in rules if rule not in ("list", "block_quote")]
    more = _next_mark(mark[-1])
    item: tuple[str, str, str] | None = (spaces, mark, text)
    start, state.cursor = match.start(), match.end() + 1
    while item:
        source, item, after_blank = _item(block, more, item, start, state)
        if after_blank:
            token["tight"] = False
        child = state.child_state(source)
        block.parse(child, rules)
        if token["tight"] and _is_loose(child.tokens):
            token["tight"] = False
        token["children"].append({"type": "list_item", "children": child.tokens})
        start = state.src.rfind("\n", 0, state.cursor - 1) + 1
    if token["tight"]:
        _tighten(token)
    state.append_token(token)
    return state.cursor


@cache
def _next_mark(kind: str) -> re.Pattern[str]:
    """What begins another item of a list whose marks end so."""
    mark = rf"\d{{1,9}}{re.escape(kind)}" if kind in ".)" else re.escape(kind)
    return re.compile(rf"( {{0,3}})({mark})([ \t]*|[ \t][^\n]+)$")


def _item(
    block: BlockParser, more: re.Pattern[str], mark: tuple[str, str, str], start: int, state: BlockState
) -> tuple[str, tuple[str, str, str] | None, bool]:
    """What stands in the item whose mark begins at `start`; the mark of the next item, if there is one; and whether an
    empty line is between them. The cursor is behind the item's first line, and then behind all of it and that mark's
    line."""
    width = len(mark[0]) + len(mark[1])
    column, words = _set_in(mark[2], width)
    inside = column - width if column - width < 5 else 1  # more is code that is set in
    first = " " * (column - width - inside) + words + "\n" if words else ""
    width += inside if words else 1
    breaks = block.compile_sc(list(_BREAKS))
    src, lines, after_blank = state.src, [first], False
    lazy: dict[int, int] | None = None
    while state.cursor < state.cursor_max:
        line = state.get_line(state.cursor)
        if block.BLANK_LINE.match(line):
            lines.append("\n")
            after_blank = True
        elif (indent := _set_in(line))[0] >= width:
            if after_blank and not any(part.strip() for part in lines):
                break  # an item begins with at most one empty line
            lines.append(" " * (indent[0] - width) + indent[1])
            after_blank = False
        else:
            hidden = None if after_blank else _HIDDEN.match(src, state.cursor)
            if hidden and more.match(_untabbed(state.get_line(hidden.end()))):
                after_blank = not hidden[0].splitlines()[-1].strip()
                state.cursor = hidden.end()
                continue  # nobody sees them, so the list goes on
            broken = breaks.match(src, state.cursor)
            following = more.match(_untabbed(line))
            if following and not (broken and broken.lastgroup == "thematic_break"):
                state.cursor += len(line)
                return _whole(lines), (following[1], following[2], following[3]), after_blank
            if broken or after_blank:
                break
            if lazy is None:
                lazy = container_end(src, start)[1]
            if state.cursor not in lazy:
                break
            lines.append(line if stands_alone(line) else " " * lazy[state.cursor] + line.lstrip(" \t"))
        state.cursor += len(line)
    return _whole(lines), None, False


def _set_in(line: str, column: int = 0) -> tuple[int, str]:
    """The column at which the words of a line begin when it stands at one itself, and the words."""
    words = line.lstrip(" \t")
    for char in line[: len(line) - len(words)]:
        column += 1 if char == " " else 4 - column % 4
    return column, words


def _untabbed(line: str) -> str:
    """A line with spaces in the place of the tabs that it begins with."""
    column, words = _set_in(line)
    return " " * column + words


def _is_loose(tokens: list[Token]) -> bool:
    """Whether an item has an empty line in it, or more than one paragraph."""
    kinds = [token["type"] for token in tokens]
    return "blank_line" in kinds or kinds.count("paragraph") > 1


def _tighten(token: Token) -> None:
    """Let the words of a tight list stand in its items without paragraphs."""
    for item in token["children"]:
        for child in item["children"]:
            if child["type"] == "paragraph":
                child["type"] = "block_text"
            elif child["type"] == "list" and child["tight"]:
                _tighten(child)


def _whole(lines: list[str]) -> str:
    return strip_end("".join(lines))


syntax = Syntax({}, _rules)
