"""A link in a property opens nothing.

A property, or an item of a list, that is as a whole one quoted wikilink is a link: `up: "[[Home]]"`. It is found like a
link in the text, and so is its heading or block.

When just one file or place resembles the one named, the fix (unsafe) links to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.mending import BrokenLink, is_blank
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.expression import expression

_ITEM = expression(r"(\.\d+)+$")
"""Where in a list a link stands (`see.0`): the finding points at it, so its sentence need not count."""


@rule(severity=Severity.ERROR, about=("missing",), fixable="unsafe")
def property_broken_link(ctx: Context) -> Iterator[Diagnostic]:
    """Report links in properties whose file or place is not there."""
    for link, resolution in ctx.links:
        if not link.property or resolution.place_ok is not False or is_blank(link):
            continue
        broken = BrokenLink(link, ctx.note, ctx.index, lambda: ctx.text)
        mending = broken.missing_place(resolution.path) if resolution.path else broken.missing_file()
        name = _ITEM.sub("", link.property)
        message = f"property `{name}`: {mending.message}"
        yield ctx.report(link.span, message, label="opens nothing", fix=mending.fix)
