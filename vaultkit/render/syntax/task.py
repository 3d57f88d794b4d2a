"""Tasks: list items that begin with a box, `[ ]`, in which any one character may stand."""

from __future__ import annotations

import re

from mistune import BlockState, Markdown
from mistune.util import escape

from vaultkit.render.rendering import Rendering, Syntax, Token
from vaultkit.render.tree import siblings

_ANY = re.compile(r"\[[^\n]\](?:[ \t]|$)", re.MULTILINE)
_BOX = re.compile(r"\[([^\n])\](?:[ \t]+|\n|\Z)")


def _rules(md: Markdown) -> None:
    md.before_render_hooks.append(_find)


def _find(md: Markdown, state: BlockState) -> None:
    if not _ANY.search(state.src):
        return
    for tokens in siblings(state.tokens):
        for item in tokens:
            if item["type"] == "list_item" and item["children"]:
                first = item["children"][0]
                box = _BOX.match(first.get("text", "")) if first["type"] in ("paragraph", "block_text") else None
                if box:
                    first["text"] = first["text"][box.end() :]
                    item.update(type="task", mark=box[1])


def _task(token: Token, page: Rendering) -> str:
    """A list item whose first line is the label of its box, which stands where its words begin."""
    mark: str = token["mark"]
    first = token["children"][0]
    first["children"] = [{"type": "task_label", "mark": mark, "children": first["children"]}]
    anchor = page.id(token.get("block", ""))
    opening = f'class="task" dir="auto" data-task="{escape(mark)}"{anchor}'
    return f"<li {opening}>{page.html(token['children'])}</li>\n"


def _task_label(token: Token, page: Rendering) -> str:
    checked = "" if token["mark"] == " " else " checked"
    words = page.html(token["children"]).removesuffix("<br>\n")
    return f'<label><input type="checkbox" disabled{checked}> {words}</label>'


syntax = Syntax({"task": _task, "task_label": _task_label}, _rules)
