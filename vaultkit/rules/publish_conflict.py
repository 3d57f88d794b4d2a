"""Two notes that are meant to be public claim one address.

An address is made of the note's path (`Reading/Attention.md` is `reading/attention.html`) or is its `permalink`; the
note that the configuration names as `home` has the root's. An alias with a `/` claims an old address, and must not hide
a page that stands there now. Letter case and Unicode form do not tell addresses apart, because they do not on every
disk.

Neither note gets the address: both are held back until one of them has another `permalink`, alias or name. Notes whose
date is still to come count. Two old addresses that are the same are no error; they lead nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Related, Severity
from vaultkit.model.standing import Claim
from vaultkit.model.text import Span

_START = Span(0, 0)
_SHOWN = 5


@rule(severity=Severity.ERROR, about=("public",))
def publish_conflict(ctx: Context) -> Iterator[Diagnostic]:
    """Report places that another public note claims too, each once."""
    told: set[str] = set()
    for claim in ctx.standing.claims:
        claimants = ctx.index.claimants(claim)
        others = [(path, other) for path, other in claimants if path != ctx.note.path]
        if others and claim.place not in told and (claim.stands or any(other.stands for _, other in others)):
            told.add(claim.place)
            names = " and ".join(f"`{path}`" for path, _ in others[:_SHOWN])
            more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
            message = f"{names}{more} and this note claim the same address, `{claim.url}`"
            related = tuple(Related(path, _START, "claims it too") for path, _ in others[:_SHOWN])
            yield ctx.report(_place(ctx, claim), message, label=_label(claim), related=related)


def _label(claim: Claim) -> str:
    return "give one another `permalink`" if claim.stands else "an old address"


def _place(ctx: Context, claim: Claim) -> Span:
    """The permalink or alias that claims the place; the note's start when it is its path."""
    wanted = ("permalink",) if claim.stands else ("aliases", "alias")
    for name, value in ctx.facts.properties.items():
        place = ctx.places.get(name) if name.lower() in wanted and value not in (None, "") else None
        if place:
            return place.value
    return _START
