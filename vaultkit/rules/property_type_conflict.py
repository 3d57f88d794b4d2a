"""A property has one type here and another one elsewhere.

To Obsidian a name has one type in the whole vault: the one that its settings assign (`.obsidian/types.json`), else the
one that most notes have. A value of another type is shown with a warning there, and is sorted and counted wrongly by
whatever reads all notes. Types are text, number, checkbox, date, date & time, and list; empty values have none. Where
text is expected a date will do, where a date & time is expected a date, and one text where a list is.

A property that a schema declares is judged by the schema alone, and `tags`, `aliases`, `cssclasses`, `publish` and
`permalink` by rules of their own. The option `types` assigns types beside those of Obsidian's settings:

    rules:
      property-type-conflict: { types: { rating: number, cast: list } }
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from vaultkit.index.tally import kind_of
from vaultkit.lint.property_findings import value_span
from vaultkit.lint.rule import Context, rule
from vaultkit.model.clause import NOTHING
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.record import NamedTuple

if TYPE_CHECKING:
    from vaultkit.schema.note_schema import NoteSchema

PropertyType = Literal["text", "number", "checkbox", "date", "datetime", "list", "multitext", "tags", "aliases"]

_CALLED = {
    "text": "text", "number": "a number", "checkbox": "a checkbox value", "date": "a date",
    "datetime": "a date with a time", "list": "a list",
}  # fmt: skip
_FITS = {"text": {"date", "datetime"}, "datetime": {"date"}, "list": {"text", "date", "datetime"}}
"""What else is right where a type is expected."""
_OWN_RULES = frozenset(
    (
        "tags",
        "aliases",
        "cssclasses",
        "tag",
        "alias",
        "cssclass",
        "vaultkit",
        "publish",
        "published",
        "draft",
        "permalink",
    )
)


class Options(NamedTuple):
    """`types`: the types of properties by name, laid over those that Obsidian's settings assign."""

    types: dict[str, PropertyType] = NOTHING


@rule(severity=Severity.WARNING, options=Options, about=("properties",))
def property_type_conflict(ctx: Context) -> Iterator[Diagnostic]:
    """Report values whose type is not the one that their property has."""
    properties = ctx.facts.properties
    judged = _judged(tuple(properties), ctx.schemas)
    if not judged:
        return
    assigned = ctx.options.types
    for name in judged:
        kind = kind_of(properties[name])
        if not kind:
            continue
        given = assigned.get(name) or assigned.get(name.lower())
        usual = _plain(given) if given else ctx.index.usual_type(name)
        if kind == usual or kind in _FITS.get(usual, ()):
            continue
        place = ctx.places.get(name)
        if place:
            other = f"its type is `{given}`" if given else f"{_CALLED[usual]} elsewhere"
            message = f"`{name}` is {_CALLED[kind]} here, and {other}"
            yield ctx.report(value_span(place), message, label=f"not {_CALLED[usual]}")


@lru_cache(maxsize=4096)
def _judged(names: tuple[str, ...], schemas: tuple[NoteSchema, ...]) -> tuple[str, ...]:
    """Those of the names of a note's properties that are looked at here; most notes have the same names."""
    declared: Collection[str] = ()
    if schemas:
        from vaultkit.schema.properties import declared_properties

        declared = declared_properties(schemas)
    return tuple(name for name in names if name not in declared and name.lower() not in _OWN_RULES)


def _plain(assigned: str) -> str:
    return "list" if assigned in ("multitext", "tags", "aliases") else assigned
