"""A section is not named in a schema that allows no others.

Only schemas with `additional: false` say so, and only headings on the level of their sections are meant: what stands
below a section is its own business. When several schemas govern a note, what any of them names is expected.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("sections",))
def section_unexpected(ctx: Context) -> Iterator[Diagnostic]:
    """Report headings that a closed schema does not name."""
    named = {heading for match in ctx.sections for heading in match.named()} if len(ctx.sections) > 1 else set()
    for match in ctx.sections:
        for item in match.unexpected:
            if item.heading in named:
                continue
            named.add(item.heading)
            titles = ", ".join(f"`{entry.section.heading}`" for entry in item.plan.entries)
            yield ctx.report(
                match.headings[item.heading].text_span,
                f"there is no section `{match.title(item.heading)}` in such a note; there is {titles}",
                label="not in the schema",
                origin=match.schema.origin(*item.plan.path, "additional"),
                hint=match.hint(),
            )
