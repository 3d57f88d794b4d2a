"""A link in a property has no quotes, so it is no link.

To YAML, `up: [[Home]]` is a list in a list. Obsidian makes a link of a property only when it is text: `up:
"[[Home]]"`.

The fix (safe) adds the quotes.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix, Severity
from vaultkit.model.expression import expression
from vaultkit.model.note import Value
from vaultkit.model.text import TextEdit
from vaultkit.schema.repair import quoted

_LINK = expression(r"\[\[[^\[\]\r\n]+\]\]")
_NESTS = frozenset((list, dict))


@rule(severity=Severity.ERROR, about=("properties",), fixable="safe")
def property_unquoted_link(ctx: Context) -> Iterator[Diagnostic]:
    """Report values and list items that are a wikilink without quotes."""
    for name, value in ctx.facts.properties.items():
        if value.__class__ is not dict and (value.__class__ is not list or _NESTS.isdisjoint(map(type, value))):
            continue
        for path in _nested((name,), value):
            place = ctx.places.get(*path)
            if place and _LINK.fullmatch(place.source):
                message = f"`{place.source}` is a list to YAML, not a link; put it in quotes"
                fix = Fix("put it in quotes", (TextEdit(place.value, quoted(place.source)),), safe=True)
                yield ctx.report(place.value, message, label="no link without quotes", fix=fix)


def _nested(path: tuple[str | int, ...], value: Value) -> Iterator[tuple[str | int, ...]]:
    """The paths of the lists that hold nothing but one list."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _nested((*path, name), item)
    elif isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], list) and len(value[0]) > 0:
            yield path
        for index, item in enumerate(value):
            yield from _nested((*path, index), item)
