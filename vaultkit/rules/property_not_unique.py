"""Two notes have the same value in a property that the schema wants to be unique.

A property with `unique: true` (an id, a permalink) names one note of the vault. Every note that has the value is
reported, with the others beside it. Any note counts, whatever schema governs it; a value that is empty does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.property_findings import value_span
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Related, Severity
from vaultkit.model.note import NotePath
from vaultkit.model.text import Span

_FENCE = Span(0, 3)
_SHOWN = 5


@rule(severity=Severity.ERROR, about=("unique",))
def property_not_unique(ctx: Context) -> Iterator[Diagnostic]:
    """Report values that another note has too."""
    from vaultkit.schema.properties import unique_properties

    for name, schema in unique_properties(ctx.schemas):
        others = [path for path in _holders(ctx, name) if path != ctx.note.path]
        place = ctx.places.get(name) if others else None
        if place:
            from vaultkit.schema.value_types import shown

            value = shown(ctx.facts.properties[name])
            more = f" and {len(others) - 1} more" if len(others) > 1 else ""
            yield ctx.report(
                value_span(place),
                f"`{value}` is also the `{name}` of `{others[0]}`{more}",
                label="not unique",
                origin=schema.origin("properties", name, "unique"),
                hint=schema.hint(schema.properties[name]),
                related=tuple(Related(path, _FENCE, f"has the same `{name}`") for path in others[:_SHOWN]),
            )


def _holders(ctx: Context, name: str) -> tuple[NotePath, ...]:
    from vaultkit.schema.values import is_empty

    value = ctx.facts.properties.get(name)
    return () if is_empty(value) else ctx.index.holders(name, value)
