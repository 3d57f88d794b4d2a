"""How the headings of a note fit the sections that a schema asks for: computed once, read by all section rules.

One heading satisfies one entry, by its title before an alias before a pattern. What a section is found to be is one
thing: in its place, renamed, on another level, moved, or repeated. Of all ways to read a note the one with the fewest
findings is taken: the level that most sections stand on, the longest run of sections in order, the repetition that
stands in the right place. The time is linear in headings x entries.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from vaultkit.model.note import Facts
from vaultkit.model.record import NamedTuple
from vaultkit.schema.headings import FAR
from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.section_match import (
    Found,
    Misleveled,
    Missing,
    Moved,
    Renamed,
    Repeated,
    SectionMatch,
    Unexpected,
    stop_of,
)
from vaultkit.schema.section_plan import Entry, Fit, SectionPlan, Strength, section_plan

__all__ = ["SectionMatch", "match_sections"]


def match_sections(schema: NoteSchema, facts: Facts) -> SectionMatch:
    """How the headings of a note fit the sections of a schema."""
    match = SectionMatch(schema, facts)
    plan = section_plan(schema)
    if plan:
        _Scope(match, plan, 0, len(facts.headings), None).match()
    return match


class _Hit(NamedTuple):
    """A heading on the right level and the position of the entry that it satisfies."""

    heading: int
    position: int
    strength: Strength


class _Scope:
    """The headings among which the sections of one plan are looked for: a whole note, or one section of it."""

    def __init__(self, match: SectionMatch, plan: SectionPlan, start: int, stop: int, parent: int | None) -> None:
        self.out = match
        self.headings = match.headings
        self.plan = plan
        self.range = range(start, stop)
        self.parent = parent
        self.taken: dict[int, int] = {}
        """Heading -> position of the entry that it was found to be, whatever else is wrong with it."""
        self.displaced: set[int] = set()

    def match(self) -> None:
        fits = {index: fit for index in self.range if (fit := self.plan.fit(self.headings[index].text))}
        level = self._level(fits)
        hits = self._hits(fits, level)
        self.taken = {hit.heading: hit.position for hit in hits}
        kept = hits
        if any(one.position >= next_one.position for one, next_one in pairwise(hits)):
            kept = self._kept(hits)
            self._sort_out(hits, kept)
        if self.plan.repeats or not self.plan.wanted.issubset(self.taken.values()):
            level = self._search(fits, level)
        if self.plan.closed:
            self.out.unexpected += [
                Unexpected(self.plan, index)
                for index in self.range
                if index not in self.taken and self.headings[index].level == level
            ]
        for hit in kept:
            entry = self.plan.entries[hit.position]
            stop = min(stop_of(self.headings, hit.heading, self.headings[hit.heading].level), self.range.stop)
            self.out.found.append(Found(entry, hit.heading, stop, hit.strength))
            if entry.inner:
                _Scope(self.out, entry.inner, hit.heading + 1, stop, hit.heading).match()

    def _search(self, fits: dict[int, Fit], level: int | None) -> int | None:
        """Look for what is not in its place, and report what is nowhere. Returns the level of the sections."""
        counts = Counter(self.taken.values())
        if all(counts[entry.position] >= entry.wanted for entry in self.plan.entries):
            return level
        self._other_levels(fits, level)
        found = self._near(fits, level)
        self._report_missing(found)
        return found

    def _level(self, fits: dict[int, Fit]) -> int | None:
        """The level that is asked for; when any will do, the one that most sections stand on, else the first's."""
        if isinstance(self.plan.level, int):
            return self.plan.level
        if self.plan.level is None and self.parent is not None:
            return self.headings[self.parent].level + 1
        levels = {self.headings[index].level for index in fits}
        if len(levels) < 2:
            return levels.pop() if levels else None
        sections: dict[int, set[int]] = {}
        for index, fit in fits.items():
            sections.setdefault(self.headings[index].level, set()).update(fit.positions)
        return max(sections, key=lambda level: len(sections[level]), default=None)

    def _hits(self, fits: dict[int, Fit], level: int | None) -> list[_Hit]:
        """The headings on the level, each with its entry: what fits several by pattern goes where it is needed."""
        there = {index: fit for index, fit in fits.items() if self.headings[index].level == level}
        if all(len(fit.positions) == 1 for fit in there.values()):
            return [_Hit(index, fit.positions[0], fit.strength) for index, fit in there.items()]
        counts = Counter(fit.positions[0] for fit in there.values() if len(fit.positions) == 1)
        hits: list[_Hit] = []
        for index, fit in there.items():
            position = fit.positions[0]
            if len(fit.positions) > 1:
                last = hits[-1].position if hits else -1
                position = min(fit.positions, key=lambda place: (self._full(place, counts[place]), place < last, place))
                counts[position] += 1
            hits.append(_Hit(index, position, fit.strength))
        return hits

    def _full(self, position: int, count: int) -> bool:
        most = self.plan.entries[position].section.most
        return most is not None and count >= most

    def _kept(self, hits: list[_Hit]) -> list[_Hit]:
        """The sections that are where they should be and not more often than they may."""
        groups: dict[int, list[_Hit]] = {}
        for hit in hits:
            groups.setdefault(hit.position, []).append(hit)
        candidates = {hit for group in groups.values() for hit in self._strongest(group)}
        run = [hit for hit in hits if hit in candidates]
        if self.plan.strict:
            run = _longest_run(run, [self.plan.entries[hit.position].section.most == 1 for hit in run])
        counts: Counter[int] = Counter()
        kept = []
        for hit in run:
            if not self._full(hit.position, counts[hit.position]):
                counts[hit.position] += 1
                kept.append(hit)
        return kept

    def _strongest(self, group: list[_Hit]) -> list[_Hit]:
        """Of more headings than an entry may have, those that fit it best."""
        if not self._full(group[0].position, len(group) - 1):
            return group
        strength = max(hit.strength for hit in group)
        best = [hit for hit in group if hit.strength == strength]
        return best if self._full(group[0].position, len(best)) else group

    def _sort_out(self, hits: list[_Hit], kept: list[_Hit]) -> None:
        """What is not kept has moved, or is one too many."""
        if len(kept) == len(hits):
            return
        first: dict[int, int] = {}
        counts: Counter[int] = Counter()
        for hit in kept:
            first.setdefault(hit.position, hit.heading)
            counts[hit.position] += 1
        places = _Places((hit.position, hit.heading) for hit in kept)
        for hit in sorted(set(hits) - set(kept), key=lambda hit: (-hit.strength, hit.heading)):
            entry = self.plan.entries[hit.position]
            if self._full(hit.position, counts[hit.position]):
                self.out.repeated.append(Repeated(entry, hit.heading, first[hit.position]))
            else:
                counts[hit.position] += 1
                first.setdefault(hit.position, hit.heading)
                self.displaced.add(hit.heading)
                self.out.moved.append(Moved(entry, hit.heading, *places.around(hit.position)))

    def _lacking(self) -> list[Entry]:
        there = set(self.taken.values())
        return [entry for entry in self.plan.entries if entry.position not in there]

    def _other_levels(self, fits: dict[int, Fit], level: int | None) -> None:
        """A required section that stands on another level than it should."""
        if level is None:
            return
        inner = self._inner()
        for entry in self._lacking():
            places = [
                index
                for index, fit in fits.items()
                if entry.position in fit.positions and index not in self.taken and index not in inner
            ]
            if entry.section.least and places:
                index = max(places, key=lambda place: fits[place].strength)
                self.taken[index] = entry.position
                self.out.misleveled.append(Misleveled(entry, index, level))

    def _inner(self) -> set[int]:
        """The headings that are sections which the schema wants within others."""
        return {
            index
            for place, position in self.taken.items()
            if (inner := self.plan.entries[position].inner) is not None
            for index in range(place + 1, stop_of(self.headings, place, self.headings[place].level))
            if inner.fit(self.headings[index].text)
        }

    def _near(self, fits: dict[int, Fit], level: int | None) -> int:
        """Headings that nearly say what a missing section is called, or one that a closed schema names. On another
        level than the sections only the nearest count. Returns the level of the sections, now that all are known."""
        pairs = sorted(
            (slips, entry.position, index)
            for entry in self._lacking()
            if entry.section.least or self.plan.closed
            for index in self.range
            if index not in self.taken and index not in fits
            if (slips := self.plan.slips(self.headings[index].text, entry.position)) < FAR
        )
        if level is None and pairs:
            level = Counter(self.headings[index].level for _, _, index in pairs).most_common(1)[0][0]
        filled = set(self.taken.values())
        for slips, position, index in pairs:
            entry = self.plan.entries[position]
            here = self.headings[index].level == level
            wanted = entry.section.least or (self.plan.closed and here)
            if wanted and (here or slips < 2) and index not in self.taken and position not in filled:
                self.taken[index] = position
                filled.add(position)
                self.out.renamed.append(Renamed(entry, index))
        return level or self._likely_level()

    def _likely_level(self) -> int:
        """The level of the sections of a note that has none of them: below a title that stands alone on its level."""
        levels = [self.headings[index].level for index in self.range]
        if len(levels) > 1 and levels.count(levels[0]) == 1 and levels[1] > levels[0]:
            return levels[1]
        return levels[0] if levels else 1

    def _may_be_hidden(self, before: int | None) -> bool:
        """Whether a section that belongs before a heading may stand in code or a comment that is never closed."""
        unclosed, last = self.out.unclosed, self.headings[-1].span.start if self.headings else 0
        return unclosed is not None and unclosed > last and before is None and self.range.stop == len(self.headings)

    def _report_missing(self, level: int) -> None:
        counts = Counter(self.taken.values())
        places = _Places((position, index) for index, position in self.taken.items() if index not in self.displaced)
        for entry in self.plan.entries:
            count = counts[entry.position]
            if count < entry.section.least:
                around = places.around(entry.position, count > 0)
                if self._may_be_hidden(around[1]):
                    continue
                self.out.missing.append(Missing(entry, count, min(level, 6), *around, self.parent))


