"""An address on the web does not answer any more.

Off by default, and looked at only by `vaultkit check --online`, because it asks other people's servers. Addresses in
the text count, and those that a property is or lists; comments and code do not.

Only what is surely dead is told: pages that are not there or gone, hosts that do not exist or refuse connections,
redirects without end. What a server keeps from programs, or is too busy or too slow for, may well be there. Each host
is asked one thing at a time and left alone when it wishes; nothing on this machine or in a private network is ever
asked. What was seen is remembered in the user's cache folder: for a week when the address answered, for a day when not.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.property_findings import value_span
from vaultkit.lint.published import outside
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.note import Value
from vaultkit.model.text import Span

_SCHEMES = ("http://", "https://")
_SHOWN = 60


@rule(severity=None)
def link_external(ctx: Context) -> Iterator[Diagnostic]:
    """Report addresses that are known to be dead."""
    is_shown = outside(comment.span for comment in ctx.facts.comments)
    for link in ctx.facts.external:
        verdict = _verdict(ctx, link.url) if is_shown(link.span) else ""
        if verdict:
            yield ctx.report(link.span, verdict, label="dead")
    for name, value in ctx.facts.properties.items():
        for path, item in _items(name, value):
            verdict = _verdict(ctx, item) if isinstance(item, str) and " " not in item else ""
            if verdict:
                yield ctx.report(_place(ctx, path), verdict, label="dead")


def _verdict(ctx: Context, url: str) -> str:
    """What there is to say of an address; "" for one that is not on the web."""
    if not url.lower().startswith(_SCHEMES):
        return ""
    verdict = ctx.index.verdict(url.partition("#")[0])
    return f"`{url if len(url) <= _SHOWN else url[: _SHOWN - 1] + '…'}` {verdict}" if verdict else ""


def _items(name: str, value: Value) -> Iterator[tuple[tuple[str | int, ...], Value]]:
    if isinstance(value, list):
        yield from (((name, at), item) for at, item in enumerate(value))
    else:
        yield (name,), value


def _place(ctx: Context, path: tuple[str | int, ...]) -> Span:
    place = ctx.places.get(*path)
    return value_span(place) if place else Span(0, 0)
