"""A property has a name that Obsidian no longer reads: `tag`, `alias`, `cssclass`.

Since Obsidian 1.9 only `tags`, `aliases` and `cssclasses` have an effect. What stands under the old names is not
lost, but the note has neither the tags nor the other names.

The fix (safe) renames the property and makes its value a list; where the new name is there already, it moves the
values into that list and removes the old line. Source: https://help.obsidian.md/properties
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix, Severity

_NEW = {"tag": "tags", "alias": "aliases", "cssclass": "cssclasses"}


@rule(severity=Severity.WARNING, about=("properties",), fixable="safe")
def property_deprecated(ctx: Context) -> Iterator[Diagnostic]:
    """Report the old names, unless a schema names them or does not allow them."""
    old = _old(tuple(ctx.facts.properties))
    for name in old:
        place = ctx.places.get(name)
        if place and not _is_judged(ctx, name):
            new = _NEW[name.lower()]
            message = f"`{name}` has no effect in Obsidian; the property is called `{new}`"
            several = sum(_NEW[other.lower()] == new for other in old) > 1
            fix = None if several else _fix(ctx, name, new)
            yield ctx.report(place.key, message, label=f"rename to `{new}`", fix=fix)


@lru_cache(maxsize=4096)
def _old(names: tuple[str, ...]) -> tuple[str, ...]:
    """The old ones among the names of a note's properties; most notes have the same names."""
    return tuple(name for name in names if name.lower() in _NEW)


def _is_judged(ctx: Context, name: str) -> bool:
    named = any(name in schema.properties for schema in ctx.schemas)
    return named or any(fault.rule == "property-unknown" and fault.path == (name,) for fault in ctx.property_faults)


def _fix(ctx: Context, name: str, new: str) -> Fix | None:
    from vaultkit.lint.property_moves import merged_into, renamed_to_list

    properties = ctx.facts.properties
    there = next((other for other in properties if other.lower() == new), None)
    if there:
        edits = merged_into(ctx.text, ctx.places, name, there, properties)
        return Fix(f"move the values to `{there}`", edits, safe=True) if edits else None
    edits = renamed_to_list(ctx.places, name, new, properties[name])
    return Fix(f"rename to `{new}`", edits, safe=True) if edits else None
