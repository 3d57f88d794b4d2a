"""No other note links to this one.

Off by default: many vaults grow from loose notes. Links in properties, comments and canvases count, links of the note
to itself do not. Turn it off again for notes that are found otherwise, such as daily notes, with an override.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.file_kinds import is_note
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.text import Span


@rule(severity=None)
def note_orphan(ctx: Context) -> Iterator[Diagnostic]:
    """Report a note without backlinks."""
    path = ctx.note.path
    if is_note(path) and not set(ctx.index.backlinks(path)) - {path}:
        yield ctx.report(Span(0, 0), "no other note links to this one", label="not linked")
