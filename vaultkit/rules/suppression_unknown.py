"""A suppression names a rule that does not exist, or is none that vaultkit knows.

`%% vaultkit-disable-line lnik-broken %%` suppresses nothing. The kinds are `vaultkit-disable-line`,
`vaultkit-disable-next-line`, `vaultkit-disable` and `vaultkit-enable`, `vaultkit-disable-file`; `vaultkit rules` lists
the rules, whose names are separated by commas. A reason stands behind a colon.

The fix (safe) removes the name, or the comment when no other name is in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.mending import did_you_mean
from vaultkit.index.near import near_texts
from vaultkit.lint.rule import Context, rule
from vaultkit.lint.suppress import KINDS, Silence, known_rules
from vaultkit.model.diagnostic import Diagnostic, Severity

_GUESSES = 50
"""So many times a note is told what may have been meant."""


@rule(severity=Severity.ERROR, about=("suppressions",), fixable="safe", last=True)
def suppression_unknown(ctx: Context) -> Iterator[Diagnostic]:
    """Report names of rules that there are not, and comments that vaultkit does not know."""
    unknown = list(ctx.suppressions.unknown)
    if not unknown:
        return
    from vaultkit.lint.suppression_edits import Removal

    removal = Removal(ctx)
    for number, item in enumerate(unknown):
        message = _message(item, guess=number < _GUESSES)
        yield ctx.report(removal.place(item), message, label="suppresses nothing", fix=removal.fix([item]))


def _message(item: Silence, *, guess: bool) -> str:
    if item.kind not in KINDS:
        near = near_texts(item.kind, KINDS, 1) if guess else ()
        return f"there is no suppression `vaultkit-{item.kind}`{did_you_mean([f'vaultkit-{kind}' for kind in near])}"
    near = near_texts(item.rule, sorted(known_rules()), 1) if guess else ()
    return f"there is no rule `{item.rule}`{did_you_mean(near)}"
