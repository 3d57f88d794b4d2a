"""A callout is of a type that Obsidian does not know.

`> [!wraning]` is shown like a plain `note`. Types that a style sheet of yours adds are declared by the option `types`:

    rules:
      callout-unknown: { types: [recipe, verse] }

When just one known type resembles it, the fix (unsafe) writes that one. Letter case does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vaultkit.index.callouts import BUILT_IN
from vaultkit.index.mending import did_you_mean
from vaultkit.index.near import near_texts
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix, Severity
from vaultkit.model.note import Callout
from vaultkit.model.text import Span, TextEdit


class Options(NamedTuple):
    """`types`: the types that are known besides the built-in ones, in any letter case."""

    types: tuple[str, ...] = ()


@rule(severity=Severity.WARNING, options=Options, about=("callouts",), fixable="unsafe")
def callout_unknown(ctx: Context) -> Iterator[Diagnostic]:
    """Report callouts whose type is neither built in nor declared."""
    known = {*BUILT_IN, *map(str.lower, ctx.options.types)}
    for callout in ctx.facts.callouts:
        if callout.type not in known:
            near = near_texts(callout.type, sorted(known))
            message = f"`{callout.type}` is no callout type that Obsidian knows{did_you_mean(near)}"
            span = _type_span(ctx.text, callout)
            fix = Fix(f"write `{near[0]}`", (TextEdit(span, near[0]),), safe=False) if span and len(near) == 1 else None
            yield ctx.report(span or callout.span, message, label="shown as a note", fix=fix)


def _type_span(text: str, callout: Callout) -> Span | None:
    """Where the type stands: behind the first `[!` of the callout."""
    at = text.index("[!", callout.span.start) + 2
    end = at + len(callout.type)
    return Span(at, end) if text[at:end].lower() == callout.type else None
