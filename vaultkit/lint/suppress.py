"""Suppressions: what the author of a note asks vaultkit not to say about it.

    [[Nowhere]] %% vaultkit-disable-line link-broken: to be written %%
    <!-- vaultkit-disable-next-line link-broken, link-case -->
    %% vaultkit-disable tag-invalid %% … %% vaultkit-enable tag-invalid %%
    %% vaultkit-disable-file %%

or, in the properties, `vaultkit: { disable: [link-broken] }`. A comment without rules means all of them. What is found
where nobody wants to hear of it is dropped; what suppresses nothing is remembered, for `suppression-unused` to say.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import chain
from operator import itemgetter

from vaultkit import registry
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.expression import expression
from vaultkit.model.note import Facts, Suppression
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span
from vaultkit.schema.properties import OWN

KINDS = ("disable-line", "disable-next-line", "disable", "enable", "disable-file")
PROPERTY = "disable"
"""The name below `vaultkit` in the properties."""
EVERY = ""
"""Stands for all rules."""

_RULES = "vaultkit.rules"
_NAME = expression(r"[^,\s](?:[^,]*[^,\s])?")
_EVERYWHERE = 1 << 60


class Silence(NamedTuple):
    """A rule (or `EVERY`) that a comment or the properties ask to be silent, or to speak again (`enable`).

    `place` is where the rule is named in the text, the whole comment for `EVERY`; of a property it is the number of the
    item in its list, or None.
    """

    rule: str
    kind: str
    covers: Span
    place: Span | int | None
    comment: Suppression | None


_Together = tuple[Silence, ...]


@cache
def known_rules() -> frozenset[str]:
    """The names of all rules of ours."""
    return frozenset(registry.names(_RULES))


@cache
def _on_by_default() -> frozenset[str]:
    return frozenset(name for name in known_rules() if registry.load(_RULES, name).severity)


class Suppressions:
    """The suppressions of one note, and what became of `found`, the findings of the `running` rules.

    `hidden` are the findings that nobody wants to hear of. `unused` are the suppressions that hid nothing though their
    rule ran, and the `enable` comments that end nothing; `ends` says of the others what they bring to an end.
    """

    def __init__(
        self,
        facts: Facts,
        found: Iterable[Diagnostic],
        running: Collection[str],
        known: Collection[str] = (),
    ) -> None:
        self._known = known
        self.all = (*_in_comments(facts.suppressions), *_in_properties(facts))
        ranges = [item for item in self.all if item.kind in ("disable", "enable")]
        self.ends = _ends(ranges)
        self._ranges = _Ranges(ranges)
        self._lines = _Lines(
            item for item in self.all if item.kind in ("disable-line", "disable-next-line", "disable-file")
        )
        hidden = {finding: hiding for finding in found if (hiding := self._hiding(finding))}
        self.hidden = hidden.keys()
        groups = {id(group): group for group in chain(*hidden.values())}
        used = set(chain(*groups.values()))
        everything = _on_by_default() <= set(running)
        self.unused = [
            item
            for item in self.all
            if item not in used
            and item.kind in KINDS
            and (everything if item.rule == EVERY else item.rule in running)
            and not self.ends.get(item)
        ]

    def _hiding(self, finding: Diagnostic) -> tuple[_Together, ...]:
        rule, at = finding.rule, finding.span.start
        return (*self._lines.at(rule, at), *self._ranges.at(rule, at))

    @property
    def unknown(self) -> Iterator[Silence]:
        """Those that name a rule, or a kind of suppression, that does not exist."""
        return (item for item in self.all if item.kind not in KINDS or not self._exists(item.rule))

    def _exists(self, rule: str) -> bool:
        return rule == EVERY or rule in known_rules() or rule in self._known


def _in_comments(suppressions: tuple[Suppression, ...]) -> Iterator[Silence]:
    for comment in suppressions:
        names = [(name[0], name.span()) for name in _NAME.finditer(comment.rules)]
        at = comment.rules_start
        for name, (start, end) in names if comment.kind in KINDS else ():
            yield Silence(name, comment.kind, comment.covers, Span(at + start, at + end), comment)
        if not names or comment.kind not in KINDS:
            yield Silence(EVERY, comment.kind, comment.covers, comment.span, comment)


def _in_properties(facts: Facts) -> Iterator[Silence]:
    own = facts.properties.get(OWN)
    wanted = own.get(PROPERTY) if isinstance(own, dict) else None
    for number, item in enumerate(wanted if isinstance(wanted, list) else [wanted]):
        if item is not None and item is not False:
            name = EVERY if item is True else str(item)
            place = number if isinstance(wanted, list) else None
            yield Silence(name, "disable-file", Span(0, _EVERYWHERE), place, None)


class _Lines:
    """Suppressions of lines and of whole notes, by what they cover: time grows with what is found, not with both."""

    def __init__(self, items: Iterable[Silence]) -> None:
        groups: dict[tuple[Span, str], list[Silence]] = {}
        for item in items:
            whole = item.kind == "disable-file"
            groups.setdefault((Span(0, _EVERYWHERE) if whole else item.covers, item.rule), []).append(item)
        self._groups = {key: tuple(group) for key, group in groups.items()}
        self._covers = sorted({covers for covers, _ in groups if covers.end < _EVERYWHERE})

    def at(self, rule: str, at: int) -> Iterator[_Together]:
        """Those that mean a finding. What covers lines overlaps at their first and last ones only, so that no more than
        three meet in one place."""
        last = bisect_right(self._covers, Span(at, _EVERYWHERE))
        meeting = [span for span in self._covers[max(last - 3, 0) : last] if at <= span.end]
        for covers in (*meeting, Span(0, _EVERYWHERE)):
            for name in (rule, EVERY):
                if group := self._groups.get((covers, name)):
                    yield group


class _Ranges:
    """The comments that disable and enable from where they stand."""

    def __init__(self, items: Iterable[Silence]) -> None:
        self._by_rule: dict[str, list[tuple[int, Silence]]] = {}
        for item in items:
            self._by_rule.setdefault(item.rule, []).append((item.covers.start, item))

    def at(self, rule: str, at: int) -> Iterator[_Together]:
        """The comment that holds for a finding, if it disables."""
        before = []
        for name in (rule, EVERY):
            items = self._by_rule.get(name, [])
            number = bisect_right(items, at, key=itemgetter(0))
            before += items[number - 1 : number]
        last = max(before, key=itemgetter(0))[1] if before else None
        if last and last.kind == "disable":
            yield (last,)


def _ends(ranges: list[Silence]) -> dict[Silence, list[Silence]]:
    """What each `enable` brings to an end; one that speaks of a rule out of all that are disabled ends nothing whole,
    and counts as ending all."""
    ends: dict[Silence, list[Silence]] = {}
    running: dict[str, list[Silence]] = {}
    for item in ranges:
        if item.kind == "disable":
            running.setdefault(item.rule, []).append(item)
        elif item.rule == EVERY:
            ends[item] = [other for others in running.values() for other in others]
            running.clear()
        else:
            ends[item] = [*running.pop(item.rule, []), *running.get(EVERY, [])]
    return ends
