"""Block ids: `^name` at the end of a line of a paragraph or list item, or alone below the block that it names.

White space stands before it, or the end of a wikilink. The name becomes the id of the block's element; where there is
no such element, an empty one stands for it.
"""

from __future__ import annotations

import re
from re import Match

from mistune import BlockParser, BlockState, InlineParser, InlineState, Markdown

from vaultkit.parse.grammar import SPACE
from vaultkit.render.anchors import block_id
from vaultkit.render.rendering import Rendering, Syntax, Token
from vaultkit.render.tree import siblings

_ANY = re.compile(r"\^[A-Za-z0-9-]+[ \t]*$", re.MULTILINE)
"""Where there is none of these, there is no id; it begins with a sign, so that it is found quickly."""
_AT_END = re.compile(r"(?:\A|\s|(?<=\]\]))\^([A-Za-z0-9-]+)\s*\Z")
_ALONE_AT_END = re.compile(r"\n[ \t]*\^([A-Za-z0-9-]+)\s*\Z")
_NAMED_BELOW = frozenset(("list", "block_quote", "callout", "table", "block_code", "math_block", "paragraph"))
_TEXTS = ("paragraph", "block_text")


def _rules(md: Markdown) -> None:
    md.before_render_hooks.append(_find)
    md.block.register("own_id", r"^ {0,3}\^[A-Za-z0-9-]+[ \t]*(?:\n|\Z)", _own_line, before="setex_heading")
    pattern = rf"(?:(?<=[{SPACE}])|(?<=\]\])|\A)\^(?P<block_name>[A-Za-z0-9-]+)[ \t]*(?=\n|\Z)"
    md.inline.register("block_id", pattern, _within, before="link", start_chars="^")


def _own_line(block: BlockParser, match: Match[str], state: BlockState) -> int:
    """An id on a line of its own outside all containers is a block where no paragraph is open."""
    last = state.last_token()
    words = last is not None and last["type"] == "paragraph"
    state.add_paragraph(match[0])
    if not words:
        state.append_token({"type": "comment"})  # what follows does not go on with it
    return match.end()


def _find(md: Markdown, state: BlockState) -> None:
    if not _ANY.search(state.src):
        return
    for tokens in siblings(state.tokens):
        _below(tokens)
    for tokens in siblings(state.tokens):
        for token in tokens:
            if token["type"] in _TEXTS:
                _at_end(token)
            elif token["type"] in ("list_item", "task") and token["children"]:
                _of_item(token)


def _below(tokens: list[Token]) -> None:
    """A paragraph that is nothing but an id names the block before it; so does the last line of a quote."""
    before: Token | None = None
    for index, token in enumerate(tokens):
        kind = token["type"]
        if kind in ("blank_line", "comment"):
            continue
        match = _AT_END.match(token["text"]) if kind == "paragraph" else None
        if match and before is not None and _can_be_named(before):
            before["block"] = block_id(match[1])
            tokens[index] = {"type": "blank_line"}
            continue
        if match:
            tokens[index] = {"type": "anchor", "block": block_id(match[1])}
            continue
        if kind in ("block_quote", "callout"):
            _last_line(token)
        before = token


def _can_be_named(token: Token) -> bool:
    """Whether an element comes of it, and no other name."""
    return token["type"] in _NAMED_BELOW and "block" not in token and not _AT_END.search(token.get("text", ""))


def _last_line(quote: Token) -> None:
    """`^name` directly below the lines of a quote continues its last paragraph, and names the quote."""
    inner = quote["children"][-1]["children"] if quote["type"] == "callout" else quote["children"]
    last = inner[-1] if inner else None
    if last is not None and last["type"] == "paragraph" and (match := _ALONE_AT_END.search(last["text"])):
        quote["block"] = block_id(match[1])
        last["text"] = last["text"][: match.start()]


def _at_end(token: Token) -> None:
    if "^" in token["text"] and "block" not in token and (match := _AT_END.search(token["text"])):
        token["block"] = block_id(match[1])
        token["text"] = token["text"][: match.start()]


def _of_item(item: Token) -> None:
    """The id in the text of an item is the item's."""
    for child in item["children"]:
        if child["type"] in _TEXTS and "text" in child:
            _at_end(child)
            if "block" in child and "block" not in item:
                item["block"], child["block"] = child["block"], ""


def _within(inline: InlineParser, match: Match[str], state: InlineState) -> int:
    """An id at the end of a line that is not the last one."""
    state.append_token({"type": "inline_anchor", "block": block_id(match["block_name"])})
    return match.end()


def _anchor(token: Token, page: Rendering) -> str:
    name = page.id(token["block"])
    return f"<div{name}></div>\n" if name else ""


def _inline_anchor(token: Token, page: Rendering) -> str:
    name = page.id(token["block"])
    return f"<span{name}></span>" if name else ""


syntax = Syntax({"anchor": _anchor, "inline_anchor": _inline_anchor}, _rules)
