"""Notes in groups: of all the ways to tell some notes from the others (a folder, a tag, what a property says, names
that are dates), the one that explains most of how they look goes first, then the next, until nothing is worth a schema
of its own. Notes that look alike stay together, whatever folder they are in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import log2
from typing import Any

from vaultkit.model.path import folders_of
from vaultkit.model.record import NamedTuple
from vaultkit.schema.infer.places import Scope
from vaultkit.schema.infer.shape import NAMES, TAGS, Feature, Shape, is_writable, name_kind

FEWEST = 5
"""So many notes can be a group."""

_WORTH = 30.0
"""What a group must explain: so many times that a note has just what the others have not."""

_DEPTH = 3
_MOST = 0.8
"""What more of a group have than this share is no reason to take the group apart."""

_AT_HOME = 0.8
"""A tag or property tells a kind when at least this share of the notes that have it are not of another kind yet."""

_BIAS = {"folder": 1.0, "property": 0.95, "tag": 0.9, "filename": 0.9}
"""Of two groups that say the same, the one that is found by its folder is easier to live with."""


class Kind(NamedTuple):
    """Notes of one kind: what it is called, and the `match` of the configuration by which they are found (empty: all
    notes)."""

    name: str
    match: dict[str, Any]


class _Candidate(NamedTuple):
    """A way to tell some of the notes from the others: a folder, a property and its value, a tag, or a pattern."""

    way: str
    value: Any
    name: str
    members: frozenset[int]


class _Count:
    """How many notes there are, and how many of them have each feature."""

    def __init__(self, features: Sequence[tuple[int, ...]], members: Iterable[int] = ()) -> None:
        self.notes = 0
        self.having: Counter[int] = Counter()
        for member in members:
            self.notes += 1
            self.having.update(features[member])

    def drop(self, features: tuple[int, ...]) -> None:
        """One note less."""
        self.notes -= 1
        self.having.subtract(features)


def kinds(shapes: Sequence[Shape]) -> list[Kind]:
    """The kinds of notes that there are, the ones that explain most first."""
    found = list(_Split(shapes).kinds(Scope(""), frozenset(range(len(shapes))), {}, "note", _DEPTH))
    return [kind._replace(name=name) for kind, name in zip(found, _distinct(kind.name for kind in found), strict=True)]


class _Split:
    """The search for groups among the notes of a vault."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._shapes = shapes
        self._paths = [shape.note.path for shape in shapes]
        self._all = _candidates(shapes)
        self._names: list[Feature] = []
        self._features = self._numbered()

    def _numbered(self) -> list[tuple[int, ...]]:
        """The features of each note by number: those that at least half of the notes of some group have."""
        known: set[Feature] = set()
        whole = frozenset(range(len(self._shapes)))
        for members in (whole, *(item.members for item in self._all)):
            having = Counter(feature for member in members for feature in self._shapes[member].features)
            known.update(feature for feature, count in having.items() if 2 * count >= len(members))
        self._names = sorted(known)
        numbers = {feature: number for number, feature in enumerate(self._names)}
        return [tuple(numbers[item] for item in shape.features if item in numbers) for shape in self._shapes]

    def kinds(
        self, scope: Scope, notes: frozenset[int], asked: dict[str, Any], name: str, depth: int
    ) -> Iterator[Kind]:
        """The kinds among the notes of a scope, which is called `name` and is found by what is `asked`."""
        left, total = set(notes), _Count(self._features, notes)
        counts = dict(self._counted(notes, asked, most=1.0 if depth == _DEPTH else _MOST))
        while depth and (best := self._best(counts, total)):
            members = frozenset(best.members & left)
            if best.way == "folder":
                yield from self.kinds(scope.taken(best.value), members, asked, best.name, depth - 1)
            else:
                inner = Scope(scope.folder if best.members - notes else "")
                yield from self.kinds(inner, members, _narrowed(asked, best), best.name, depth - 1)
            left -= members
            del counts[best]
            for member in members:
                total.drop(self._features[member])
                for item, count in counts.items():
                    if member in item.members:
                        count.drop(self._features[member])
        yield from self._rest(scope, left, asked, name, whole=len(left) == len(notes) and depth < _DEPTH)

    def _counted(
        self, notes: frozenset[int], asked: dict[str, Any], most: float
    ) -> Iterator[tuple[_Candidate, _Count]]:
        """The ways to take some notes apart: not by what was asked already, nor by what nearly all of them have."""
        for item in self._all:
            if item.way in asked and item.way != "property":
                continue
            found = item.members & notes
            if FEWEST <= len(found) < len(notes) and len(found) <= most * len(notes):
                yield item, _Count(self._features, found)

    def _best(self, counts: dict[_Candidate, _Count], total: _Count) -> _Candidate | None:
        before = {number: _known(count / total.notes) for number, count in total.having.items() if count}
        worth = {
            item: self._gain(item, count, total, before) * _BIAS[item.way]
            for item, count in counts.items()
            if max(FEWEST, _AT_HOME * len(item.members)) <= count.notes < total.notes
        }
        best = min(worth, key=lambda item: (-worth[item], item.way, str(item.value)), default=None)
        return best if best and worth[best] >= _WORTH else None

    def _gain(self, item: _Candidate, some: _Count, total: _Count, before: dict[int, float]) -> float:
        """How much better the features of the notes are known when these are told from the others. What the others
        have now and then counts less: it is then the same kind, more or less complete."""
        others = total.notes - some.notes

        def gain(number: int, here: int, notes: int, there: int, rest: int) -> float:
            return notes * max(0.0, _known(here / notes) - before[number]) * (1 - there / rest)

        news = [number for number in before if not self._is_own(item, self._names[number])]
        own = sum(
            gain(number, some.having[number], some.notes, total.having[number] - some.having[number], others)
            for number in news
            if 2 * some.having[number] > some.notes
        )
        if own < _WORTH / 2:
            return 0.0
        return own + sum(
            gain(number, total.having[number] - some.having[number], others, some.having[number], some.notes)
            for number in news
        )

    def _is_own(self, item: _Candidate, feature: Feature) -> bool:
        """Whether a feature is what the group is found by, and so no news."""
        if item.way == "tag":
            return feature.name == TAGS and feature.kind != "heading"
        return item.way == "property" and feature.kind != "heading" and feature.name == item.value[0]

    def _rest(self, scope: Scope, left: set[int], asked: dict[str, Any], name: str, whole: bool) -> Iterator[Kind]:
        """What is left of a scope, as far as it looks alike; a group that was not split at all is one anyway."""
        parts: dict[str, list[int]] = defaultdict(list)
        for member in sorted(left):
            parts[scope.part(self._paths[member])].append(member)
        total = _Count(self._features, left)
        usual = {number: count / total.notes for number, count in total.having.items() if 2 * count >= total.notes}
        if not whole:
            parts = {part: members for part, members in parts.items() if self._fits(members, usual)}
        count = sum(map(len, parts.values()))
        if count < FEWEST or not (whole or any(share >= 0.75 for share in usual.values()) or len(usual) > 1):
            return
        paths = scope.whole() if whole else scope.globs(parts.keys(), self._paths)
        match = {"path": paths[0] if len(paths) == 1 else paths, **asked} if paths else asked
        largest = max(parts, key=lambda part: len(parts[part]))
        if largest and largest != scope.folder and not asked and len(parts[largest]) >= _MOST * count:
            name = slug(largest)
        if all(map(is_writable, paths)):
            yield Kind(name, match)

    def _fits(self, members: list[int], usual: dict[int, float]) -> bool:
        """Whether some notes have at least half of what is usual among them all."""
        having = _Count(self._features, members).having
        shared = sum(min(share, having[number] / len(members)) for number, share in usual.items())
        return bool(usual) and shared >= sum(usual.values()) / 2


