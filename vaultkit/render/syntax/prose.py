"""The Markdown that Obsidian shares with everyone: paragraphs, emphasis, lists, quotes, rules, line breaks."""

from __future__ import annotations

from re import Match

from mistune import BlockParser, BlockState, Markdown
from mistune.util import safe_entity

from vaultkit.render.rendering import Rendering, Syntax, Token
from vaultkit.render.tree import add_block_rule

_MAY_BE_BLOCK = frozenset(("embed", "image", "math_block"))
_BLOCKS = ("<div", "<figure")


def _rules(md: Markdown) -> None:
    """mistune's own, and one for lines that no other rule wants, which spares its parser a search through the text."""
    add_block_rule(md, "text_lines", r"^[^\n]*\S[^\n]*(?:\n|\Z)", _text_lines, before="")


def _text_lines(block: BlockParser, match: Match[str], state: BlockState) -> int:
    """The lines of a paragraph up to a blank line or one that another rule wants."""
    others = block.compile_sc([rule for rule in block.rules if rule != "text_lines"])
    src, at = state.src, match.end()
    while at < state.cursor_max and not others.match(src, at):
        at = state.find_line_end_at(at)
    state.add_paragraph(src[match.start() : at])
    return at


def _text(token: Token, page: Rendering) -> str:
    """Text, with character references decoded and written anew."""
    raw: str = token["raw"]
    if "&" in raw:
        return safe_entity(raw)
    return raw.replace("<", "&lt;").replace(">", "&gt;")


def _paragraph(token: Token, page: Rendering) -> str:
    """A paragraph; what is a block of its own (an embedded note, a formula) stands between its parts."""
    children: list[Token] = token["children"]
    anchor = page.id(token.get("block", ""))
    if _MAY_BE_BLOCK.isdisjoint([child["type"] for child in children]):
        return _wrapped(page.html(children), anchor)
    if len(children) == 1:
        children[0]["alone"] = True
    parts: list[str] = []
    line: list[str] = []
    for child in children:
        html = page.html((child,))
        if html.startswith(_BLOCKS):
            parts += (_wrapped("".join(line), anchor), html, "\n")
            anchor, line = "", []
        elif line or child["type"] != "softbreak":
            line.append(html)
    return "".join(parts) + _wrapped("".join(line), anchor)


def _wrapped(html: str, anchor: str) -> str:
    html = html.removesuffix("<br>\n").strip()
    if not html:
        return f"<div{anchor}></div>\n" if anchor else ""
    return f"<p{anchor}>{html}</p>\n"


def _block_text(token: Token, page: Rendering) -> str:
    """The text of a list item without blank lines."""
    return page.html(token["children"]).removesuffix("<br>\n")


def _softbreak(token: Token, page: Rendering) -> str:
    """A line end: a break, unless the vault is set to strict line breaks."""
    return "\n" if page.job.strict_breaks else "<br>\n"


def _block_quote(token: Token, page: Rendering) -> str:
    return f"<blockquote{page.id(token.get('block', ''))}>\n{page.html(token['children'])}</blockquote>\n"


def _list(token: Token, page: Rendering) -> str:
    """A bullet list or a numbered one."""
    attrs = token["attrs"]
    tag = "ol" if attrs["ordered"] else "ul"
    start = f' start="{attrs["start"]}"' if "start" in attrs else ""
    return f"<{tag}{start}{page.id(token.get('block', ''))}>\n{page.html(token['children'])}</{tag}>\n"


def _list_item(token: Token, page: Rendering) -> str:
    return f"<li{page.id(token.get('block', ''))}>{page.html(token['children'])}</li>\n"


syntax = Syntax(
    {
        "text": _text,
        "paragraph": _paragraph,
        "block_text": _block_text,
        "blank_line": lambda token, page: "",
        "emphasis": lambda token, page: f"<em>{page.html(token['children'])}</em>",
        "strong": lambda token, page: f"<strong>{page.html(token['children'])}</strong>",
        "linebreak": lambda token, page: "<br>\n",
        "softbreak": _softbreak,
        "thematic_break": lambda token, page: "<hr>\n",
        "block_quote": _block_quote,
        "list": _list,
        "list_item": _list_item,
    },
    _rules,
)
