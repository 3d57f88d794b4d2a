"""Schemas that govern the same note must not contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise, product

from vaultkit.errors import SetupError
from vaultkit.schema import content_schema
from vaultkit.schema.content_schema import BOUNDS
from vaultkit.schema.headings import normal
from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.property_schema import PAIRS, PropertySchema, nothing_between
from vaultkit.schema.section_schema import SectionSchema, SectionsSchema
from vaultkit.schema.value_types import equal
from vaultkit.schema.values import compiled

Path = tuple[str | int, ...]

_FAMILY = {"datetime": "date", "tags": "list", "aliases": "list"}


def agree(schemas: tuple[NoteSchema, ...]) -> None:
    """Raises SetupError, naming both places, when no note can satisfy two of the schemas.

    What one of them does not allow and the other names is no contradiction: together they know more names.
    """
    for left, right in combinations(schemas, 2):
        for name in left.properties.keys() & right.properties.keys():
            one, other = left.properties[name], right.properties[name]
            for word, what in (*_types(one, other), *_choices(one, other), *_ranges(one, other), *_ranges(other, one)):
                raise _contradiction(f"`{name}` {what}", left, ("properties", name, word), right)
        if left.sections and right.sections:
            for path, what in _sections(left.sections, right.sections):
                raise _contradiction(what, left, ("sections", *path), right)


def _contradiction(what: str, left: NoteSchema, path: Path, right: NoteSchema) -> SetupError:
    here, there = left.origin(*path), right.origin(*path)
    return SetupError(
        f"the schemas `{left.name}` and `{right.name}` ({there.file}:{there.line}) hold for the same note, "
        f"and no note can satisfy both: {what}",
        where=f"{here.file}:{here.line}",
        do="change one of them, or let them match different notes",
    )


def _types(left: PropertySchema, right: PropertySchema) -> Iterator[tuple[str, str]]:
    one, other = ({_FAMILY.get(name, name) for name in schema.type} or {"any"} for schema in (left, right))
    if "any" in one | other or one & other:
        return
    if ("text" in one and other & {"date", "link"}) or ("text" in other and one & {"date", "link"}):
        return
    yield "type", f"is {' or '.join(left.type)} in one and {' or '.join(right.type)} in the other"


def _choices(left: PropertySchema, right: PropertySchema) -> Iterator[tuple[str, str]]:
    one, other = ((schema.const,) if "const" in schema.written else schema.enum for schema in (left, right))
    if one and other and not any(equal(value, wanted) for value in one for wanted in other):
        yield "enum", "has no value that both allow"
    elif one and all(map(compiled(right, choices=False), one)):
        yield _written(left), "has values in one that the other does not allow"
    elif other and all(map(compiled(left, choices=False), other)):
        yield _written(right), "has values in one that the other does not allow"


def _written(schema: PropertySchema) -> str:
    return "const" if "const" in schema.written else "enum"


def _ranges(left: PropertySchema, right: PropertySchema) -> Iterator[tuple[str, str]]:
    for low, high in PAIRS:
        if nothing_between(left, low, right, high):
            yield low, f"has a {low} of {left.bound(low)} in one and a {high} of {right.bound(high)} in the other"


def _sections(left: SectionsSchema, right: SectionsSchema) -> Iterator[tuple[Path, str]]:
    if isinstance(left.level, int) and isinstance(right.level, int) and left.level != right.level:
        yield ("level",), f"sections are of level {left.level} in one and of level {right.level} in the other"
    places = {normal(item.heading): index for index, item in enumerate(right.items)}
    shared = [
        (index, places[normal(item.heading)]) for index, item in enumerate(left.items) if normal(item.heading) in places
    ]
    for index, place in shared:
        yield from _inside(left.items[index], right.items[place], ("items", index))
        if _never(left.items[index], right.items[place]) or _never(right.items[place], left.items[index]):
            yield (
                ("items", index),
                f"the section `{left.items[index].heading}` is there too often for one, or too seldom for the other",
            )
    if left.order == right.order == "strict":
        needed = [(i, k) for i, k in shared if left.items[i].least and right.items[k].least]
        for (i, k), (later, earlier) in pairwise(needed):
            if earlier < k:
                names = f"`{left.items[i].heading}` and `{left.items[later].heading}`"
                yield ("items", later), f"the sections {names} stand in opposite order"


def _inside(left: SectionSchema, right: SectionSchema, path: Path) -> Iterator[tuple[Path, str]]:
    """Contradictions between what two schemas want in the same section."""
    if left.sections and right.sections:
        for inner, what in _sections(left.sections, right.sections):
            yield (*path, "sections", *inner), what
    if left.content and right.content:
        pairs = ((left.content, right.content), (right.content, left.content))
        for (one, other), (low, high, _, thing) in product(pairs, BOUNDS):
            if content_schema.nothing_between(one, low, other, high):
                bounds = f"at least {getattr(one, low)} {thing} in one and at most {getattr(other, high)} in the other"
                yield (*path, "content"), f"the section `{left.heading}` has {bounds}"


def _never(often: SectionSchema, seldom: SectionSchema) -> bool:
    return seldom.most is not None and often.least > seldom.most
