"""What a new note still needs from its author."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vaultkit.model.note import Note, Value
from vaultkit.schema.infer.draft import Key, faults
from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.skeleton import FILL_IN


def remaining(schemas: Sequence[NoteSchema], note: Note, text: str) -> str:
    """The properties and sections that are not what the schemas ask for, in words; "" when the note passes them all."""
    properties: dict[str, None] = {}
    sections: dict[str, None] = {}
    name = False
    for schema in schemas:
        for key in faults(schema, note, lambda path: text):
            if key[0] == "properties":
                properties[f"`{key[1]}`"] = None
            elif key[0] == "sections":
                sections[f"`{_heading(schema, key)}`"] = None
            else:
                name = True
    for property_name, value in note.facts.properties.items():
        if any(_is_blank(item) for item in (value if isinstance(value, list) else [value])):
            properties[f"`{property_name}`"] = None
    return "; ".join(_parts(list(properties), list(sections), name))


def _parts(properties: list[str], sections: list[str], name: bool) -> Iterator[str]:
    if properties:
        yield ", ".join(properties)
    if sections:
        yield f"the section{'s' * (len(sections) > 1)} {', '.join(sections)}"
    if name:
        yield "a file name that fits the schema"


def _is_blank(value: Value) -> bool:
    return isinstance(value, str) and bool(value) and not value.strip(FILL_IN)


def _heading(schema: NoteSchema, key: Key) -> str:
    found: Any = schema
    for part in key[:-1]:
        found = found[part] if isinstance(part, int) else getattr(found, part)
    return str(found.heading)
