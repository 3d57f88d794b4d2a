"""Rules of other packages: held to what a rule is, and run so that what they do wrong stays theirs.

One that raises, or takes too long, is a finding at the top of the note that it has not judged. It is an error, so that
a note which a rule should have judged is not published without.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from vaultkit.errors import SetupError, VaultkitError
from vaultkit.extensions import Failed, Provider, isolated
from vaultkit.index.file_kinds import is_note
from vaultkit.lint.rule import Check, Context, Fixable, Over, Rule
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.text import Span

SECONDS = 2.0
"""Of processor time that a rule may take for one note."""

_TIMES = 3
"""So often a rule may take too long before it is not started any more."""

_MOST = 10_000
"""Findings of one rule in one note."""


def guarded(found: Any, name: str, provider: Provider) -> Rule:
    """A rule that another package brings under a name. Raises SetupError when it is no rule, or is called otherwise."""
    fault = _fault_of_rule(found, name)
    if fault:
        do = f"this is for the author of `{provider.package}` to mend; do without the rule until then"
        raise SetupError(f"the rule `{name}` of {provider} {fault}", do=do)
    checked: Rule = found._replace(check=_Guarded(found.check, name, provider), provider=provider)
    return checked


def _fault_of_rule(found: Any, name: str) -> str:
    if not isinstance(found, Rule):
        return "is none: `@vaultkit.rule(…)` makes one of a function"
    if found.name != name:
        return f"calls itself `{found.name}`"
    options = found.options
    if options and set(getattr(options, "_fields", "?")) != set(getattr(options, "_field_defaults", "")):
        return "has options that are no NamedTuple whose fields all have defaults"
    if not isinstance(found.severity, Severity | None):
        return f"has no severity, but {found.severity!r}"
    if found.over not in get_args(Over) or found.fixable not in get_args(Fixable):
        return "says in `over` or `fixable` what nobody knows"
    return ""


class _Guarded:
    """A rule's generator under guard."""

    def __init__(self, check: Check, name: str, provider: Provider) -> None:
        self._check = check
        self._name = name
        self._provider = provider
        self._too_long: list[str] = []
        """The notes for which it took too long."""

    def __call__(self, ctx: Context) -> Iterator[Diagnostic]:
        if len(self._too_long) >= _TIMES:
            notes = ", ".join(f"`{path}`" for path in self._too_long)
            yield self._failure(ctx, f"it took too long on {notes} and is not started any more", "")
            return
        found: list[Diagnostic] = []
        try:
            isolated(lambda: self._fill(found, ctx), SECONDS)
        except (Failed, VaultkitError) as error:
            if isinstance(error, Failed) and error.late:
                self._too_long.append(ctx.note.path)
            yield from found
            yield self._failure(ctx, str(error), error.where)
            return
        yield from found

    def _fill(self, found: list[Diagnostic], ctx: Context) -> None:
        for item in self._check(ctx):
            fault = self._fault(item, ctx)
            if fault:
                raise ValueError(fault)
            if len(found) == _MOST:
                raise ValueError(f"it has more than {_MOST} findings")
            found.append(item)

    def _fault(self, item: Any, ctx: Context) -> str:
        """What is wrong with a finding, so that no report has to ask."""
        if not isinstance(item, Diagnostic) or not isinstance(item.message, str):
            return f"it yields {type(item).__name__}, and a finding is what `ctx.report` makes"
        if (item.rule, item.path) != (self._name, ctx.note.path) or not isinstance(item.severity, Severity):
            return "it speaks for another rule or of another note"
        length = len(ctx.text) if is_note(ctx.note.path) else 0
        edits = item.fix.edits if item.fix else ()
        if not all(_lies_within(span, length) for span in (item.span, *(edit.span for edit in edits))):
            return f"it finds something at {tuple(item.span)!r}, and the note has {length} characters"
        if not all(isinstance(other.span, Span) and 0 <= other.span.start <= other.span.end for other in item.related):
            return "a related place of it is no Span"
        return ""

    def _failure(self, ctx: Context, what: str, where: str) -> Diagnostic:
        message = f"this rule failed, so it has not judged the note: {what}" + (f" ({where})" if where else "")
        hint = f"this is a mistake in {self._provider}, not in your note"
        return Diagnostic(self._name, ctx.note.path, Span(0, 0), Severity.ERROR, message, hint=hint)


def _lies_within(span: Any, length: int) -> bool:
    return isinstance(span, Span) and 0 <= span.start <= span.end <= length