class _Places:
    """The sections in place: where one more belongs among them."""

    def __init__(self, places: Iterable[tuple[int, int]]) -> None:
        self._places = sorted(places)

    def around(self, position: int, repeated: bool = False) -> tuple[int | None, int | None]:
        """The headings behind and before which a section belongs. One that is `repeated` belongs behind the others of
        its kind."""
        behind = bisect_left(self._places, (position + repeated, -1))
        before = bisect_left(self._places, (position + 1, -1))
        return (
            self._places[behind - 1][1] if behind else None,
            self._places[before][1] if before < len(self._places) else None,
        )


def _longest_run(hits: list[_Hit], single: list[bool]) -> list[_Hit]:
    """The longest part of the hits whose positions only rise; an entry that may be repeated may stay where it is.

    Longest increasing subsequence by patience sorting: n log n.
    """
    keys = [(hit.position, 0 if alone else index) for index, (hit, alone) in enumerate(zip(hits, single, strict=True))]
    tails: list[tuple[int, int]] = []
    ends: list[int] = []
    back: list[int] = []
    for index, key in enumerate(keys):
        place = bisect_left(tails, key)
        tails[place : place + 1] = [key]
        ends[place : place + 1] = [index]
        back.append(ends[place - 1] if place else -1)
    run = []
    index = ends[-1] if ends else -1
    while index >= 0:
        run.append(hits[index])
        index = back[index]
    return run[::-1]
