"""One block id stands twice in a note.

A link to `#^id` can reach one block only, so the other one cannot be linked to. Letter case does not tell ids apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Related, Severity
from vaultkit.model.note import Block


@rule(severity=Severity.WARNING, about=("blocks",))
def block_id_duplicate(ctx: Context) -> Iterator[Diagnostic]:
    """Report every block id that an earlier block of the note bears already."""
    first: dict[str, Block] = {}
    for block in ctx.facts.blocks:
        other = first.setdefault(block.id.lower(), block)
        if other is not block:
            related = (Related(ctx.note.path, other.id_span, "the block that has it first"),)
            message = f"`^{block.id}` stands twice in this note; a link to it reaches only one of the blocks"
            yield ctx.report(block.id_span, message, label="taken already", related=related)
