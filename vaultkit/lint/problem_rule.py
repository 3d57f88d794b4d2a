"""Rules whose findings are what the parser or the reader stumbled over: the Problems that bear the rule's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vaultkit.lint.rule import Context, Fixable, Rule
from vaultkit.model.diagnostic import Diagnostic, Fix, Severity
from vaultkit.model.note import Problem

Mend = Callable[[Context, Problem], Fix | None]


def problem_rule(name: str, doc: str | None, mend: Mend | None = None, severity: Severity = Severity.ERROR) -> Rule:
    """The rule that reports each Problem called `name`, with the (safe) fix that `mend` finds for it.

    `doc` is the module's docstring, which is the rule's page.
    """

    def check(ctx: Context) -> Iterator[Diagnostic]:
        for problem in ctx.facts.problems:
            if problem.rule == name:
                yield ctx.report(problem.span, problem.message, fix=mend(ctx, problem) if mend else None)

    fixable: Fixable = "safe" if mend else "no"
    return Rule(name, check, severity, None, (doc or "").strip(), about=("problems",), fixable=fixable)
