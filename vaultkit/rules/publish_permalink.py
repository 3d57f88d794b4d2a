"""The `permalink` of a note that is meant to be public cannot be an address.

A permalink is a path of the site: `/a/b` is the page `a/b.html`, `a/b/` is `a/b/index.html`, and `/` is the root. It
must not leave the site, hide in it (`.git/x`), take the place of something of the site's own (`tags/`, `assets/`), or
be a name that some system cannot have (`con`, `a:b`).

The note is held back, because it would stand at an address that nobody asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.text import Span


@rule(severity=Severity.ERROR, about=("properties",))
def publish_permalink(ctx: Context) -> Iterator[Diagnostic]:
    """Report a permalink that no page can have."""
    for reason in ctx.standing.reasons:
        if ctx.standing.public and reason.rule == ctx.active.name:
            message = f"this note cannot have a page: {reason.message}"
            yield ctx.report(_place(ctx), message, label="not an address")


def _place(ctx: Context) -> Span:
    names = (name for name, value in ctx.facts.properties.items() if name.lower() == "permalink" and value != "")
    place = next(filter(None, map(ctx.places.get, names)), None)
    return place.value if place else Span(0, 0)
