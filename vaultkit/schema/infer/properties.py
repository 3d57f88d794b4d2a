"""What the properties of similar notes have in common: types, choices, and which are always there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from vaultkit.model.note import Note, Value
from vaultkit.model.record import NamedTuple
from vaultkit.schema.infer.shape import KINDS, TAGS, is_writable
from vaultkit.schema.properties import OWN
from vaultkit.schema.property_schema import ValueSchema
from vaultkit.schema.value_types import TYPES, equal, is_unquoted_link
from vaultkit.schema.values import compiled, is_empty

MOST = 0.95
"""What this share of notes have is what such notes are like; the others are worth a look."""

_OFTEN = 0.1
_FEWEST = 3
_CHOICES = 10
_EVIDENCE = 20
_NOT_CHOSEN = frozenset(
    {"aliases", "tags", "title", "description", "summary", "author", "authors", "people", "cssclasses", "source", "url"}
)
"""Properties of which every note may have its own value, however few are there now."""

_ORDER = ("checkbox", "number", "date", "link", "list", "text", "object")
_OBSIDIAN = {"multitext": "list"}

_uri = compiled(ValueSchema(type=("text",), format="uri"))


class Learned(NamedTuple):
    """What was learned of a property: the words of the schema, and how many notes have it."""

    words: dict[str, Any]
    notes: int


def learn_properties(notes: Sequence[Note], assigned: Mapping[str, str]) -> dict[str, Learned]:
    """The properties that notes share, most frequent first. `assigned` are the types that Obsidian has for them."""
    values: dict[str, list[Value]] = {}
    for note in notes:
        for name, value in note.facts.properties.items():
            if not is_empty(value):
                values.setdefault(name, []).append(value)
    readable = sum(note.facts.frontmatter.state != "invalid" for note in notes)
    usual = max(_FEWEST, _OFTEN * readable)
    found = {
        name: Learned(_words(name, there, readable, assigned), len(there))
        for name, there in sorted(values.items(), key=lambda item: (-len(item[1]), item[0]))
        if (len(there) >= usual or len(there) >= MOST * readable) and _can_be_named(name)
    }
    return {name: learned for name, learned in found.items() if learned.words}


def _can_be_named(name: str) -> bool:
    return name != OWN and bool(name.strip()) and len(name) <= 80 and is_writable(name)


def _words(name: str, values: list[Value], notes: int, assigned: Mapping[str, str]) -> dict[str, Any]:
    types = _types(name, values, assigned)
    words: dict[str, Any] = {}
    if types:
        words["type"] = types[0] if len(types) == 1 else list(types)
    if len(values) >= MOST * notes:
        words["required"] = True
    if types == ("text",):
        if _mostly("://" in value and not _uri(value) for value in _texts(values)):
            words["format"] = "uri"
        elif choices := _choices(name, [[value] for value in _texts(values)]):
            words["enum"] = choices
    elif types == ("list",):
        words.update(_items(name, [value for value in values if isinstance(value, list)]))
    if (default := _default(name, values)) is not None and words.get("required"):
        words["default"] = default
    return words


def _texts(values: Iterable[Value]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _mostly(answers: Iterable[bool], most: float = MOST) -> bool:
    counts = Counter(answers)
    return counts[True] >= most * counts.total() and bool(counts)


def _types(name: str, values: list[Value], assigned: Mapping[str, str]) -> tuple[str, ...]:
    """The type of a property, two where both are usual, none where anything goes."""
    judged = [value for value in values if not is_unquoted_link(value)]
    given = assigned.get(name, "")
    wished = [_OBSIDIAN.get(given, given)] if given else []
    for kind in (*wished, *_ORDER):
        if judged and _mostly(map(TYPES[kind].holds, judged)):
            dated = kind == "date" and any(":" in str(value) for value in judged)
            return ("datetime" if dated else kind,)
    for pair in combinations(_ORDER, 2):
        if judged and _mostly(any(TYPES[kind].holds(value) for kind in pair) for value in judged):
            return pair
    return ()


def _items(name: str, lists: list[list[Value]]) -> dict[str, Any]:
    """What the items of lists are like."""
    for kind in ("number", "link", "text"):
        if _mostly(all(map(TYPES[kind].holds, items)) for items in lists):
            fitting = [[item for item in items if isinstance(item, str)] for items in lists]
            choices = _choices(name, fitting) if kind != "number" else []
            several = choices if len(choices) > 1 else []
            return {"items": {"type": kind, **({"enum": several} if several else {})}}
    return {}


def _choices(name: str, said: list[list[str]]) -> list[str]:
    """The values to choose from, most frequent first, when they are few and nearly all notes keep to them."""
    notes = Counter(value for values in said for value in dict.fromkeys(values))
    usual = [value for value, count in sorted(notes.items(), key=lambda item: (-item[1], item[0])) if count > 1]
    is_kind = name.lower() in KINDS
    if name.lower() in _NOT_CHOSEN or not 1 + (not is_kind) <= len(usual) <= _CHOICES:
        return []
    if len(said) < (_FEWEST if is_kind else _EVIDENCE) or len(said) < _FEWEST * len(usual):
        return []
    if not all(len(value) <= 60 and value.isprintable() and "://" not in value for value in usual):
        return []
    once = sum(count == 1 for count in notes.values())
    return usual if once <= 0.02 * len(said) and _mostly(set(values) <= set(usual) for values in said) else []


def _default(name: str, values: list[Value]) -> Value:
    """What nearly all notes say of their own kind: a new note of the kind will say it too."""
    if (name.lower() not in KINDS and name.lower() != TAGS) or len(values) < _FEWEST:
        return None
    often = Counter(map(repr, values)).most_common(1)[0][0]
    usual = next(value for value in values if repr(value) == often)
    texts = usual if isinstance(usual, list) else [usual]
    if not all(isinstance(item, str) and item.isprintable() for item in texts):
        return None
    return usual if _mostly(equal(value, usual) for value in values) else None
