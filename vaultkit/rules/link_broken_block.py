"""A link names a block or footnote that the note does not have.

`[[Note#^id]]` leads to the paragraph, list item, table, quote or code block that ends in ` ^id`. An id is made of
letters, digits and dashes, with a space before it; its letter case does not matter. `[[Note#[^1]]]` leads to a
footnote.

When just one id resembles the one named, the fix (unsafe) links to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.mending import BrokenLink
from vaultkit.index.outline import parts_of
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("missing",), fixable="unsafe")
def link_broken_block(ctx: Context) -> Iterator[Diagnostic]:
    """Report links in the body whose note is there, but not the block or footnote."""
    for link, resolution in ctx.links:
        if resolution.path is None or resolution.place_ok is not False or link.kind == "embed" or link.property:
            continue
        if parts_of(link.subpath)[-1].startswith(("^", "[^")):
            mending = BrokenLink(link, ctx.note, ctx.index, lambda: ctx.text).missing_place(resolution.path)
            yield ctx.report(link.span, mending.message, label="no such place", fix=mending.fix)
