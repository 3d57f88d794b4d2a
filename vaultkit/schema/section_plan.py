"""The sections of a schema, ready to be looked for: which entry a heading satisfies by its words."""

from __future__ import annotations

import enum
from functools import lru_cache

from vaultkit.model.record import NamedTuple
from vaultkit.schema.headings import cleaned, closeness, normal
from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.pattern import Test, pattern_test
from vaultkit.schema.section_schema import SectionSchema, SectionsSchema

Path = tuple[str | int, ...]


_REMEMBERED = 10_000
"""So many headings of a vault are looked at only once."""


class Strength(enum.IntEnum):
    """How a heading fits an entry; the stronger wins."""

    PATTERN = 1
    ALIAS = 2
    TITLE = 3


class Entry(NamedTuple):
    """One section that a schema describes. `path` leads to it in the schema, `position` is its place in the order."""

    section: SectionSchema
    path: Path
    position: int
    names: tuple[str, ...]
    """Title and aliases as they are compared."""
    inner: SectionPlan | None
    wanted: int
    """How often a section is looked for: as often as it is required, and once where nothing else is allowed."""
    filled: bool
    """Whether it may not be empty; one with required sections in it is as empty as they are."""


class Fit(NamedTuple):
    """The entries (by position) that a heading satisfies equally well; more than one only by pattern."""

    strength: Strength
    positions: tuple[int, ...]


class SectionPlan:
    """A level of sections: their entries, and a table of what their headings may say."""

    def __init__(self, sections: SectionsSchema, path: Path) -> None:
        self.level = sections.level
        self.strict = sections.order == "strict"
        self.closed = not sections.additional
        self.path = path
        self.entries = tuple(
            Entry(
                section,
                (*path, "items", index),
                index,
                tuple(map(normal, section.names)),
                SectionPlan(section.sections, (*path, "items", index, "sections")) if section.sections else None,
                max(section.least, int(self.closed)),
                _filled(section),
            )
            for index, section in enumerate(sections.items)
        )
        self.repeats = any(entry.wanted > 1 for entry in self.entries)
        self.wanted = frozenset(entry.position for entry in self.entries if entry.wanted)
        """The positions of the entries that are looked for until they are found."""
        self._known: dict[str, Fit | None] = {}
        self._table: dict[str, Fit] = {}
        for entry in self.entries:
            for number, name in enumerate(entry.names):
                strength = Strength.ALIAS if number else Strength.TITLE
                if name not in self._table or self._table[name].strength < strength:
                    self._table[name] = Fit(strength, (entry.position,))
        self._patterns: tuple[tuple[int, Test], ...] = tuple(
            (entry.position, pattern_test("(?i)" + source))
            for entry in self.entries
            for source in entry.section.patterns
        )

    def fit(self, text: str) -> Fit | None:
        """What a heading's text satisfies: a title before an alias before a pattern."""
        try:
            return self._known[text]
        except KeyError:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = found = self._fit(text)
            return found

    def _fit(self, text: str) -> Fit | None:
        known = self._table.get(normal(text))
        if known or not self._patterns:
            return known
        words = cleaned(text)
        bare = words.rstrip(":：").rstrip()
        found = tuple(dict.fromkeys(position for position, test in self._patterns if test(bare) or test(words)))
        return Fit(Strength.PATTERN, found) if found else None

    def slips(self, text: str, position: int) -> int:
        """How nearly a heading's text is the title or an alias of an entry: see `closeness`."""
        name = normal(text)
        return min(closeness(name, wanted) for wanted in self.entries[position].names)


def _filled(section: SectionSchema) -> bool:
    if section.content and section.content.required is not None:
        return section.content.required
    inner = section.sections.items if section.sections else ()
    return section.least > 0 and not any(item.least for item in inner)


@lru_cache(maxsize=256)
def section_plan(schema: NoteSchema) -> SectionPlan | None:
    """The plan of a schema's sections; None when it says nothing of them."""
    return SectionPlan(schema.sections, ("sections",)) if schema.sections else None
