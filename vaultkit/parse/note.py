"""From a note's text to its facts: what the front matter says and what the body holds."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from vaultkit.model.note import Facts
from vaultkit.parse import frontmatter, mistakes
from vaultkit.parse.blocks import read_blocks
from vaultkit.parse.scanner import Scanner
from vaultkit.parse.suppressions import suppressions

_place = attrgetter("span")
_id_place = attrgetter("id_span")


def parse(text: str) -> Facts:
    """The facts of a note's decoded text, a byte order mark already removed.

    Never raises; takes time in proportion to the text. Links of the front matter come before those of the body.
    """
    properties, problems = frontmatter.read(text)
    lines = read_blocks(text, body_start(text, properties.span.end))
    mixed: list[list[Any]] = [group for group in (lines.code, lines.math, lines.comments, lines.footnotes) if group]
    ids = len(lines.blocks)
    found = Scanner(lines)
    if found.nest[1]:
        mixed += (found.links, found.external, found.footnotes)
    for group in mixed:
        group.sort(key=_place)
    if ids:
        lines.blocks.sort(key=_id_place)
    links = tuple(found.links)
    if properties.properties:
        links = (*frontmatter.property_links(text, properties), *links)
    return Facts(
        properties,
        tuple(lines.headings),
        links,
        tuple(found.tags),
        tuple(lines.blocks),
        tuple(lines.callouts),
        tuple(lines.tasks),
        tuple(lines.code),
        tuple(lines.math),
        tuple(lines.tables),
        tuple(lines.comments),
        tuple(lines.footnotes),
        tuple(found.external),
        mistakes.all_problems(text, problems, lines, found),
        suppressions(text, lines.comments),
    )


def body_start(text: str, at: int) -> int:
    """Where the first line of the body starts, behind front matter that ends at `at`."""
    if at == 0 or text[at - 1] == "\n":
        return at
    line = text.find("\n", at)
    return line + 1 if line >= 0 else len(text)
