"""Edits that take suppressions out of a note: a whole comment, or the names of some rules in it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from vaultkit.lint.suppress import PROPERTY, Silence
from vaultkit.model.diagnostic import Fix
from vaultkit.model.expression import expression
from vaultkit.model.note import Suppression
from vaultkit.model.text import Span, TextEdit
from vaultkit.schema.properties import OWN
from vaultkit.schema.repair import one_line

if TYPE_CHECKING:
    from vaultkit.lint.rule import Context

_LINE_END = expression(r"[ \t]*(\r?\n|\Z)")

_PLAIN = expression(r"[ \t]*(?=[^\W\d_]|!?\[(?!\^))")
"""What cannot begin anything but a paragraph."""
_BEFORE_BLOCKS = "\n>-*+.)"
_MARGIN = " \t>"


class Removal:
    """How to take out what has no effect. `useless` are the items that go, whichever rule reports them.

    What several findings have in common (a comment of which no name is left) is the same edit in each of their fixes.
    """

    def __init__(self, ctx: Context) -> None:
        rules = {rule.name for rule in ctx.running}
        suppressions = ctx.suppressions
        self._ctx = ctx
        useless = set(suppressions.unknown if "suppression-unknown" in rules else ())
        useless |= set(suppressions.unused if "suppression-unused" in rules else ())
        self._look(suppressions.all, useless)
        stay = {item for item in suppressions.all if item not in useless or (item.comment and not self._edit(item))}
        useless |= {end for end, ended in suppressions.ends.items() if ended and stay.isdisjoint(ended)}
        self._look(suppressions.all, useless)
        self._enders = {item: end for end, ended in suppressions.ends.items() if end in useless for item in ended}

    def _look(self, every: Iterable[Silence], useless: set[Silence]) -> None:
        """See which items stand beside each other when the useless ones go."""
        self._useless = useless
        self._siblings: dict[Suppression | None, list[Silence]] = {}
        self._number: dict[Silence, int] = {}
        self._last_kept: dict[Suppression | None, int] = {}
        for item in every:
            siblings = self._siblings.setdefault(item.comment, [])
            self._number[item] = len(siblings)
            if item not in useless:
                self._last_kept[item.comment] = len(siblings)
            siblings.append(item)

    def whole(self, comment: Suppression | None) -> bool:
        """Whether nothing of a comment is left."""
        return comment not in self._last_kept

    def place(self, item: Silence) -> Span:
        """Where an item stands in the text."""
        if isinstance(item.place, Span):
            return item.place
        places = self._ctx.places
        path = (OWN, PROPERTY) if item.place is None else (OWN, PROPERTY, item.place)
        place = places.get(*path)
        return place.value if place else self._ctx.facts.frontmatter.span

    def fix(self, items: Iterable[Silence]) -> Fix | None:
        """The fix for a finding about items of one comment, or of the properties."""
        items = list(items)
        comment = items[0].comment
        if comment is None:
            edit = self._in_properties
            return Fix("remove what has no effect", (edit,), safe=True) if edit else None
        gone = dict.fromkeys((*items, *(self._enders[item] for item in items if item in self._enders)))
        edits = tuple(edit for edit in dict.fromkeys(map(self._edit, gone)) if edit)
        if None in map(self._edit, items):  # what ends it must not go without it
            return None
        what = "the comment" if self.whole(comment) else ", ".join(f"`{item.rule}`" for item in items)
        return Fix(f"remove {what}", edits, safe=True)

    def _edit(self, item: Silence) -> TextEdit | None:
        assert item.comment
        if self.whole(item.comment):
            gone = _removed(self._ctx.text, item.comment.span)
            return TextEdit(gone, "") if gone else None
        siblings = self._siblings[item.comment]
        number = self._number[item]
        start, end = self.place(item)
        if number < self._last_kept[item.comment]:
            end = self.place(siblings[number + 1]).start
        else:
            start = self.place(siblings[number - 1]).end
        return TextEdit(Span(start, end), "")

    @cached_property
    def _in_properties(self) -> TextEdit | None:
        """The list without all that is useless, when it stands in brackets or is one name."""
        place = self._ctx.places.get(OWN, PROPERTY)
        if place is None or not one_line(place.source):
            return None
        kept = [item for item in self._siblings[None] if item not in self._useless]
        if place.source[:1] != "[":
            return TextEdit(place.value, "[]") if not kept else None
        sources = [self._ctx.text[slice(*self.place(item))] for item in kept]
        return TextEdit(place.value, f"[{', '.join(sources)}]")


def _removed(text: str, span: Span) -> Span | None:
    """What goes with a comment: its line when it has one of its own, else the white space before it. The line of an
    HTML comment stays, empty, where the lines around it would become one paragraph. None where what follows on the line
    might become a heading, a list or the like, or would become a part of what stands above or below."""
    start, end = span
    behind = _LINE_END.match(text, end)
    line = text.rfind("\n", 0, start) + 1
    begins_line = not text[line:start].strip(" \t")
    above = text[text.rfind("\n", 0, max(line - 1, 0)) + 1 : line].strip()
    if behind and begins_line:
        below = text[behind.end() : text.find("\n", behind.end()) + 1 or len(text)].strip()
        parts = text.startswith("<", start) and above and below
        return Span(line, behind.end() - len(behind[1]) if parts else behind.end())
    if text.startswith("<", start) and not text[line:start].strip(_MARGIN):
        next_line = text.find("\n", end) + 1 or len(text)
        below = text[next_line : text.find("\n", next_line) + 1 or len(text)].strip()
        if above.strip(_MARGIN) or below.strip(_MARGIN):
            return None
    while start and text[start - 1] in " \t":
        start -= 1
    if not behind and (not start or text[start - 1] in _BEFORE_BLOCKS):
        follows = _PLAIN.match(text, end)
        return Span(span.start, follows.end()) if follows else None
    return Span(start, end)
