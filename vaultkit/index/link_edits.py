"""Writing links of a text anew: the smallest edits, and whether the edited text then says what it should.

Each link keeps its kind, its display text and all that is not to change as it was typed: line ends, quotes, escapes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from vaultkit.index.file_kinds import ending
from vaultkit.index.link_text import encoded, retargeted, target_span
from vaultkit.model.expression import expression
from vaultkit.model.note import Link, NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span, TextEdit
from vaultkit.parse import canvas
from vaultkit.parse.grammar import ENTITY
from vaultkit.parse.note import parse

_NOT_BETWEEN_ANGLES = expression(r"[<>\\%&|\r\n]")

Anew = Callable[[Link], Link | None]
"""A link with the target and subpath that it is to have; None when it may stay as it is."""


class Lost(NamedTuple):
    """A link that cannot be made to open what it opened, at its place in the old text."""

    path: NotePath
    link: Link


def links_of(path: NotePath, text: str) -> tuple[Link, ...]:
    """The links of a note or canvas."""
    return (canvas.facts(text) if ending(path) == "canvas" else parse(text)).links


def link_edits(path: NotePath, text: str, anew: Anew) -> tuple[TextEdit, ...]:
    """The edits to a note or canvas, in order. A link that cannot hold what it should is left as it is."""
    edits = _canvas_edits(text, anew) if ending(path) == "canvas" else _edits(text, parse(text).links, anew)
    return tuple(sorted(set(edits)))


def first_lost(
    path: NotePath, before: tuple[Link, ...], after: tuple[Link, ...], same: Callable[[Link, Link], bool]
) -> Lost | None:
    """The first link that is not the same one in the edited text; `same` tells whether both open the same."""
    for number, link in enumerate(before):
        now = after[number] if len(after) == len(before) else None
        if now is None or _kept(now) != _kept(link) or not same(link, now):
            return Lost(path, link)
        holds = any(inner.span.start < link.span.end for inner in before[number + 1 : number + 2])
        if now.display != link.display and not holds:
            return Lost(path, link)
    return None


def _kept(link: Link) -> tuple[object, ...]:
    """What of a link no edit may change; its display text aside, which may hold a link of its own."""
    return link.kind, link.property, link.width, link.height, link.hidden


def _canvas_edits(text: str, anew: Anew) -> Iterator[TextEdit]:
    for card in canvas.read(text).cards:
        if card.kind == "file":
            link = Link("path", card.value, card.subpath, None, card.span)
            new = anew(link) or link
            if new.target != link.target:
                yield from canvas.source_edits(text, card, [TextEdit(Span(0, len(card.value)), new.target)])
            if new.subpath != link.subpath:
                yield TextEdit(card.subpath_span, canvas.in_json(new.subpath))
        else:
            yield from canvas.source_edits(text, card, _edits(card.value, canvas.text_links(card), anew))


def _edits(text: str, links: Iterable[Link], anew: Anew) -> Iterator[TextEdit]:
    for link in links:
        new = anew(link)
        span = target_span(text, link) if new else None
        if new is None or span is None or retargeted(text, link._replace(property=""), new.target) is None:
            continue
        path, sign, _ = text[slice(*span)].partition("#")
        end = span.start + len(path)
        if new.target != link.target:
            yield TextEdit(Span(span.start, span.start + len(path.rstrip())), _typed(text, link, new.target))
        if new.subpath != link.subpath and sign:
            yield TextEdit(Span(end, span.end), _typed(text, link, new.subpath))


def _typed(text: str, link: Link, part: str) -> str:
    """A path or subpath as the link's kind asks for it."""
    if text.startswith(("[[", "![["), link.span.start):
        return _quoted(text, link, part) if link.property else part
    span = target_span(text, link)
    if span and text[span.start - 1] == "<" and not _NOT_BETWEEN_ANGLES.search(part):
        return part
    address = encoded(part).replace("|", "%7C")
    return address.replace("&", "%26") if ENTITY.search(address) else address


def _quoted(text: str, link: Link, target: str) -> str:
    """A path as the quotes around a property's link ask for it (YAML 1.2 §7.3)."""
    sign = text[link.span.start - 1 : link.span.start]
    if sign == "'":
        return target.replace("'", "''")
    return target.replace("\\", "\\\\").replace('"', '\\"') if sign == '"' else target
