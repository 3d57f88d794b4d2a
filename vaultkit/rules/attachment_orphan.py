"""Nothing links to an attachment or embeds it.

Off by default. It runs over the files of the vault that are not notes; `.canvas` and `.base` files stand for
themselves and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.file_kinds import ending
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.text import Span


@rule(severity=None, files=True)
def attachment_orphan(ctx: Context) -> Iterator[Diagnostic]:
    """Report a file without backlinks."""
    path = ctx.note.path
    if ending(path) not in ("md", "canvas", "base") and not ctx.index.backlinks(path):
        yield ctx.report(Span(0, 0), "no note links to this file or embeds it", label="not linked")
