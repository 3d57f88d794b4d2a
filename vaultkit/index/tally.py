"""How a vault usually says a thing: the type of a property's values, the letter case of a tag.

Notes are counted, not values. What is usual changes seldom, whatever is edited: so a note that asks for it is checked
again only when most notes say it in another way than before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from vaultkit.model.expression import expression
from vaultkit.model.note import Note, Value
from vaultkit.parse.frontmatter import tags

Saying = tuple[str, str]
"""What is said, and how: `("tag book", "Book")`, `("property rating", "number")`."""

Counts = dict[str, dict[str, int]]
"""Of each group, the number of notes for each form; plain enough to be remembered as JSON."""

_DATE = expression(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_TIME = expression(
    r"\d{4}-\d{2}-\d{2}[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?", re.ASCII
)
_SCALARS = {bool: "checkbox", int: "number", float: "number"}


def kind_of(value: Value) -> str:
    """The type that Obsidian takes from a property's value; "" for an empty one and for what it has no type for."""
    if isinstance(value, str):
        if value[:4].isdecimal() and "-" in value:
            return "date" if _DATE.fullmatch(value) else "datetime" if _DATE_TIME.fullmatch(value) else "text"
        return "text" if value.strip() else ""
    if isinstance(value, list):
        return "" if not value or any(isinstance(item, list | dict) for item in value) else "list"
    return _SCALARS.get(type(value), "")


@lru_cache(maxsize=4096)
def property_group(name: str) -> str:
    """The group of a property, whose letter case does not matter."""
    return "property " + name.lower()


@lru_cache(maxsize=4096)
def tag_groups(tag: str) -> tuple[Saying, ...]:
    """The groups of a tag, one for each of its levels, with how this one spells the level."""
    levels = tag.split("/")
    folded = [level.lower() for level in levels]
    return tuple(("tag " + "/".join(folded[: depth + 1]), level) for depth, level in enumerate(levels))


def sayings(note: Note | None) -> frozenset[Saying]:
    """All that one note says."""
    if note is None:
        return frozenset()
    facts = note.facts
    properties = facts.frontmatter.properties
    found = {(property_group(name), kind) for name, value in properties.items() if (kind := kind_of(value))}
    for name in dict.fromkeys((*tags(properties), *(tag.name for tag in facts.tags))):
        found.update(tag_groups(name))
    return frozenset(found)


class Tally:
    """Of each thing that is said, the number of notes for each way to say it."""

    def __init__(self, counts: Counts | None = None) -> None:
        self.counts = {} if counts is None else counts

    @classmethod
    def of(cls, notes: Iterable[Note]) -> Tally:
        """The tally of these notes."""
        tally = cls()
        tally.count(notes)
        return tally

    def count(self, notes: Iterable[Note]) -> None:
        """Count these notes too."""
        for note in notes:
            self._count(sayings(note), 1)

    def usual(self, group: str) -> str:
        """How most notes say it; "" when none does. As many for two of them: the one with more small letters."""
        counts = self.counts.get(group)
        if not counts:
            return ""
        if len(counts) == 1:
            return next(iter(counts))
        return min(counts, key=lambda form: (-counts[form], sum(map(str.isupper, form)), form))

    def put(self, before: frozenset[Saying], after: frozenset[Saying]) -> set[str]:
        """A note says other things than before; the groups of which something else is usual now."""
        groups = {group for group, _ in before ^ after}
        was = {group: self.usual(group) for group in groups}
        self._count(before - after, -1)
        self._count(after - before, 1)
        return {group for group in groups if self.usual(group) != was[group]}

    def _count(self, said: Iterable[Saying], by: int) -> None:
        for group, form in said:
            counts = self.counts.setdefault(group, {})
            counts[form] = counts.get(form, 0) + by
            if not counts[form]:
                del counts[form]
            if not counts:
                del self.counts[group]

    def add(self, counts: Counts) -> None:
        """Count the notes of another tally too."""
        for group, forms in counts.items():
            mine = self.counts.setdefault(group, {})
            for form, number in forms.items():
                mine[form] = mine.get(form, 0) + number
