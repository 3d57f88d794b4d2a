"""A section does not hold what the schema asks for.

`content:` counts what stands in a section, sections below it included, comments left out: `minWords`, `maxWords`,
`minItems`, `maxItems` (items of lists), `minTasks`, `openTasks` (at most so many), `minLinks`, `minTables`,
`columns` (a table has them), `codeBlocks`, `callouts`, `images`, and text that `must-match` or `must-not-match` a
pattern, where `^` and `$` are the ends of a line. An empty section that may not be empty is `section-empty` alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("sections",))
def section_content(ctx: Context) -> Iterator[Diagnostic]:
    """Report each thing that a section lacks or has too much of."""
    for match in ctx.sections:
        for found in match.found:
            entry, content = found.entry, found.entry.section.content
            if content is None or (found.must_be_filled and match.is_empty(found, ctx.text, ctx.facts)):
                continue
            from vaultkit.schema.content import content_faults

            for fault in content_faults(content, match.body(found, ctx.text, ctx.facts)):
                yield ctx.report(
                    fault.span or match.headings[found.heading].text_span,
                    f"section `{entry.section.heading}` {fault.says}",
                    origin=match.schema.origin(*entry.path, "content", *fault.word),
                    hint=match.hint(entry),
                )
