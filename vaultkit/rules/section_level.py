"""A section stands on another heading level than it should.

With `level: any`, the sections of a note stand on the level that most of them have. Sections within sections stand
one level deeper. A section counts as being on another level only when it is required and nowhere on the right one.

The fix (unsafe) changes the number of `#`s, of the headings below it too.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix, Severity


@rule(severity=Severity.ERROR, about=("sections",), fixable="unsafe")
def section_level(ctx: Context) -> Iterator[Diagnostic]:
    """Report required sections with too many or too few `#`s."""
    seen: set[int] = set()
    for match in ctx.sections:
        for item in match.misleveled:
            if item.heading in seen:
                continue
            seen.add(item.heading)
            from vaultkit.lint.section_edits import releveled

            heading = match.headings[item.heading]
            edits = releveled(match, item, ctx.text)
            wanted = "#" * item.level
            yield ctx.report(
                heading.span,
                f"section `{item.entry.section.heading}` is on level {heading.level} and belongs on level {item.level}",
                label=f"write `{wanted} {match.title(item.heading)}`",
                origin=match.origin(item.entry),
                hint=match.hint(item.entry),
                fix=Fix(f"put it on level {item.level}", edits, safe=False) if edits else None,
            )
