"""Learning schemas from the notes that there are: groups of notes that look alike, and what nearly all of a group have.

    learned = learn(notes, text, assigned)
    learned.drafts[0].schema()

All of it is a function of the notes: the same notes give the same schemas, whatever order they come in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from vaultkit.config import Match
from vaultkit.errors import SetupError
from vaultkit.model.note import Note, NotePath
from vaultkit.model.path import folders_of
from vaultkit.model.record import NamedTuple
from vaultkit.schema.agreement import agree
from vaultkit.schema.infer.draft import Draft, TextOf, draft_schema
from vaultkit.schema.infer.grouping import kinds
from vaultkit.schema.infer.properties import MOST
from vaultkit.schema.infer.shape import is_writable, shape_of
from vaultkit.schema.match import Matcher
from vaultkit.schema.validated import validated

_PLACEHOLDER = re.compile(r"\{\{[^{}\n]+\}\}|<%")

__all__ = ["Draft", "Group", "Learned", "draft_schema", "learn"]


class Group(NamedTuple):
    """A schema, and the `match` of the configuration that says which notes it is for."""

    match: dict[str, Any]
    draft: Draft


class Learned(NamedTuple):
    """What was learned of a vault: the groups, and the folders (vault paths) that hold templates and no notes.

    `notes` is the number of all notes that were looked at.
    """

    groups: tuple[Group, ...]
    templates: tuple[str, ...]
    notes: int

    @property
    def grouped(self) -> frozenset[NotePath]:
        """The notes that are in a group."""
        return frozenset[NotePath]().union(*(group.draft.notes for group in self.groups))

    @property
    def failing(self) -> frozenset[NotePath]:
        """The notes that do not satisfy the schema of a group that they are in."""
        return frozenset[NotePath]().union(*(group.draft.failing for group in self.groups))


def learn(
    notes: Iterable[Note], text: TextOf, assigned: Mapping[str, str] | None = None, templates: Sequence[str] = ()
) -> Learned:
    """The groups of a vault's notes, each with a schema that at least 95 % of it satisfy, and so do all together.

    `text` gives a note's text, `assigned` are the types that Obsidian has for properties, `templates` the folders in
    which its settings have templates.
    """
    known = sorted((note for note in notes if not note.unreadable), key=lambda note: note.path)
    folders = tuple(sorted(_template_folders(known, text, templates)))
    judged = [note for note in known if not any(note.path.startswith(folder + "/") for folder in folders)]
    groups = []
    for kind in kinds([shape_of(note) for note in judged if note.facts.frontmatter.state != "invalid"]):
        matcher = Matcher(validated(Match, kind.match))
        members = [note for note in judged if matcher.fits(note.path, note.facts)]
        draft = draft_schema(kind.name, "", members, text, assigned or {})
        if draft.required or draft.sections or len(draft.words.get("properties", ())) > 1:
            groups.append(Group(kind.match, draft))
    return Learned(tuple(_settled(groups, judged)), folders, len(known))


def _template_folders(notes: Sequence[Note], text: TextOf, named: Sequence[str]) -> Iterator[str]:
    """The folders of templates: those that the settings name, and those that are called so and hold mostly blanks."""
    below: dict[str, list[Note]] = {}
    for note in notes:
        for folder in folders_of(note.path):
            if folder in named or "template" in folder.rpartition("/")[2].lower():
                below.setdefault(folder, []).append(note)
    found: list[str] = []
    for folder, there in sorted(below.items()):
        blanks = sum(_PLACEHOLDER.search(text(note.path)) is not None for note in there)
        is_below = any(folder.startswith(other + "/") for other in found)
        if not is_below and is_writable(folder) and (folder in named or 2 * blanks >= len(there)):
            found.append(folder)
            yield folder


def _settled(groups: list[Group], notes: Sequence[Note]) -> list[Group]:
    """The groups that can stand together: no two contradict each other on a note, and of the notes in any group not
    more than a few fail. The smaller group gives way."""
    kept: list[Group] = []
    for group in sorted(groups, key=lambda group: (-len(group.draft.notes), group.draft.name)):
        if not any(other.draft.notes & group.draft.notes and _contradict(other, group) for other in kept):
            kept.append(group)
    while kept:
        grouped = set[NotePath]().union(*(group.draft.notes for group in kept))
        failing = set[NotePath]().union(*(group.draft.failing for group in kept))
        if len(failing) <= (1 - MOST) * len(grouped):
            break
        kept.remove(max(kept, key=lambda group: len(group.draft.failing) / len(group.draft.notes)))
    return [group for group in groups if group in kept]


def _contradict(one: Group, other: Group) -> bool:
    try:
        agree((one.draft.schema(), other.draft.schema()))
    except SetupError:
        return True
    return False
