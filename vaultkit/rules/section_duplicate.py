"""A section is there more often than the schema allows.

A section may be there once, unless the schema says `repeat: { max: … }`. An alias is the same section: with *Raw
notes* for *Notes*, a note cannot have both. The one in its place, by the best name, counts; the others are reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Related, Severity


@rule(severity=Severity.ERROR, about=("sections",))
def section_duplicate(ctx: Context) -> Iterator[Diagnostic]:
    """Report each section too many, with the one that counts."""
    seen: set[int] = set()
    for match in ctx.sections:
        for item in match.repeated:
            if item.heading in seen:
                continue
            seen.add(item.heading)
            title, most = item.entry.section.heading, item.entry.section.most
            allowed = "only once" if most == 1 else f"at most {most} times"
            yield ctx.report(
                match.headings[item.heading].text_span,
                f"section `{title}` may be there {allowed}, and here it is again",
                label=f"again `{title}`",
                origin=match.origin(item.entry),
                hint=match.hint(item.entry),
                related=(Related(ctx.note.path, match.headings[item.first].text_span, "this is the one that counts"),),
            )
