"""From a note's text to its facts: what the front matter says and what the body holds."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from vaultkit.model.note import Facts
from vaultkit.model.text import Span
from vaultkit.parse import frontmatter, mistakes
from vaultkit.parse.blocks import read_blocks
from vaultkit.parse.scanner import Scanner

_place = attrgetter("span")
_id_place = attrgetter("id_span")


def parse(text: str) -> Facts:
    """The facts of a note's decoded text, a byte order mark already removed.

    Never raises; takes time in proportion to the text. Links of the front matter come before those of the body.
    """
    properties, problems = frontmatter.read(text)
    lines = read_blocks(text, _body(text, properties.span.end))
    found = Scanner(lines)
    if found.nest[1]:
        found.links.sort(key=_place)
        found.external.sort(key=_place)
        found.footnotes.sort(key=_place)
    links = tuple(found.links)
    if properties.properties:
        links = (*frontmatter.property_links(text, properties), *links)
    return Facts(
        properties,
        tuple(lines.headings),
        links,
        tuple(found.tags),
        _merged(lines.blocks, found.blocks, _id_place),
        tuple(lines.callouts),
        tuple(lines.tasks),
        _merged(lines.code, found.code, _place),
        _merged(lines.math, found.math, _place),
        tuple(lines.tables),
        _merged(lines.comments, found.comments, _place),
        _merged(lines.footnotes, found.footnotes, _place),
        tuple(found.external),
        mistakes.all_problems(text, problems, lines, found),
    )


def _body(text: str, at: int) -> int:
    """Where the first line of the body starts, behind front matter that ends at `at`."""
    if at == 0 or text[at - 1] == "\n":
        return at
    line = text.find("\n", at)
    return line + 1 if line >= 0 else len(text)


def _merged(blocks: list[Any], inline: list[Any], place: Callable[[Any], Span]) -> tuple[Any, ...]:
    """Facts of one kind that blocks and inline text gave, in order of place."""
    if blocks and inline:
        return tuple(sorted(blocks + inline, key=place))
    return tuple(blocks or inline)
