"""A section stands in another place than the schema's order.

Only the sections that moved are reported: those outside the longest run of sections in order. Sections that the
schema does not name may stand anywhere. `order: any` in the schema allows every order.

The fix (unsafe) moves whole sections, with all that is below their headings.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix, Related, Severity

_MENDED = 50
"""A note with more sections out of place is for its author to put in order."""


@rule(severity=Severity.ERROR, about=("sections",), fixable="unsafe")
def section_order(ctx: Context) -> Iterator[Diagnostic]:
    """Report each section that moved, with the one that it belongs next to."""
    seen: set[int] = set()
    for match in ctx.sections:
        if not match.moved:
            continue
        from vaultkit.lint.section_edits import moves

        edits = moves(match, match.moved, ctx.text) if len(match.moved) <= _MENDED else ()
        fix = Fix("put the sections in order", edits, safe=False) if edits else None
        for item in match.moved:
            next_to = item.before if item.after is None else item.after
            if item.heading in seen or next_to is None:
                continue
            seen.add(item.heading)
            side = "before" if item.after is None else "after"
            other = match.headings[next_to]
            yield ctx.report(
                match.headings[item.heading].text_span,
                f"section `{item.entry.section.heading}` should stand {side} `{match.title(next_to)}`",
                label=f"belongs {side} `{match.title(next_to)}`",
                origin=match.origin(item.entry),
                hint=match.hint(item.entry),
                related=(Related(ctx.note.path, other.text_span, f"it belongs {side} this section"),),
                fix=fix,
            )
