"""Nothing links to an attachment or embeds it.

Off by default. It looks at images, sounds, films and PDFs; links in properties and comments count.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.file_kinds import ATTACHMENTS, ending
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.text import Span


@rule(severity=None, over="other files")
def attachment_orphan(ctx: Context) -> Iterator[Diagnostic]:
    """Report a file without backlinks."""
    path = ctx.note.path
    if ending(path) in ATTACHMENTS and not ctx.index.backlinks(path):
        yield ctx.report(Span(0, 0), "no note links to this file or embeds it", label="not linked")
