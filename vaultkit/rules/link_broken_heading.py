"""A link names a heading that the note does not have.

`[[Note#Heading]]` opens the note but stays at its top when the heading is not there. Letter case, spaces and most signs
do not matter (`#Day 3 storm` finds `# Day 3: storm`); dashes, apostrophes and underscores do. `[[Note#A#B]]` is the B
that stands below A. Headings in code, comments, quotes, callouts and lists cannot be linked to.

When just one heading resembles the one named, the fix (unsafe) links to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.mending import BrokenLink
from vaultkit.index.outline import parts_of
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("missing",), fixable="unsafe")
def link_broken_heading(ctx: Context) -> Iterator[Diagnostic]:
    """Report links in the body whose note is there, but not the heading."""
    for link, resolution in ctx.links:
        if resolution.path is None or resolution.place_ok is not False or link.kind == "embed" or link.property:
            continue
        if not parts_of(link.subpath)[-1].startswith(("^", "[^")):
            mending = BrokenLink(link, ctx.note, ctx.index, lambda: ctx.text).missing_place(resolution.path)
            yield ctx.report(link.span, mending.message, label="no such heading", fix=mending.fix)
