"""Runs the rules that hold for a note. One pure function under every door."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vaultkit.lint.rule import Context, RuleSet, suppresses
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.note import Note

if TYPE_CHECKING:
    from vaultkit.index.view import IndexView
    from vaultkit.schema.note_schema import NoteSchema


def check_note(
    note: Note,
    index: IndexView,
    schemas: tuple[NoteSchema, ...],
    rules: RuleSet,
    text: Callable[[], str],
) -> list[Diagnostic]:
    """The findings of one note (or other file) in stable order. `index` remembers each question asked on the way.

    A note whose text could not be had gets the finding that says so and no other.
    """
    ctx = Context(note, index, schemas, rules, text)
    only = {problem.rule for problem in note.facts.problems} if note.unreadable else None
    found = ctx.found
    for active in rules.worth_it(ctx):
        if only is None or active.name in only:
            ctx.active = active
            found.extend(active.check(ctx))
    if found and suppresses(note.facts):
        hidden = ctx.suppressions.hidden
        found = [item for item in found if item not in hidden]
    if len(found) > 1:
        found = sorted(set(found), key=lambda item: item.order)
    return found
