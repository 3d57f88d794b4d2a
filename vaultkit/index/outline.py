"""The places of a note that a link can name by a subpath: Obsidian's `resolveSubpath`.

`#A` is the first heading whose stripped text is A; `#A#B` the first B below an A, before the next heading of A's level
or a higher one; `#^id` a block, ids without letter case; `#[^id]` a footnote's definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from vaultkit.index.resolve import Key, Place, strip, trim
from vaultkit.model.expression import expression
from vaultkit.model.note import Block, Facts, Footnote, Heading, Link, NotePath
from vaultkit.model.text import Span

END = float("inf")
_NOT_IN_LINKS = expression(r"[:#|^\\\r\n]|%%|\[\[|\]\]")


def heading_in_link(heading: str) -> str:
    """A heading's text as it stands in a link: without the signs that mean something there (`stripHeadingForLink`)."""
    return " ".join(_NOT_IN_LINKS.sub(" ", heading).split())


def parts_of(subpath: str) -> tuple[str, ...]:
    """The names in a subpath, without empty ones: `#A#B` is A, B."""
    return tuple(part for part in map(trim, subpath.split("#")) if part)


def place_keys(path: NotePath, subpath: str) -> tuple[Key, ...]:
    """The questions that a subpath puts to a note."""
    parts = parts_of(subpath)
    known = ("known", path)
    if not parts:
        return ()
    if parts[-1].startswith("^"):
        return known, ("block", path, parts[-1][1:].lower())
    if parts[-1].startswith("[^"):
        return known, ("footnote", path, footnote_id(parts[-1]))
    if len(parts) == 1:
        return known, ("heading", path, strip(parts[0]))
    return known, ("outline", path)


def footnote_id(text: str) -> str:
    """The id in `[^id]`, without letter case."""
    return text.removeprefix("[^").removesuffix("]").lower()


class Outline:
    """Finds places in one note. Built once per note and state, and only when something names a place in it."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.titles = [strip(heading.text) for heading in facts.headings]

    @cached_property
    def _headings(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, title in enumerate(self.titles):
            found.setdefault(title, []).append(number)
        return found

    @cached_property
    def _ends(self) -> list[int]:
        """For each heading the number of the next one of its level or a higher one."""
        headings = self.facts.headings
        ends = [len(headings)] * len(headings)
        still_open: list[int] = []
        for number, heading in enumerate(headings):
            while still_open and headings[still_open[-1]].level >= heading.level:
                ends[still_open.pop()] = number
            still_open.append(number)
        return ends

    @cached_property
    def _blocks(self) -> dict[str, Block]:
        return {block.id.lower(): block for block in reversed(self.facts.blocks)}

    @cached_property
    def _footnotes(self) -> dict[str, Footnote]:
        return {item.text.lower(): item for item in reversed(self.facts.footnotes) if item.kind == "definition"}

    def find(self, subpath: str) -> Place | None:
        """The place that a subpath names. An empty subpath names none."""
        parts = parts_of(subpath)
        if not parts:
            return None
        if parts[-1].startswith("^"):
            return self._blocks.get(parts[-1][1:].lower())
        if parts[-1].startswith("[^"):
            return self._footnotes.get(footnote_id(parts[-1]))
        return self._heading(parts)

    def _heading(self, parts: tuple[str, ...]) -> Heading | None:
        found = self._headings.get(strip(parts[0]), [])
        for part in parts[1:]:
            found = self._below(found, self._headings.get(strip(part), []))
        return self.facts.headings[found[0]] if found else None

    def _below(self, above: list[int], wanted: list[int]) -> list[int]:
        """Those of `wanted` that stand in the section of one of `above`; both ascend."""
        inside, last, at = [], -1, 0
        for number in wanted:
            while at < len(above) and above[at] < number:
                last = max(last, self._ends[above[at]])
                at += 1
            if number < last:
                inside.append(number)
        return inside

    def subpaths(self, titles: Sequence[str], parts: Sequence[str]) -> Iterator[str]:
        """Subpaths that lead to the headings of these titles: below the headings that `parts` begins with where there
        is such a one, else below as many of its own."""
        for title in titles:
            below = "".join(f"#{heading_in_link(part)}" for part in (*parts[:-1], title))
            if self.find(below):
                yield below
                continue
            number = self._headings[strip(title)][0]
            yield "".join(f"#{heading_in_link(text)}" for text in self.trail(number)[-len(parts) :])

    def trail(self, number: int) -> list[str]:
        """The texts of the headings from the top of the note down to one of them."""
        above = [i for i in range(number) if self._ends[i] > number]
        return [self.facts.headings[i].text for i in (*above, number)]

    def extent(self, place: Place | None) -> tuple[int, float]:
        """From where to where an embed of the place shows the note; the whole note without a place."""
        if place is None:
            return 0, END
        if isinstance(place, Heading):
            end = self._ends[self.facts.headings.index(place)]
            headings = self.facts.headings
            return place.span.start, headings[end].span.start if end < len(headings) else END
        return place.span

    def embeds(self, place: Place | None) -> tuple[Link, ...]:
        """The embeds outside comments that stand in a place of the note, or in all of it."""
        start, end = self.extent(place)
        return tuple(link for link in shown_embeds(self.facts) if start <= link.span.start < end)


def shown_embeds(facts: Facts) -> tuple[Link, ...]:
    """The embeds of a note that a reader sees: not those in comments or properties."""
    return tuple(link for link in facts.links if link.kind == "embed" and not link.hidden and not link.property)


def heading_paths(facts: Facts) -> list[tuple[str, ...]]:
    """For each heading the stripped titles from the top of the note down to it."""
    paths: list[tuple[str, ...]] = []
    trail: list[tuple[int, str]] = []
    for heading in facts.headings:
        while trail and trail[-1][0] >= heading.level:
            trail.pop()
        trail.append((heading.level, strip(heading.text)))
        paths.append(tuple(title for _, title in trail))
    return paths


def span_of(place: Place) -> Span:
    """Where to show a place to a person."""
    return place.id_span if isinstance(place, Block) else place.span
