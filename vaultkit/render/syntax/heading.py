"""Headings: those at the root of the note get an id and a line in the table of contents; others are only shown."""

from __future__ import annotations

from mistune import BlockState, Markdown

from vaultkit.render.job import TocEntry
from vaultkit.render.rendering import Rendering, Syntax, Token
from vaultkit.render.text import text_of


def _rules(md: Markdown) -> None:
    """Keep the source text of root headings: their ids are made of it, as `anchors.heading_ids` makes them."""
    md.before_render_hooks.append(_keep_source)


def _keep_source(md: Markdown, state: BlockState) -> None:
    for token in state.tokens:
        if token["type"] == "heading":
            token["source"] = token["text"]


def _heading(token: Token, page: Rendering) -> str:
    """A heading; of one without words only the anchor stays, of an underlined comment nothing."""
    level = token["attrs"]["level"]
    inner = page.html(token["children"]).strip()
    if "source" not in token or (not token["source"].replace("%%", "").strip() and token["style"] == "setext"):
        return f"<h{level}>{inner}</h{level}>\n" if inner else ""
    name = page.heading_ids.next(token["source"])
    anchor = page.id(name)
    if not inner:
        return f"<div{anchor}></div>\n"
    page.toc.append(TocEntry(level, text_of(inner), page.job.prefix + name))
    return f"<h{level}{anchor}>{inner}</h{level}>\n"


syntax = Syntax({"heading": _heading}, _rules)
