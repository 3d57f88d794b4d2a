"""A required section has nothing in it.

What stands between its heading and the next heading of the same or a higher level counts, sections below it
included; headings alone, blank lines and comments do not, since a reader sees nothing of them. A section whose own
sections are required is never empty itself: they are.

`content: { required: false }` allows a required section to be empty, `required: true` asks an optional one to be
filled.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("sections",))
def section_empty(ctx: Context) -> Iterator[Diagnostic]:
    """Report sections that must have content and have none."""
    seen: set[int] = set()
    for match in ctx.sections:
        for found in match.found:
            if found.must_be_filled and found.heading not in seen and match.is_empty(found, ctx.text, ctx.facts):
                seen.add(found.heading)
                yield ctx.report(
                    match.headings[found.heading].text_span,
                    f"section `{found.entry.section.heading}` is empty",
                    label="nothing below this heading",
                    origin=match.origin(found.entry),
                    hint=match.hint(found.entry),
                )
