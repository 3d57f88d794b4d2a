"""A schema in the making. Whatever more than a few notes do not keep to is taken back, by the real checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vaultkit.model.note import Note, NotePath
from vaultkit.schema.infer.properties import MOST, learn_properties
from vaultkit.schema.infer.sections import learn_sections
from vaultkit.schema.infer.shape import NAMES, name_kind
from vaultkit.schema.match import note_name
from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.pattern import pattern_test
from vaultkit.schema.properties import property_faults
from vaultkit.schema.sections import match_sections
from vaultkit.schema.validated import validated
from vaultkit.schema.values import is_empty

Key = tuple[str | int, ...]
"""What a note can fail: `("properties", NAME, RULE)`, `("sections", …, WHAT)`, `("filename",)`."""

TextOf = Callable[[NotePath], str]


@dataclass
class Draft:
    """What a schema will say (`words`, as in its file), and why: how many of how many notes have each part.

    `notes` are those that it was learned from, `failing` those of them that do not satisfy it.
    """

    name: str
    description: str
    words: dict[str, Any] = field(default_factory=dict)
    shares: dict[Key, tuple[int, int]] = field(default_factory=dict)
    notes: frozenset[NotePath] = frozenset()
    failing: frozenset[NotePath] = frozenset()

    @property
    def required(self) -> list[str]:
        """The properties that must be there."""
        return [name for name, words in self.words.get("properties", {}).items() if words.get("required")]

    @property
    def sections(self) -> list[str]:
        """The sections at the top that must be there."""
        items = self.words.get("sections", {}).get("items", [])
        return [item["heading"] for item in items if item.get("required", True)]

    def schema(self) -> NoteSchema:
        """The schema as it stands."""
        return validated(NoteSchema, {"name": self.name, **self.words})


def draft_schema(
    name: str, description: str, notes: Sequence[Note], text: TextOf, assigned: Mapping[str, str]
) -> Draft:
    """What notes have in common, as far as nearly all of them have it.

    `text` gives a note's text, `assigned` are Obsidian's types of properties.
    """
    draft = Draft(name, description, notes=frozenset(note.path for note in notes))
    readable = sum(note.facts.frontmatter.state != "invalid" for note in notes)
    properties = learn_properties(notes, assigned)
    if properties:
        draft.words["properties"] = {name: learned.words for name, learned in properties.items()}
        draft.shares.update({("properties", name): (item.notes, readable) for name, item in properties.items()})
    if sections := learn_sections(notes):
        draft.words["sections"] = sections.words
        draft.shares.update({("sections", *path): count for path, count in sections.notes.items()})
    if (pattern := _pattern(notes)) is not None:
        draft.words["filename"] = {"pattern": pattern}
    _keep_what_holds(draft, notes, text)
    return draft


def _pattern(notes: Sequence[Note]) -> str | None:
    for called, pattern, _ in NAMES:
        if notes and sum(name_kind(note.path) == called for note in notes) >= MOST * len(notes):
            return pattern
    return None


def _keep_what_holds(draft: Draft, notes: Sequence[Note], text: TextOf) -> None:
    """Take back what most notes fail, until no more than a few fail anything."""
    allowed = int((1 - MOST) * len(notes) + 1e-9)
    while True:
        failed: dict[Key, set[NotePath]] = defaultdict(set)
        schema = draft.schema()
        for note in notes:
            for key in faults(schema, note, text):
                failed[key].add(note.path)
        failing = set[NotePath]().union(*failed.values())
        if len(failing) <= allowed:
            draft.failing = frozenset(failing)
            return
        gone: list[Key] = []
        while len(set[NotePath]().union(*(paths for key, paths in failed.items() if key not in gone))) > allowed:
            gone.append(min((key for key in failed if key not in gone), key=lambda key: (-len(failed[key]), str(key))))
        if any(key[-1] == "level" for key in gone) and "level" in draft.words["sections"]:
            del draft.words["sections"]["level"]
            continue
        for key in sorted(gone, key=_removals_last):
            _relax(draft.words, key)


def faults(schema: NoteSchema, note: Note, text: TextOf) -> Iterator[Key]:
    """What a note fails of a schema."""
    facts = note.facts
    if facts.frontmatter.state == "valid":
        for fault in property_faults((schema,), facts.properties):
            yield "properties", fault.path[0], "items" if len(fault.path) > 1 else fault.rule
    elif facts.frontmatter.state != "invalid":
        for name, declared in schema.properties.items():
            if declared.required and is_empty(facts.properties.get(name)):
                yield "properties", name, "property-missing"
    if schema.filename and not pattern_test(schema.filename.pattern)(note_name(note.path)):
        yield ("filename",)
    if schema.sections:
        yield from _section_faults(schema, note, text)


def _section_faults(schema: NoteSchema, note: Note, text: TextOf) -> Iterator[Key]:
    match = match_sections(schema, note.facts)
    for what, entries in (
        ("required", [item.entry for item in match.missing] + [item.entry for item in match.renamed]),
        ("order", [item.entry for item in match.moved]),
        ("repeat", [item.entry for item in match.repeated]),
        ("level", [item.entry for item in match.misleveled]),
    ):
        for entry in entries:
            yield *entry.path, what
    for found in match.found:
        if found.must_be_filled and match.is_empty(found, text(note.path), note.facts):
            yield *found.entry.path, "content"


def _removals_last(key: Key) -> tuple[bool, int, list[int]]:
    """Sections are removed last, the inner before the outer and the later before the earlier: places stay true."""
    return key[-1] == "level", -len(key), [-part for part in key if isinstance(part, int)]


def _relax(words: dict[str, Any], key: Key) -> None:
    """Take back what a schema says in one place."""
    *path, what = key
    if key == ("filename",):
        del words["filename"]
    elif key[0] == "properties":
        _relax_property(words["properties"], str(key[1]), str(what))
    elif what == "order":
        _at(words, path[:-2])["order"] = "any"
    elif what == "level":
        del _at(words, path[:-1])[path[-1]]
        if not _at(words, path[:-1]):
            del _at(words, path[:-3])["sections"]
    else:
        word, value = _LENIENT[str(what)]
        _at(words, path)[word] = value


_LENIENT: dict[str, tuple[str, Any]] = {
    "required": ("required", False),
    "repeat": ("repeat", {"max": None}),
    "content": ("content", {"required": False}),
}
_SAID = {
    "property-missing": ("required", "default"),
    "property-enum": ("enum",),
    "property-constraint": ("format",),
    "items": ("items",),
}


def _relax_property(properties: dict[str, Any], name: str, what: str) -> None:
    for word in _SAID.get(what, ("type", "format", "enum", "items", "default")):
        properties[name].pop(word, None)
    if not properties[name]:
        del properties[name]


def _at(words: Any, path: Sequence[str | int]) -> Any:
    for part in path:
        words = words[part]
    return words
