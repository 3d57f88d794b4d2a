"""A footnote without its other half.

A reference `[^1]` needs a definition `[^1]: …` in the same note, else it is shown as it stands; a definition that
nothing refers to is not shown at all. Letter case does not tell footnotes apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.WARNING, about=("footnotes",))
def footnote_broken(ctx: Context) -> Iterator[Diagnostic]:
    """Report references without a definition, and definitions without a reference."""
    names: dict[str, set[str]] = {"definition": set(), "reference": set(), "inline": set()}
    for footnote in ctx.facts.footnotes:
        names[footnote.kind].add(footnote.text.lower())
    for footnote in ctx.facts.footnotes:
        name = footnote.text.lower()
        if footnote.kind == "reference" and name not in names["definition"]:
            message = f"the footnote `[^{footnote.text}]` is not defined in this note"
            yield ctx.report(footnote.span, message, label="no definition")
        if footnote.kind == "definition" and name not in names["reference"]:
            message = f"nothing in this note refers to the footnote `[^{footnote.text}]`"
            yield ctx.report(footnote.span, message, label="never shown")
