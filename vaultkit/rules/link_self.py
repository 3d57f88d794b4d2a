"""A link opens the very note it stands in.

Off by default. A link to a heading or block of the same note is fine; one that names the note alone leads nowhere, and
is often left over from a text that was moved or merged.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.outline import parts_of
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic


@rule(severity=None, about=("links",))
def link_self(ctx: Context) -> Iterator[Diagnostic]:
    """Report links to the note itself."""
    for link, resolution in ctx.links:
        if resolution.path == ctx.note.path and link.kind != "embed" and not parts_of(link.subpath):
            yield ctx.report(link.span, "this link opens the note it stands in", label="leads nowhere")
