"""What embeds show: notes, images, sound, film, documents, bases, canvases. The job says of each what it is."""

from __future__ import annotations

from mistune.util import escape

from vaultkit.parse import grammar
from vaultkit.render.job import EmbedTo
from vaultkit.render.rendering import Rendering, Syntax, Token, tongue
from vaultkit.render.syntax import bases, canvas


def _embed(token: Token, page: Rendering) -> str:
    """`![[file|caption|100x50]]`; a caption is shown below an image that stands alone."""
    to: grammar.Parts = token["to"]
    caption, size = words_and_size(to.display or "")
    return shown(page, to, caption, size, figure="alone" in token)


def words_and_size(display: str) -> tuple[str, str]:
    """What stands behind an embed's first `|`: the words, and the attributes of the size in pixels at its end."""
    width, height = grammar.image_size(display)
    if width is None:
        return display.strip(), ""
    return display.rpartition("|")[0].strip(), f' width="{width}"' + (f' height="{height}"' if height else "")


def shown(page: Rendering, parts: grammar.Parts, caption: str, size: str, *, figure: bool) -> str:
    """The HTML of an embed; nothing for one that the job does not know."""
    to = page.job.embeds.get(parts.target + parts.subpath)
    return "" if to is None else of(page, to, caption, size, figure=figure)


def of(page: Rendering, to: EmbedTo, caption: str, size: str, *, figure: bool) -> str:
    """The HTML of what an embed shows."""
    if to.kind == "nothing":
        return ""
    if to.kind == "base":
        return bases.shown(page, to.views) + _source(page, to)
    if to.kind == "canvas" and to.canvas is not None:
        return canvas.shown(page, to.canvas) + _source(page, to)
    if to.kind == "note" and to.job is not None:
        return _note(page, to)
    if to.href is None:
        return ""
    if to.kind == "image":
        image = f'<img{page.url("src", to.href)} alt="{escape(caption or to.text)}"{size} loading="lazy">'
        return f"<figure>{image}<figcaption>{escape(caption)}</figcaption></figure>" if figure and caption else image
    if to.kind in ("audio", "video"):
        label = f' aria-label="{escape(caption or to.text)}"'
        return f'<{to.kind} controls preload="metadata"{page.url("src", to.href)}{size}{label}></{to.kind}>'
    text = escape(caption or to.text)
    return text if page.in_link else f'<a class="{_CLASS[to.kind]}"{page.url("href", to.href)}>{text}</a>'


_CLASS = {"link": "internal", "note": "internal", "pdf": "file", "file": "file"}


def _note(page: Rendering, to: EmbedTo) -> str:
    assert to.job is not None
    return f'<div class="embed"{tongue(to.language, to.direction)}>\n{page.embedded(to.job)}{_source(page, to)}</div>'


def _source(page: Rendering, to: EmbedTo) -> str:
    return f'<p class="embed-source"><a{page.url("href", to.href)}>{escape(to.text)}</a></p>\n' if to.href else ""


syntax = Syntax({"embed": _embed})
