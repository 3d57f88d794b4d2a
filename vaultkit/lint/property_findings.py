"""From faults of properties to findings at their places, with fixes that touch the value, the name or one new line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultkit.lint.rule import Context
from vaultkit.model.diagnostic import Diagnostic, Fix
from vaultkit.model.text import Span, TextEdit

if TYPE_CHECKING:
    from vaultkit.parse.frontmatter import Place
    from vaultkit.schema.properties import PropertyFault


def property_findings(ctx: Context) -> Iterator[Diagnostic]:
    """The findings of the running rule among all that is wrong with the note's properties."""
    for fault in ctx.property_faults:
        if fault.rule == ctx.active.name:
            span, fix = _place(ctx, fault), _fix(ctx, fault)
            yield ctx.report(span, fault.message, label=fault.label, origin=fault.origin, hint=fault.hint, fix=fix)


def value_span(place: Place) -> Span:
    """Where to point for a value: at the value, or at the name of one that is empty or goes over several lines."""
    return place.value if place.source and not re.search(r"[\r\n]", place.source) else place.key


def _place(ctx: Context, fault: PropertyFault) -> Span:
    name = fault.near if fault.near and fault.rule == "property-missing" else None
    place = ctx.places.get(name) if name else ctx.places.get(*fault.path)
    if place is None and len(fault.path) > 1:
        around = ctx.places.get(*fault.path[:-1])
        if around:
            return around.key
    if place is None:
        start = ctx.facts.frontmatter.span.start
        return Span(start, start + 3)
    return place.key if fault.rule in ("property-missing", "property-unknown") else value_span(place)


def _fix(ctx: Context, fault: PropertyFault) -> Fix | None:
    if fault.near:
        typed, meant = (fault.near, fault.path[0]) if fault.rule == "property-missing" else (fault.path[0], fault.near)
        return _rename(ctx, str(typed), str(meant))
    if fault.line:
        return _insertion(ctx, fault)
    place = ctx.places.get(*fault.path)
    mended = fault.repair.rewrite(place.source) if fault.repair and place else None
    if mended is None or fault.repair is None or place is None or mended == place.source:
        return None
    return Fix(fault.repair.title, (TextEdit(place.value, mended),), fault.repair.safe)


def _rename(ctx: Context, typed: str, meant: str) -> Fix | None:
    from vaultkit.schema.repair import as_yaml

    place = ctx.places.get(typed)
    return Fix(f"rename to `{meant}`", (TextEdit(place.key, as_yaml(meant)),), safe=False) if place else None


def _insertion(ctx: Context, fault: PropertyFault) -> Fix | None:
    """A new last line, indented as the others are."""
    if fault.repair is None:
        return None
    first = ctx.places.get(ctx.places.keys()[0])
    indent = ctx.text[ctx.text.rfind("\n", 0, first.key.start) + 1 : first.key.start] if first else ""
    edit = ctx.places.insertion([indent + fault.line])
    return Fix(fault.repair.title, (edit,), fault.repair.safe) if edit else None
