"""Callouts: quotes whose first line is `[!type|metadata]`, a fold sign and a title, each part but the type optional."""

from __future__ import annotations

import re
from re import Match

from mistune import BlockParser, BlockState, Markdown
from mistune.util import escape

from vaultkit.parse.blocks import container_end
from vaultkit.render.rendering import Rendering, Syntax, Token
from vaultkit.render.syntax.comment import stands_alone
from vaultkit.render.text import text_of

_USED = re.compile("<(?:a|audio|details|input|label|video)[ >]")
"""What is used by itself, and may not stand in a `summary`."""

_HEAD = re.compile(
    r"[ \t]*\[!(?P<type>[^\]\[|\n]+)(?:\|(?P<metadata>[^\]\[\n]*))?\]"
    r"(?P<fold>[+-]?)(?:[ \t\u00a0]+(?P<title>[^\n]*))?(?:\n|\Z)"
)


def _rules(md: Markdown) -> None:
    md.block.register("block_quote", None, _parse)


def _parse(block: BlockParser, match: Match[str], state: BlockState) -> int | None:
    """A quote as mistune reads it; when its first line is a callout's, the rest is the callout's body."""
    before, start = len(state.tokens), state.cursor
    state.append_token({"type": "blank_line"})  # what ends the quote goes on with no paragraph above it
    text, end, lazy = block.extract_block_quote(match, state)
    goes_on = False
    if lazy:
        rows = text.split("\n")
        stop, lines = container_end(state.src, start)
        goes_on = state.find_line_end_at(start) in lines
        if stop < state.cursor:  # mistune lets a plain line go on with whatever is in a quote
            del state.tokens[before + 1 :]
            rows[state.src.count("\n", start, stop) :] = [""]
            end, state.cursor = None, stop
        for index, row in enumerate(rows):
            if start in lines and not stands_alone(row):
                rows[index] = " " * lines[start] + row.lstrip(" \t")
            start = state.find_line_end_at(start)
        text = "\n".join(rows)
    head = _HEAD.match(text)
    body = state.child_state(text[head.end() if head else 0 :])
    if head and goes_on:
        body.add_paragraph("")
    inner = block.block_quote_rules
    if state.depth() >= block.max_nested_level - 1:
        inner = [rule for rule in inner if rule not in ("block_quote", "list")]
    block.parse(body, inner)
    token = _token(head, body.tokens) if head else {"type": "block_quote", "children": body.tokens}
    state.tokens[before] = token  # what ended the quote is there already
    return end or state.cursor


def _token(head: Match[str], body: list[Token]) -> Token:
    kind = head["type"].strip().lower()
    title = (head["title"] or "").strip() or kind.capitalize()
    attrs = {"type": kind, "metadata": (head["metadata"] or "").strip(), "fold": head["fold"]}
    children = [{"type": "callout_title", "text": title}, {"type": "callout_body", "children": body}]
    return {"type": "callout", "attrs": attrs, "children": children}


def _callout(token: Token, page: Rendering) -> str:
    attrs = token["attrs"]
    title, body = token["children"]
    more = f' data-callout-metadata="{escape(attrs["metadata"])}"' if attrs["metadata"] else ""
    anchor = page.id(token.get("block", ""))
    opening = f'class="callout" data-callout="{escape(attrs["type"])}"{more}{anchor}'
    words = page.html(title["children"])
    inside = page.html(body["children"])
    content = f'<div class="callout-body">\n{inside}</div>\n' if inside.strip() else ""
    shown = " open" if attrs["fold"] == "+" else ""
    if attrs["fold"] and _USED.search(words):
        name = escape(text_of(words).strip() or attrs["type"].capitalize())
        content = (
            f'<details{shown}>\n<summary class="callout-title" aria-label="{name}"></summary>\n{content}</details>\n'
        )
    elif attrs["fold"]:
        return f'<details {opening}{shown}>\n<summary class="callout-title">{words}</summary>\n{content}</details>\n'
    return f'<div {opening}>\n<div class="callout-title">{words}</div>\n{content}</div>\n'


syntax = Syntax({"callout": _callout}, _rules)
