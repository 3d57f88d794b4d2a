"""A suppression that suppresses nothing.

Suppressions tell vaultkit that something is meant to be as it is. They stand in comments of Obsidian or of HTML, which
are never published, with the names of rules (separated by commas; none: all rules) and, behind a colon, the reason:

```md
[[Nowhere]] %% vaultkit-disable-line link-broken: to be written %%

<!-- vaultkit-disable-next-line link-broken, link-case -->
See [[nowhere]].

%% vaultkit-disable tag-invalid %%
…
%% vaultkit-enable tag-invalid %%
```

`vaultkit-disable-file` holds for the whole note, and so does the property `vaultkit: { disable: [link-broken] }`
(`disable: true`: all rules). What is found at a place that is disabled is not reported, and does not keep the note from
being published. The next line is the next one with something on it; `vaultkit-disable` without `vaultkit-enable` goes
to the end of the note. What is wrong with properties is suppressed by the property or for the whole note, since no
comment can stand beside it.

When the rule finds nothing there any more, the suppression could one day hide a new mistake. A rule that is off says
nothing about its suppressions; one for all rules is judged only where all rules that are on by default are on. This
rule itself is turned off in the configuration only.

The fix (safe) removes the comment, or the name of the rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.lint.suppress import EVERY, Silence
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.WARNING, about=("suppressions",), fixable="safe", last=True)
def suppression_unused(ctx: Context) -> Iterator[Diagnostic]:
    """Report comments without effect, or the rules in them that have none."""
    unused = ctx.suppressions.unused
    if not unused:
        return
    from vaultkit.lint.suppression_edits import Removal

    removal = Removal(ctx)
    together: dict[object, list[Silence]] = {}
    for item in unused:
        is_whole = item.comment and removal.whole(item.comment)
        together.setdefault(item.comment if is_whole else item, []).append(item)
    for items in together.values():
        comment = items[0].comment
        span = comment.span if comment and removal.whole(comment) else removal.place(items[0])
        yield ctx.report(span, _message(items), label="no effect", fix=removal.fix(items))


def _message(items: list[Silence]) -> str:
    if items[0].kind == "enable":
        return "nothing is disabled here that could be enabled"
    if items[0].rule == EVERY:
        return "no rule finds anything here, so nothing is suppressed"
    names = [f"`{item.rule}`" for item in items]
    rules = ", ".join(names[:-1]) + " and " * (len(names) > 1) + names[-1]
    return f"{rules} {'find' if len(names) > 1 else 'finds'} nothing here, so nothing is suppressed"
