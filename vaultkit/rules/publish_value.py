"""A property that says whether a note is public is neither true nor false.

`publish`, `published` and `draft` are check boxes: `true` or `false`. In YAML 1.2, which Obsidian reads, `publish: yes`
is a text, and so is `"true "` with a slip in it. What is unclear is never taken for a yes, so the note is not published
and nobody is told; here you are.

`published` may hold the date of an article, as Obsidian's Web Clipper writes it. Where nothing selects the note, only a
`publish` that sounds like a yes counts: in a vault that publishes nothing the word may mean something else.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.property_findings import value_span
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("properties",))
def publish_value(ctx: Context) -> Iterator[Diagnostic]:
    """Report properties about publishing that are no check box."""
    if not ctx.standing.selected:
        return
    for name in ctx.standing.unclear:
        from vaultkit.schema.value_types import shown

        place = ctx.places.get(name)
        if place:
            said = shown(ctx.facts.properties[name])
            message = f"`{name}` must be true or false, and `{said}` is neither, so the note is not published"
            yield ctx.report(value_span(place), message, label="neither true nor false")
