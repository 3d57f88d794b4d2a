"""Canvases: JSON Canvas 1.0 (https://jsoncanvas.org/spec/1.0/), read for what links and cards they hold.

Both arrays are optional and unknown keys and card types do no harm. A file card names its file by full vault path; a
text card is Markdown and may hold links of its own.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from vaultkit.model.expression import expression
from vaultkit.model.note import NO_FACTS, External, Facts, Link, Problem
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span, TextEdit

_TOKEN = expression(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]')
_ESCAPE = expression(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_WHERE = ("file", "text", "url")


class Card(NamedTuple):
    """A card that holds a file's path, Markdown or an address: the decoded value, and where its source stands between
    the quotes; the same for the subpath of a file."""

    kind: str
    value: str
    subpath: str
    span: Span
    subpath_span: Span = Span(0, 0)


class Canvas(NamedTuple):
    """What a canvas holds; nothing when it is no valid one (`problem` says why)."""

    problem: Problem | None = None
    kinds: Mapping[str, int] = {}
    edges: int = 0
    cards: tuple[Card, ...] = ()


def read(text: str) -> Canvas:
    """The cards and edges of a canvas's text. Never raises."""
    try:
        root = json.loads(text, parse_int=float, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        at = min(getattr(error, "pos", 0), len(text))
        words = getattr(error, "msg", "it is nested too deeply")
        return Canvas(Problem("canvas-invalid", Span(at, min(at + 1, len(text))), f"this canvas is no JSON: {words}"))
    lists: list[Any] = [root.get(name, []) if isinstance(root, dict) else None for name in ("nodes", "edges")]
    nodes, edges = lists
    if not _objects(nodes) or not _objects(edges):
        message = "a canvas is an object with two lists of objects, `nodes` and `edges`"
        return Canvas(Problem("canvas-invalid", Span(0, min(1, len(text))), message))
    spans = _spans(text)
    cards = tuple(
        Card(
            kind,
            value,
            _subpath(node) if kind == "file" else "",
            spans[number, kind],
            spans.get((number, "subpath"), Span(0, 0)),
        )
        for number, node in enumerate(nodes)
        for kind, value in ((kind, node.get(kind)) for kind in _WHERE if node.get("type") == _TYPES[kind])
        if isinstance(value, str)
    )
    kinds = Counter(node["type"] for node in nodes if isinstance(node.get("type"), str))
    return Canvas(None, kinds, len(edges), cards)


_TYPES = {"file": "file", "text": "text", "url": "link"}


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _subpath(node: dict[str, Any]) -> str:
    subpath = node.get("subpath")
    return subpath if isinstance(subpath, str) and subpath.startswith("#") else ""


def _spans(text: str) -> dict[tuple[int, str], Span]:
    """Where the texts of the cards stand in valid JSON, by the card's number and the key; of equal keys the last."""
    found: dict[tuple[int, str], Span] = {}
    stack: list[list[Any]] = []
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in "{[":
            if len(stack) == 1 and stack[0][1] == "nodes":
                found.clear()
            stack.append([sign == "{", None if sign == "{" else 0])
        elif sign in "}]":
            stack.pop()
        elif sign == ",":
            stack[-1][1] = None if stack[-1][0] else stack[-1][1] + 1
        elif sign != ":" and stack:
            if stack[-1][0] and stack[-1][1] is None:
                stack[-1][1] = json.loads(sign)
            elif len(stack) == 3 and stack[0][1] == "nodes" and stack[2][0]:
                found[stack[1][1], stack[2][1]] = Span(token.start() + 1, token.end() - 1)
    return found


class _Offsets:
    """Maps offsets of a decoded JSON text to the source between its quotes."""

    def __init__(self, text: str, span: Span) -> None:
        self._start = span.start
        self._behind = [0]
        self._shift = [0]
        for escape in _ESCAPE.finditer(text, *span):
            shift = self._shift[-1] + len(escape[0]) - 1
            self._behind.append(escape.end() - span.start - shift)
            self._shift.append(shift)

    def source(self, span: Span) -> Span:
        """The span in the file for a span in the decoded text."""
        return Span(self._at(span.start), self._at(span.end))

    def _at(self, offset: int) -> int:
        return self._start + offset + self._shift[bisect_right(self._behind, offset) - 1]


def text_links(card: Card) -> tuple[Link, ...]:
    """The links in a text card; spans are into the card's decoded text."""
    from vaultkit.parse.note import parse

    return parse(card.value).links if card.kind == "text" else ()


def source_edits(text: str, card: Card, edits: Iterable[TextEdit]) -> tuple[TextEdit, ...]:
    """Edits of a card's decoded value as edits of the canvas's text, written as JSON."""
    offsets = _Offsets(text, card.span)
    return tuple(TextEdit(offsets.source(span), in_json(new)) for span, new in edits)


def in_json(text: str) -> str:
    """A text as it stands between the quotes of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def facts(text: str) -> Facts:
    """A canvas's links as the facts of a note: file cards, links in text cards, addresses. Spans are into `text`."""
    canvas = read(text)
    links: list[Link] = []
    external = []
    for card in canvas.cards:
        if card.kind == "file":
            links.append(Link("path", card.value, card.subpath, None, card.span))
        elif card.kind == "url":
            external.append(External(card.value, card.span))
        elif inner := text_links(card):
            offsets = _Offsets(text, card.span)
            links += (link._replace(span=offsets.source(link.span)) for link in inner)
    links.sort(key=lambda link: link.span)
    return NO_FACTS._replace(links=tuple(links), external=tuple(external))
