"""What the headings of similar notes have in common: sections, their other names, their order, sections in sections."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from vaultkit.model.note import Heading, Note
from vaultkit.model.record import NamedTuple
from vaultkit.schema.headings import FAR, cleaned, closeness, normal
from vaultkit.schema.infer.properties import MOST
from vaultkit.schema.infer.shape import is_writable

_OFTEN = 0.25
_FEWEST = 3
_LOOKED_AT = 200
_SECTIONS = 15
_DEPTH = 2
_TOGETHER = 0.05
_FILLING = frozenset(
    ("a", "an", "and", "for", "have", "i", "in", "my", "of", "on", "or", "our", "still", "the", "to", "your")
)
"""Words that make no other section of one."""


class LearnedSections(NamedTuple):
    """The `sections` of a schema; `notes` says for each section, by its title within the titles around it, in how many
    notes it is there, out of how many."""

    words: dict[str, Any]
    notes: dict[tuple[str, ...], tuple[int, int]]


class _Section:
    """A section that notes have: what its heading says (normal, most frequent first), and where it is: by note, the
    positions of its headings."""

    def __init__(self, name: str, places: dict[int, list[int]]) -> None:
        self.names = [name]
        self.places = dict(places)

    def add(self, name: str, places: dict[int, list[int]]) -> None:
        """Another heading that means the same."""
        self.names.append(name)
        for note, positions in places.items():
            self.places[note] = sorted(self.places.get(note, []) + positions)


Outline = Sequence[Heading]


def learn_sections(notes: Sequence[Note]) -> LearnedSections | None:
    """The sections of notes, on the level where most of them stand; None when they share none."""
    outlines = [note.facts.headings for note in notes]
    levels = {heading.level for outline in outlines for heading in outline}
    found = [learned for level in sorted(levels) if (learned := _level(outlines, level, 1))]
    return max(found, key=lambda learned: sum(have / out_of for have, out_of in learned.notes.values()), default=None)


def _level(outlines: Sequence[Outline], level: int, depth: int) -> LearnedSections | None:
    sections = _sections(outlines, level)
    if not any(2 * len(section.places) >= len(outlines) for section in sections):
        return None
    sections, strict = _ordered(sections)
    if not strict:
        sections = [section for section in sections if 2 * len(section.places) >= len(outlines)]
    items: list[dict[str, Any]] = []
    notes: dict[tuple[str, ...], tuple[int, int]] = {}
    for section in sections:
        item, inner = _item(section, outlines, level, depth)
        items.append(item)
        notes[item["heading"],] = len(section.places), len(outlines)
        notes.update({(item["heading"], *path): count for path, count in inner.items()})
    words: dict[str, Any] = {"level": level} if depth == 1 else {}
    return LearnedSections({**words, "order": "strict" if strict else "any", "items": items}, notes)


def _sections(outlines: Sequence[Outline], level: int) -> list[_Section]:
    """The sections that many notes have on a level, headings that say the same in other words taken together."""
    places: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for note, outline in enumerate(outlines):
        for position, heading in enumerate(outline):
            if heading.level == level and len(heading.text) <= 100:
                places[normal(heading.text)][note].append(position)
    places.pop("", None)
    titles = _titles(outlines, level)
    ranked = sorted(places, key=lambda name: (-len(places[name]), name))
    sections: list[_Section] = []
    for name in [name for name in ranked if len(places[name]) > 1 and name in titles][:_LOOKED_AT]:
        same = next((section for section in sections if _means(section, name, places[name])), None)
        if same:
            same.add(name, places[name])
        else:
            sections.append(_Section(name, places[name]))
    for section in sections:
        section.names = [titles[name] for name in section.names]
    usual = max(_FEWEST, _OFTEN * len(outlines))
    return [section for section in sections if len(section.places) >= usual][:_SECTIONS]


def _titles(outlines: Sequence[Outline], level: int) -> dict[str, str]:
    """How each heading is mostly written, if it can be written so in a schema."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for outline in outlines:
        for heading in outline:
            if heading.level == level:
                title = cleaned(heading.text).rstrip(":：").rstrip()
                written[normal(heading.text)][title] += 1
    best = {name: min(titles, key=lambda title: (-titles[title], title)) for name, titles in written.items()}
    return {name: title for name, title in best.items() if normal(title) == name and is_writable(title)}


def _means(section: _Section, name: str, places: dict[int, list[int]]) -> bool:
    """Whether a heading is another name of a section: like it in its words, and not beside it in the same notes."""
    together = len(section.places.keys() & places.keys())
    return together <= _TOGETHER * len(places) and _alike(section.names[0], name)


def _alike(one: str, other: str) -> bool:
    if closeness(other, one) < FAR:
        return True
    left, right = _words(one), _words(other)
    few, many = (left, right) if len(left) <= len(right) else (right, left)
    return bool(few) and few <= many and len(many) - len(few) <= 2 and max(map(len, few)) >= 4


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", name)) - _FILLING


def _ordered(sections: list[_Section]) -> tuple[list[_Section], bool]:
    """The sections in the order in which most notes have them, and whether nearly all notes keep to it."""
    before: Counter[tuple[int, int]] = Counter()
    by_note: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, section in enumerate(sections):
        for note, positions in section.places.items():
            by_note[note].append((positions[0], number))
    for there in by_note.values():
        there.sort()
        for index, (_, earlier) in enumerate(there):
            before.update((earlier, later) for _, later in there[index + 1 :])
    numbers = range(len(sections))
    wins = {one: sum(before[one, other] > before[other, one] for other in numbers) for one in numbers}
    order = sorted(numbers, key=lambda number: (-wins[number], number))
    rank = {number: place for place, number in enumerate(order)}
    several = [there for there in by_note.values() if len(there) > 1]
    kept = sum(all(rank[one] < rank[next_one] for (_, one), (_, next_one) in pairwise(there)) for there in several)
    return [sections[number] for number in order], kept >= MOST * len(several)


def _item(
    section: _Section, outlines: Sequence[Outline], level: int, depth: int
) -> tuple[dict[str, Any], dict[tuple[str, ...], tuple[int, int]]]:
    """One section as a schema describes it, and how many notes have the sections in it."""
    title, *others = section.names
    item: dict[str, Any] = {"heading": title}
    if others:
        item["aliases"] = others
    if len(section.places) < MOST * len(outlines):
        item["required"] = False
    if sum(len(positions) > 1 for positions in section.places.values()) > (1 - MOST) * len(section.places):
        item["repeat"] = {"max": None}
    inside = [_inside(outlines[note], positions[0], level) for note, positions in sorted(section.places.items())]
    inner = _level(inside, level + 1, depth + 1) if depth < _DEPTH and level < 6 else None
    if inner is None:
        return item, {}
    return {**item, "sections": inner.words}, inner.notes


def _inside(outline: Outline, position: int, level: int) -> Outline:
    """The headings of a section."""
    stop = next((at for at in range(position + 1, len(outline)) if outline[at].level <= level), len(outline))
    return outline[position + 1 : stop]
