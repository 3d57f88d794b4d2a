"""An embed shows nothing: its file, section or block is not there.

`![[pier.png]]`, `![[Note#Section]]` and `![](pier.png)` find their file as links do, and an attachment only with its
ending. A section or block that is missing would show the whole note, or nothing.

When just one file or place resembles the one named, the fix (unsafe) embeds it.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.mending import BrokenLink, is_blank
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("missing",), fixable="unsafe")
def embed_broken(ctx: Context) -> Iterator[Diagnostic]:
    """Report embeds of files, sections and blocks that are not there."""
    for link, resolution in ctx.links:
        if link.kind != "embed" or link.property or resolution.place_ok is not False or is_blank(link):
            continue
        broken = BrokenLink(link, ctx.note, ctx.index, lambda: ctx.text)
        mending = broken.missing_place(resolution.path) if resolution.path else broken.missing_file()
        yield ctx.report(link.span, mending.message, label="shows nothing", fix=mending.fix)
