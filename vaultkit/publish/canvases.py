"""A canvas as a picture of its cards and lines (https://jsoncanvas.org/spec/1.0/).

A card whose file is not published is not in the picture, nor is a line that begins or ends there.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from vaultkit.model.expression import expression
from vaultkit.model.record import NamedTuple
from vaultkit.parse import canvas
from vaultkit.render.job import CanvasCard, CanvasEdge, CanvasPicture, EmbedTo, RenderJob

MAX_CARDS = 500
"""Cards of a canvas that are shown."""

_COLOR = expression(r"[1-6]|#[0-9a-fA-F]{3,8}")
_NORMAL = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "top": (0.0, -1.0), "bottom": (0.0, 1.0)}
_MARGIN = 40.0
_FARTHEST = 1e6
_Box = tuple[float, float, float, float]
_Object = Mapping[str, Any]


class CanvasError(ValueError):
    """A text that is no canvas; the message is the end of a sentence that names the canvas first."""


class Cards(NamedTuple):
    """Makes what stands in cards: `text` of Markdown, `file` of a path and a subpath (None: not to be shown)."""

    text: Callable[[str], RenderJob]
    file: Callable[[str, str], EmbedTo | None]


def picture(name: str, text: str, cards: Cards) -> CanvasPicture:
    """The picture of a canvas's text. Raises CanvasError."""
    problem = canvas.read(text).problem
    if problem is not None:
        raise CanvasError(f"cannot be read: {problem.message}")
    root = json.loads(text, parse_int=float)
    made: dict[str, CanvasCard] = {}
    for number, node in enumerate(root.get("nodes", [])[:MAX_CARDS]):
        card = _card(node, cards)
        if card is not None:
            made[str(node.get("id", f"\n{number}"))] = card
    edges = [edge for item in root.get("edges", [])[: 4 * MAX_CARDS] if (edge := _edge(item, made))]
    shown = sorted(made.values(), key=lambda card: card.kind != "group")
    return CanvasPicture(name, _around(shown), tuple(shown), tuple(edges))


def _card(node: _Object, cards: Cards) -> CanvasCard | None:
    kind, box, color = node.get("type"), _box(node), _color(node)
    if kind == "text" and isinstance(node.get("text"), str):
        return CanvasCard("text", box, color, job=cards.text(node["text"]))
    if kind == "group":
        label = node.get("label")
        return CanvasCard("group", box, color, label if isinstance(label, str) else "")
    if kind == "link" and isinstance(node.get("url"), str):
        return CanvasCard("link", box, color, embed=EmbedTo("link", node["url"], node["url"]))
    if kind == "file" and isinstance(node.get("file"), str):
        subpath = node.get("subpath")
        embed = cards.file(node["file"], subpath if isinstance(subpath, str) and subpath.startswith("#") else "")
        return CanvasCard("file", box, color, embed=embed) if embed else None
    return None


def _number(value: Any, default: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return default
    return max(-_FARTHEST, min(_FARTHEST, float(value)))


def _box(node: _Object) -> _Box:
    x, y = _number(node.get("x"), 0.0), _number(node.get("y"), 0.0)
    return x, y, max(1.0, _number(node.get("width"), 250.0)), max(1.0, _number(node.get("height"), 60.0))


def _color(item: _Object) -> str:
    color = item.get("color")
    return color if isinstance(color, str) and _COLOR.fullmatch(color) else ""


def _edge(item: _Object, cards: Mapping[str, CanvasCard]) -> CanvasEdge | None:
    """A line between two cards that are there; its sides are the nearest ones where none are named."""
    start, end = cards.get(str(item.get("fromNode"))), cards.get(str(item.get("toNode")))
    if start is None or end is None:
        return None
    sides = _sides(start.box, end.box)
    one = _NORMAL.get(str(item.get("fromSide")), sides[0])
    other = _NORMAL.get(str(item.get("toSide")), sides[1])
    x1, y1 = _at(start.box, one)
    x2, y2 = _at(end.box, other)
    pull = max(40.0, min(300.0, math.hypot(x2 - x1, y2 - y1) / 2))
    curve = (x1, y1, x1 + one[0] * pull, y1 + one[1] * pull, x2 + other[0] * pull, y2 + other[1] * pull, x2, y2)
    label = item.get("label")
    arrows = item.get("fromEnd") == "arrow", item.get("toEnd", "arrow") == "arrow"
    return CanvasEdge(curve, _color(item), label if isinstance(label, str) else "", arrows)


def _sides(start: _Box, end: _Box) -> tuple[tuple[float, float], tuple[float, float]]:
    dx = end[0] + end[2] / 2 - start[0] - start[2] / 2
    dy = end[1] + end[3] / 2 - start[1] - start[3] / 2
    one = (math.copysign(1.0, dx), 0.0) if abs(dx) >= abs(dy) else (0.0, math.copysign(1.0, dy))
    return one, (-one[0], -one[1])


def _at(box: _Box, side: tuple[float, float]) -> tuple[float, float]:
    x, y, width, height = box
    return x + width * (1 + side[0]) / 2, y + height * (1 + side[1]) / 2


def _around(cards: list[CanvasCard]) -> _Box:
    """The box around all cards, with a margin."""
    if not cards:
        return 0.0, 0.0, 2 * _MARGIN, 2 * _MARGIN
    left, top = min(card.box[0] for card in cards), min(card.box[1] for card in cards)
    right = max(card.box[0] + card.box[2] for card in cards)
    bottom = max(card.box[1] + card.box[3] for card in cards)
    return left - _MARGIN, top - _MARGIN, right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN
