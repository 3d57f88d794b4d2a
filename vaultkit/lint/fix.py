"""Fixing one note: which fixes go together, what they make of its text, and whether they did any good.

In each step the fixes are taken in the order of their findings, never two that overlap or touch (an edit that both
have is made once), and the text is checked again: what a fix brought to light, or kept another from being made, is for
the next step. A finding that is back after its fix shows that the fix does no good: everything since is taken back, and
it is not tried again in this text. So a fix that changes nothing, or two that undo each other, leave the text as it
was. In a text that other fixes changed it gets another chance: what is left is a text that nothing more can be made of,
so fixing a fixed note changes nothing.

Nothing here reads or writes: whoever fixes says how a text is checked, and which fixes are wanted.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.expression import expression
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span, TextEdit, apply_edits

Check = Callable[[str], tuple[Diagnostic, ...]]
"""From a text of the note to the findings that it has, in stable order."""
Wanted = Callable[[str, Diagnostic], bool]
"""Whether a fix is to be applied to a text. Findings of one rule that share a fix, or that were refused theirs, are
asked about once."""

_MOST_STEPS = 200
_MOST_ROUNDS = 10
_MOST_WORDS = 200
_LINE_END = expression(r"\r\n|\n|\r")
_Key = tuple[str, str, str]


class _Step(NamedTuple):
    """The text before a step, what was fixed in it, and how many findings like these may still be there after it."""

    before: str
    fixed: tuple[Diagnostic, ...]
    left: dict[_Key, int]


class Fixing:
    """A note on its way to a text in which nothing more can be fixed. `text` is what it has come to."""

    def __init__(self, text: str, check: Check, wanted: Wanted) -> None:
        self.text = text
        self._check = check
        self._wanted = wanted
        self._done: list[_Step] = []
        self._steps: list[_Step] = []
        """The steps of earlier rounds, and of this one."""
        self._useless: set[_Key] = set()
        self._refused: Counter[_Key] = Counter()

    @property
    def fixed(self) -> tuple[Diagnostic, ...]:
        """The findings that were fixed on the way, each with its place in the text of that time."""
        return tuple(item for step in (*self._done, *self._steps) for item in step.fixed)

    def go_on(self, findings: Sequence[Diagnostic]) -> None:
        """Fix what can be fixed. `findings` are those of the text as it is now."""
        for _ in range(_MOST_ROUNDS):
            before = self.text
            self._round(findings)
            if self.text == before or not self._useless:
                return
            self._done += self._steps
            self._steps, self._useless = [], set()
            findings = self._check(self.text)

    def _round(self, findings: Sequence[Diagnostic]) -> None:
        for _ in range(_MOST_STEPS):
            there = Counter(_key(item, self.text) for item in findings)
            if not self._took_back(there):
                chosen = self._chosen(findings)
                if not chosen:
                    return
                done = Counter(_key(item, self.text) for item in chosen)
                self._steps.append(_Step(self.text, chosen, {key: there[key] - done[key] for key in done}))
                self.text = with_fixes(self.text, chosen)
            findings = self._check(self.text)

    def _took_back(self, there: Counter[_Key]) -> bool:
        """Whether a finding is back that was fixed; then the text is again what it was before that."""
        for number, step in enumerate(self._steps):
            back = {key for key, most in step.left.items() if there[key] > most}
            if back:
                self._useless |= back
                self.text = step.before
                del self._steps[number:]
                return True
        return False

    def _chosen(self, findings: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
        """The findings that are fixed in the next step."""
        made: set[TextEdit] = set()
        taken: list[Span] = []
        granted: set[tuple[TextEdit, ...]] = set()
        refused: set[tuple[str, tuple[TextEdit, ...]]] = set()
        passed: Counter[_Key] = Counter()
        chosen = []
        for item in findings:
            key = _key(item, self.text)
            if item.fix is None or key in self._useless:
                continue
            if passed[key] < self._refused[key]:
                passed[key] += 1
                continue
            edits = item.fix.edits
            if edits not in granted and (item.rule, edits) not in refused:
                new = set(edits) - made
                if not _fit(new, taken, self.text):
                    continue
                if self._wanted(self.text, item):
                    granted.add(edits)
                    made |= new
                    for edit in new:
                        insort(taken, edit.span)
                else:
                    refused.add((item.rule, edits))
            if edits in granted:
                chosen.append(item)
            else:
                self._refused[key] += 1
                passed[key] += 1
        return tuple(chosen)


def with_fixes(text: str, findings: Iterable[Diagnostic]) -> str:
    """A text after the fixes of some of its findings; a fix that several share is applied once. New lines end as the
    lines of the text do, where all of these end alike.

    Raises ValueError when two fixes overlap.
    """
    edits = {edit for item in findings if item.fix for edit in item.fix.edits}
    if any("\n" in edit.text or "\r" in edit.text for edit in edits):
        ends = set(_LINE_END.findall(text))
        if len(ends) == 1:
            end = ends.pop()
            edits = {edit._replace(text=_LINE_END.sub(end, edit.text)) for edit in edits}
    return apply_edits(text, edits)


def _key(item: Diagnostic, text: str) -> _Key:
    """What a finding is known by from one step to the next, in which all places move."""
    start, end = item.span
    return item.rule, item.message, text[start : min(end, start + _MOST_WORDS)]


def _fit(edits: Iterable[TextEdit], taken: list[Span], text: str) -> bool:
    """Whether edits lie in the text, apart from each other and from all that are taken (sorted, and apart)."""
    at = 0
    for start, end in sorted(edit.span for edit in edits):
        before = bisect_right(taken, end, key=lambda span: span.start) - 1
        if start < at or end < start or end > len(text) or (before >= 0 and taken[before].end >= start):
            return False
        at = end
    return True
