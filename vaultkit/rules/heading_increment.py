"""A heading is more than one level below the one before it.

Off by default. After `## Plot` comes `### Arrakis`, not `#### Arrakis`: a level that is skipped looks like a section
that is missing, in an outline and to whoever has the page read out. The first heading may be on any level.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic


@rule(severity=None, about=("headings",))
def heading_increment(ctx: Context) -> Iterator[Diagnostic]:
    """Report headings that skip a level."""
    for before, heading in pairwise(ctx.facts.headings):
        if heading.level > before.level + 1:
            wanted = "#" * (before.level + 1)
            message = f"this heading is on level {heading.level}, and the one before it on level {before.level}"
            yield ctx.report(heading.span, message, label=f"`{wanted}` would be next")
