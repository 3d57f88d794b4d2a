"""A callout is of a type that Obsidian does not know.

`> [!wraning]` is shown like a plain `note`. A type is known when it is built in, when a snippet or theme of the vault
(in `.obsidian`) has a style for it, or when the option `types` names it:

    rules:
      callout-unknown: { types: [recipe, "verse-*"] }

When just one known type resembles it, the fix (unsafe) writes that one. Letter case does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from vaultkit.index.callouts import BUILT_IN
from vaultkit.index.mending import did_you_mean
from vaultkit.index.near import near_texts
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix, Severity
from vaultkit.model.note import Callout
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span, TextEdit


class Options(NamedTuple):
    """`types`: the types that are known besides the built-in ones, in any letter case; `*` stands for any text."""

    types: tuple[str, ...] = ()


@rule(severity=Severity.WARNING, options=Options, about=("callouts",), fixable="unsafe")
def callout_unknown(ctx: Context) -> Iterator[Diagnostic]:
    """Report callouts whose type is neither built in nor declared."""
    known, fits = _known(ctx.options.types)
    for callout in ctx.facts.callouts:
        if callout.type not in known and not fits(callout.type):
            near = near_texts(callout.type, sorted(known))
            message = f"`{callout.type}` is no callout type that Obsidian knows{did_you_mean(near)}"
            span = _type_span(ctx.text, callout)
            fix = Fix(f"write `{near[0]}`", (TextEdit(span, near[0]),), safe=False) if span and len(near) == 1 else None
            yield ctx.report(span or callout.span, message, label="shown as a note", fix=fix)


@lru_cache(maxsize=64)
def _known(types: tuple[str, ...]) -> tuple[frozenset[str], Callable[[str], object]]:
    """The types that are known by name, and a test for those that are known by a pattern."""
    declared = {name.lower() for name in types}
    named = {name for name in declared if "*" not in name}
    patterns = (".*".join(map(re.escape, name.split("*"))) for name in sorted(declared - named))
    return frozenset(named.union(BUILT_IN)), re.compile("|".join(patterns) or r"(?!)", re.DOTALL).fullmatch


def _type_span(text: str, callout: Callout) -> Span | None:
    """Where the type stands: behind the first `[!` of the callout."""
    at = text.index("[!", callout.span.start) + 2
    end = at + len(callout.type)
    return Span(at, end) if text[at:end].lower() == callout.type else None
