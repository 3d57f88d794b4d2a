"""A note does not end with a line end.

Off by default. Programs that put something below the last line glue it to that line, and git shows such an end as a
change of a line that nobody changed. Empty notes have no last line.

The fix (safe) adds the line end that the rest of the note has.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix
from vaultkit.model.expression import expression
from vaultkit.model.text import Span, TextEdit

_LINE_END = expression(r"\r\n|\n|\r")


@rule(severity=None, fixable="safe")
def final_newline(ctx: Context) -> Iterator[Diagnostic]:
    """Report a last line without an end."""
    text = ctx.text
    if text and text[-1] not in "\r\n":
        end = _LINE_END.search(text)
        here = Span(len(text), len(text))
        fix = Fix("add a line end", (TextEdit(here, end[0] if end else "\n"),), safe=True)
        yield ctx.report(here, "the last line of this note has no line end", label="no line end", fix=fix)
