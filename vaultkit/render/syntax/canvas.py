"""Canvases: a drawing in SVG whose cards hold HTML.

The drawing is ours to the last character, and what notes say in its cards has passed the sanitiser; so the drawing is
put on the page behind it, which lets no SVG through.
"""

from __future__ import annotations

import math

from mistune.util import escape

from vaultkit.render.job import CanvasCard, CanvasEdge, CanvasPicture
from vaultkit.render.rendering import Rendering, tongue

_ARROW = 12.0
_ALLOWED = ("http://", "https://", "mailto:")


def shown(page: Rendering, canvas: CanvasPicture) -> str:
    """A canvas in its place."""
    page.features.add("canvas")
    left, top, width, height = canvas.box
    groups = [_group(card) for card in canvas.cards if card.kind == "group"]
    edges = [_edge(edge) for edge in canvas.edges]
    cards = [_card(page, card) for card in canvas.cards if card.kind != "group"]
    box = " ".join(map(_number, (left, top, width, height)))
    opening = f'<svg viewBox="{box}" width="{_number(width)}" height="{_number(height)}" role="group"'
    drawing = "".join((*groups, *edges, *cards))
    return page.slot(
        f'<div class="canvas" dir="ltr">{opening} aria-label="{escape(canvas.name)}">\n{drawing}</svg></div>\n'
    )


def _number(value: float) -> str:
    return f"{value:.10g}"


def _box(card: CanvasCard) -> str:
    x, y, width, height = map(_number, card.box)
    return f'x="{x}" y="{y}" width="{width}" height="{height}"'


def _opening(css_class: str, color: str) -> str:
    """A group of shapes in a colour: a number is one of the theme's six, all else a colour of its own."""
    if color.startswith("#"):
        return f'<g class="{css_class}" color="{escape(color)}">'
    return f'<g class="{css_class}{f" color-{color}" if color else ""}">'


def _group(card: CanvasCard) -> str:
    x, y = card.box[:2]
    label = f'<text x="{_number(x + 4)}" y="{_number(y - 10)}">{escape(card.label)}</text>' if card.label else ""
    return f'{_opening("canvas-group", card.color)}<rect {_box(card)} rx="14"/>{label}</g>\n'


def _card(page: Rendering, card: CanvasCard) -> str:
    content = page.sanitized(_content(page, card))
    frame = f'<rect {_box(card)} rx="8"/>'
    written = tongue(*((card.embed.language, card.embed.direction or "auto") if card.embed else ("", "auto")))
    inner = f'<foreignObject {_box(card)}><div class="canvas-content"{written}>{content}</div></foreignObject>'
    return f"{_opening(f'canvas-card canvas-{card.kind}', card.color)}{frame}{inner}</g>\n"


def _content(page: Rendering, card: CanvasCard) -> str:
    """What a card says: its own text, a file, or an address. A note stands below its name."""
    if card.job is not None:
        return page.embedded(card.job)
    to = card.embed
    if to is None:
        return ""
    if card.kind == "link":
        if to.href is None or not to.href.startswith(_ALLOWED):  # `obsidian:` and `file:` tell of private places
            page.problem(f"The card of a canvas that links to `{to.text[:60]}` is empty, since that is not on the web.")
            return ""
        return f'<p><a{page.url("href", to.href)} rel="noopener">{escape(to.text)}</a></p>'
    if to.kind == "note" and to.job is not None:
        name = f'<p class="canvas-name"><a class="internal"{page.url("href", to.href or "")}>{escape(to.text)}</a></p>'
        return name + page.embedded(to.job)
    from vaultkit.render.syntax import embed  # which shows canvases, too

    return embed.of(page, to, "", "", figure=False)


def _edge(edge: CanvasEdge) -> str:
    x1, y1, *pulls, x2, y2 = edge.curve
    points = " ".join(map(_number, pulls))
    path = f'<path d="M{_number(x1)} {_number(y1)} C{points} {_number(x2)} {_number(y2)}"/>'
    heads = "".join(
        _arrow(tip, towards)
        for wanted, tip, towards in zip(
            edge.arrows, ((x1, y1), (x2, y2)), ((pulls[0], pulls[1]), (pulls[2], pulls[3])), strict=True
        )
        if wanted
    )
    middle = [(x1 + 3 * pulls[0] + 3 * pulls[2] + x2) / 8, (y1 + 3 * pulls[1] + 3 * pulls[3] + y2) / 8]
    place = f'x="{_number(middle[0])}" y="{_number(middle[1])}"'
    label = f'<text {place} text-anchor="middle">{escape(edge.label)}</text>' if edge.label else ""
    return f"{_opening('canvas-edge', edge.color)}{path}{heads}{label}</g>\n"


def _arrow(tip: tuple[float, float], behind: tuple[float, float]) -> str:
    """The head of an arrow at `tip` that comes from `behind`."""
    dx, dy = behind[0] - tip[0], behind[1] - tip[1]
    length = math.hypot(dx, dy) or 1.0
    dx, dy = dx / length * _ARROW, dy / length * _ARROW
    corners = (tip, (tip[0] + dx + dy / 2, tip[1] + dy - dx / 2), (tip[0] + dx - dy / 2, tip[1] + dy + dx / 2))
    return f'<polygon points="{" ".join(_number(part) for corner in corners for part in corner)}"/>'
