"""What one note contributes to the answers of the index, by question. Comparing two states of a note tells which
questions have a new answer.

Spans are no part of an answer, except of the note itself: text that grew above a heading concerns nobody who links
to it. A rule that shows a place in another note asks for the note.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from vaultkit.index.outline import Outline, shown_embeds
from vaultkit.index.resolve import Key, fold
from vaultkit.model.note import Facts, Note, NotePath, Value
from vaultkit.parse.frontmatter import aliases

Aliases = dict[NotePath, list[str]]
"""The other names of the notes that have some, as links compare them."""


def value_key(value: Value) -> str:
    """One text for each value of a property: equal values have equal texts, and no text equals a number."""
    if isinstance(value, str):
        return "'" + value
    if isinstance(value, list):
        return repr([value_key(item) for item in value])
    if isinstance(value, dict):
        return repr(sorted((key, value_key(item)) for key, item in value.items()))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def folded_aliases(properties: Mapping[str, Value]) -> list[str]:
    """The note's other names as links compare them."""
    return list(map(fold, aliases(properties)))


def public_facts(note: Note) -> tuple[object, ...]:
    """All that how a note stands can depend on: two notes of one path stand alike when this is equal."""
    facts, front = note.facts, note.facts.frontmatter
    tags = {tag.name for tag in facts.tags}
    return note.unreadable, front.state, repr(front.properties), facts.problems, tags  # `repr` tells 1 from true


def answers(note: Note | None) -> dict[Key, object]:
    """What a note says to each question about it."""
    if note is None:
        return {}
    path, facts = note.path, note.facts
    found: dict[Key, object] = {("note", path): note}
    if note.unreadable:
        return found
    found["known", path] = True
    for alias in folded_aliases(facts.properties):
        found["alias", alias] = True
    for name, value in facts.properties.items():
        found["holders", name, value_key(value)] = True
    if facts.headings or facts.blocks or facts.footnotes:
        found.update(_places(path, facts))
    if embeds := _embeds(facts):
        found["embeds", path] = embeds
    return found


def _places(path: NotePath, facts: Facts) -> dict[Key, object]:
    titles = Outline(facts).titles
    found: dict[Key, object] = {}
    for title, heading in zip(titles, facts.headings, strict=True):
        found.setdefault(("heading", path, title), (heading.level, heading.text))
    for block in facts.blocks:
        found.setdefault(("block", path, block.id.lower()), (block.id, block.kind))
    definitions = [item.text for item in facts.footnotes if item.kind == "definition"]
    for text in definitions:
        found.setdefault(("footnote", path, text.lower()), text)
    outline = tuple((heading.level, heading.text) for heading in facts.headings)
    found["outline", path] = outline
    found["places", path] = outline, tuple(block.id for block in facts.blocks), tuple(definitions)
    return found


def _embeds(facts: Facts) -> object:
    """The embeds of a note, and which of them stand below which heading and in which block or footnote."""
    embeds = shown_embeds(facts)
    if not embeds:
        return None
    starts = [link.span.start for link in embeds]
    return (
        tuple((link.target, link.subpath) for link in embeds),
        tuple((heading.level, heading.text, bisect_left(starts, heading.span.start)) for heading in facts.headings),
        tuple(
            (name.lower(), bisect_left(starts, span.start), bisect_left(starts, span.end))
            for name, span in (
                *((block.id, block.span) for block in facts.blocks),
                *((item.text, item.span) for item in facts.footnotes if item.kind == "definition"),
            )
        ),
    )
