"""What a new note still needs from its author."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vaultkit.model.note import Note
from vaultkit.schema.infer.draft import Key, faults
from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.skeleton import Skeleton


def remaining(schemas: Sequence[NoteSchema], note: Note, made: Skeleton) -> str:
    """The properties and sections that are not what the schemas ask for, or only made up to be so, in words; "" when
    there are none. `note` holds the facts of what was made."""
    properties: dict[str, None] = {f"`{name}`": None for name in made.guessed}
    sections: dict[str, None] = {}
    name = False
    for schema in schemas:
        for key in faults(schema, note, lambda path: made.text):
            if key[0] == "properties":
                properties[f"`{key[1]}`"] = None
            elif key[0] == "sections":
                sections[f"`{_heading(schema, key)}`"] = None
            else:
                name = True
    return "; ".join(_parts(list(properties), list(sections), name))


def _parts(properties: list[str], sections: list[str], name: bool) -> Iterator[str]:
    if properties:
        yield ", ".join(properties)
    if sections:
        yield f"the section{'s' * (len(sections) > 1)} {', '.join(sections)}"
    if name:
        yield "a file name that fits the schema"


def _heading(schema: NoteSchema, key: Key) -> str:
    found: Any = schema
    for part in key[:-1]:
        found = found[part] if isinstance(part, int) else getattr(found, part)
    return str(found.heading)