def _known(share: float) -> float:
    """How surely a note has what this share of its kind has: 1 bit when all have it, 0 when half of them or fewer."""
    if share <= 0.5:
        return 0.0
    return 1.0 if share >= 1 else 1 + share * log2(share) + (1 - share) * log2(1 - share)


def _candidates(shapes: Sequence[Shape]) -> list[_Candidate]:
    found: dict[tuple[str, str, Any], list[int]] = defaultdict(list)
    for number, shape in enumerate(shapes):
        path = shape.note.path
        for folder in folders_of(path):
            found["folder", "", folder].append(number)
        for feature in sorted(feature for feature in shape.features if feature.kind == "says"):
            way = "tag" if feature.name == TAGS else "property"
            found[way, feature.name, feature.value].append(number)
        if called := name_kind(path):
            found["filename", "", called].append(number)
    many = ((key, members) for key, members in sorted(found.items()) if len(members) >= FEWEST)
    made = [item for key, members in many if (item := _candidate(*key, frozenset(members)))]
    outer = _wrappers([item for item in made if item.way == "folder"])
    return [item for item in made if item.way != "folder" or item.value not in outer]


def _wrappers(folders: list[_Candidate]) -> set[str]:
    """The folders that hold nothing but one other folder, or are that other folder when its name is but a number: in
    `Work/Meetings` the meetings are what the notes are about, in `Daily/2024` the days."""
    found: set[str] = set()
    by_path = {item.value: item for item in folders}
    for path, item in by_path.items():
        above = by_path.get(path.rpartition("/")[0])
        if above and above.members == item.members:
            found.add(above.value if re.search(r"[^\W\d_]", path.rpartition("/")[2]) else path)
    return found


def _candidate(way: str, name: str, value: str, members: frozenset[int]) -> _Candidate | None:
    if not is_writable(name + value):
        return None
    match way:
        case "property":
            return _Candidate(way, (name, value), slug(value), members)
        case "filename":
            pattern = next(pattern for called, pattern, _ in NAMES if called == value)
            return _Candidate(way, pattern, f"{value}-note", members)
        case _:
            return _Candidate(way, value, slug(value), members)


def _narrowed(asked: dict[str, Any], item: _Candidate) -> dict[str, Any]:
    """A match that asks for one thing more."""
    if item.way == "property":
        name, value = item.value
        return {**asked, "property": {**asked.get("property", {}), name: value}}
    return {**asked, item.way: item.value}


def slug(text: str) -> str:
    """A name for a schema: the last part of a folder or tag, the words of a link, without a number before them."""
    words = re.sub(r"^!?\[\[([^|\]]*\|)?|\]\]$", "", text.strip()).rpartition("/")[2]
    name = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", words).lower()).strip("-")
    return re.sub(r"^([0-9]+-)+(?=[^\W\d])", "", name)[:40].strip("-") or "note"


def _distinct(names: Iterable[str]) -> Iterator[str]:
    """The names, with a number behind those that were there before."""
    taken: set[str] = set()
    for name in names:
        free, number = name, 1
        while free in taken:
            number += 1
            free = f"{name}-{number}"
        taken.add(free)
        yield free
