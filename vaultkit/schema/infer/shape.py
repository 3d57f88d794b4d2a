"""What a note looks like from afar: the properties that say something, the headings, the kinds that it claims to be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultkit.model.note import Facts, Note, Value
from vaultkit.model.record import NamedTuple
from vaultkit.parse.frontmatter import tags
from vaultkit.schema.headings import normal
from vaultkit.schema.match import note_name
from vaultkit.schema.properties import OWN
from vaultkit.schema.values import is_empty

KINDS = ("type", "layout", "kind", "class", "fileclass", "note-type", "note_type", "categories", "category")
"""The properties, in lower case, by which authors say what kind of note they write."""

TAGS = "tags"

NAMES: tuple[tuple[str, str, str], ...] = (
    ("day", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "2024-11-21"),
    ("dated", "^[0-9]{4}-[0-9]{2}-[0-9]{2}[ _-].+", "2024-11-21 A title"),
    ("week", "^[0-9]{4}-W[0-9]{2}$", "2024-W47"),
    ("month", "^[0-9]{4}-[0-9]{2}$", "2024-11"),
    ("numbered", "^[0-9]{12,14}($|[ _-].+)", "202411210930 A title"),
)
"""How files are named by their time: what such a note is called, the pattern, and an example."""

_NAMES = tuple((called, re.compile(pattern)) for called, pattern, _ in NAMES)


class Feature(NamedTuple):
    """Something that notes have in common: a `property` that is not empty, a `heading`, or what a note says that it is
    (`says`: the property and the value)."""

    kind: str
    name: str
    value: Value = None


class Shape(NamedTuple):
    """A note and its features."""

    note: Note
    features: frozenset[Feature]


def shape_of(note: Note) -> Shape:
    """The features of a note."""
    return Shape(note, frozenset(_features(note.facts)))


def _features(facts: Facts) -> Iterator[Feature]:
    for name, value in facts.properties.items():
        if not is_empty(value) and name != OWN:
            yield Feature("property", name)
            if name.lower() in KINDS:
                yield from (Feature("says", name, item) for item in claims(value))
    for heading in facts.headings:
        if words := normal(heading.text):
            yield Feature("heading", words)
    yield from (Feature("says", TAGS, tag) for tag in tag_names(facts))


def claims(value: Value) -> tuple[str, ...]:
    """The texts that a property names a note's kind by."""
    values = value if isinstance(value, list) else [value]
    return tuple(item for item in values if isinstance(item, str) and item.strip() and len(item) <= 60)


def tag_names(facts: Facts) -> set[str]:
    """The tags that readers see, in lower case, with those above them: `book/novel` is a `book` too."""
    found: set[str] = set()
    for name in (*(tag.name for tag in facts.tags if not tag.hidden), *tags(facts.properties)):
        parts = name.lower().split("/")
        found.update("/".join(parts[: end + 1]) for end in range(len(parts)))
    return found


def name_kind(path: str) -> str:
    """How the file of a note is named, as `NAMES` calls it; "" when not by a time."""
    name = note_name(path)
    return next((called for called, pattern in _NAMES if pattern.search(name)), "")


def is_writable(text: str) -> bool:
    """Whether a name can be written into a file of UTF-8; the name of a file can be bytes that cannot."""
    return not re.search("[\ud800-\udfff]", text)
