"""A property has a value of the right type that the schema still does not allow.

Length, pattern, range, number of items, repetition and format are told by JSON Schema's words: `minLength`,
`maxLength`, `pattern`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, `minItems`,
`maxItems`, `uniqueItems`, `format` (`uri`, `email`, `date`, `date-time`, `time`, `uuid`).

A pattern is looked for anywhere in the value unless it is anchored by `^` and `$`. It runs in linear time, so it
knows no look-around and no back-references; `\\d` means the digits of every script, `[0-9]` those ten. A value that
breaks several constraints is reported for the first of them.

A link with `schema: NAME` must lead to a note that this schema governs; where it opens nothing, that alone is
reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultkit.lint.property_findings import property_findings
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.expression import expression

if TYPE_CHECKING:
    from vaultkit.schema.note_schema import NoteSchema

_INDEX = expression(r"(?<=\.)[0-9]+(?=\.|$)")


@rule(severity=Severity.ERROR, about=("property-faults", "linked"))
def property_constraint(ctx: Context) -> Iterator[Diagnostic]:
    """Report values outside of what the schema allows, and links to notes of another kind."""
    yield from property_findings(ctx)
    for schema in ctx.schemas:
        if schema.linked:
            yield from _astray(ctx, schema)


def _astray(ctx: Context, schema: NoteSchema) -> Iterator[Diagnostic]:
    """The links that lead to a note which the schema they must lead to does not govern."""
    for link, resolution in ctx.links:
        wanted = schema.linked.get(_INDEX.sub("*", link.property)) if link.property else None
        if wanted is None or resolution.path is None:
            continue
        target = ctx.index.note(resolution.path)
        if target is None or not schema.leads_to(wanted.name, target.path, target.facts):
            from vaultkit.schema.properties import subject

            called = subject(tuple(int(part) if part.isdecimal() else part for part in link.property.split(".")))
            yield ctx.report(
                link.span,
                f"{called} leads to `{resolution.path}`, which is no `{wanted.name}`",
                label=f"no `{wanted.name}`",
                origin=schema.origin(*wanted.path),
                hint=schema.hint(schema.properties.get(link.property.partition(".")[0])),
            )
