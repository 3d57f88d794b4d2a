"""Tables: a line of cells, a line of hyphens with as many cells, and rows up to a blank line or another block.

`\\|` is a `|` in a cell, also in code and in links. Short rows are filled up, long ones cut.
"""

from __future__ import annotations

import re
from re import Match

from mistune import BlockParser, BlockState, Markdown

from vaultkit.parse import html
from vaultkit.render.rendering import Rendering, Syntax, Token
from vaultkit.render.syntax.comment import stands_alone
from vaultkit.render.tree import add_block_rule

_RULE = r"^ {0,3}(?=[|:-][^\n]*\||\|)(?!-[ \t])\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$"
_PIPE = re.compile(r"(?<!\\)\|")
_ALIGN = {(True, True): "center", (True, False): "left", (False, True): "right", (False, False): ""}
_ENDS = ("fenced_code", "atx_heading", "thematic_break", "block_quote", "list", "footnote_text")
_INDENT = re.compile(r" {0,3}(?![ \t])")
_MORE_ENDS = re.compile(r"\$\$|\^[A-Za-z0-9-]+[ \t]*$|%%(?![^\n]*%%)", re.MULTILINE)


def _rules(md: Markdown) -> None:
    add_block_rule(md, "table", _RULE, _parse, before="setex_heading")


def _parse(block: BlockParser, match: Match[str], state: BlockState) -> int | None:
    """The rule wakes at the line of hyphens; the line before it, the last of a paragraph so far, is the head."""
    last = state.last_token()
    if not last or last["type"] != "paragraph":
        return None
    before, _, head = last["text"].rstrip("\n").rpartition("\n")
    names, hyphens = _cells(head), _cells(match[0])
    if len(names) != len(hyphens):
        return None
    aligns = [_ALIGN[cell.startswith(":"), cell.endswith(":")] for cell in hyphens]
    ends = block.compile_sc(list(_ENDS))
    at = match.end() + 1
    rows: list[Token] = []
    while at < state.cursor_max:
        line = state.get_line(at)
        if not line.strip() or ends.match(state.src, at) or _ends(state.src, at, at + len(line)):
            break
        if not stands_alone(line):
            rows.append(_row(_cells(line), aligns, "td"))
        at += len(line)
    if before:
        last["text"] = before + "\n"
    else:
        state.tokens.pop()
    state.append_token({"type": "table", "children": [_row(names, aligns, "th"), *rows]})
    return at


def _ends(text: str, at: int, end: int) -> bool:
    """Whether a line begins a block whose own rule finds it in fewer places: code that is set in, HTML, an id."""
    indent = _INDENT.match(text, at)
    if indent is None:
        return True
    at = indent.end()
    return html.block_start(text, at, end)[0] > 0 if text[at] == "<" else bool(_MORE_ENDS.match(text, at))


def _cells(line: str) -> list[str]:
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _PIPE.split(line)]


def _row(cells: list[str], aligns: list[str], tag: str) -> Token:
    cells = cells[: len(aligns)] + [""] * (len(aligns) - len(cells))
    children = [
        {"type": "table_cell", "text": text, "attrs": (tag, align)} for text, align in zip(cells, aligns, strict=True)
    ]
    return {"type": "table_row", "children": children}


def _table(token: Token, page: Rendering) -> str:
    head, *rows = token["children"]
    body = f"<tbody>\n{page.html(rows)}</tbody>\n" if rows else ""
    anchor = page.id(token.get("block", ""))
    return f'<div class="table"{anchor}><table>\n<thead>\n{page.html((head,))}</thead>\n{body}</table></div>\n'


def _table_row(token: Token, page: Rendering) -> str:
    return f"<tr>{page.html(token['children'])}</tr>\n"


def _table_cell(token: Token, page: Rendering) -> str:
    tag, align = token["attrs"]
    how = f' align="{align}"' if align else ""
    return f"<{tag}{how}>{page.html(token['children'])}</{tag}>"


syntax = Syntax({"table": _table, "table_row": _table_row, "table_cell": _table_cell}, _rules)
