"""A tag is spelled in another letter case than in most notes.

To Obsidian `#Book` and `#book` are one tag, and it shows whichever it met first; other programs, and web addresses, do
tell them apart. Levels count on their own: with `#Book/novel` here and `#book/poem` in most notes, `Book` is the one
that differs. As many notes for either: the spelling with more small letters is meant.

The fix (safe) writes the tag as most notes do.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.lint.tag_places import typed_tags
from vaultkit.model.diagnostic import Diagnostic, Fix, Severity
from vaultkit.model.text import TextEdit


@rule(severity=Severity.WARNING, about=("tags", "properties"), fixable="safe")
def tag_variant(ctx: Context) -> Iterator[Diagnostic]:
    """Report tags that differ from the usual ones by letter case."""
    for typed in typed_tags(ctx):
        usual = ctx.index.usual_spelling(typed.name)
        span = typed.span(ctx) if usual != typed.name else None
        if span:
            name = typed.name_span(ctx)
            fix = Fix(f"write `#{usual}`", (TextEdit(name, usual),), safe=True) if name else None
            message = f"`#{typed.name}` is written `#{usual}` elsewhere"
            yield ctx.report(span, message, label="letter case", fix=fix)
