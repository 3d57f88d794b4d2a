"""A note schema in the words of others: JSON Schema 2020-12 for its properties, and the types that Obsidian keeps.

What the JSON Schema takes is what vaultkit takes; `lost` tells what it cannot say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vaultkit.schema.note_schema import Condition, NoteSchema
from vaultkit.schema.properties import OWN
from vaultkit.schema.property_schema import MemberSchema, PropertySchema, ValueSchema
from vaultkit.schema.values import compiled

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_EMPTY: dict[str, Any] = {
    "anyOf": [
        {"type": "null"},
        {"type": "string", "pattern": "^\\s*$"},
        {"type": "array", "items": {"$ref": "#/$defs/empty"}},
        {"type": "object", "maxProperties": 0},
    ]
}
_BLANK = {"type": ["string", "null", "object"], "pattern": "^\\s*$", "maxProperties": 0}
_NOT_EMPTY = {"not": {"$ref": "#/$defs/empty"}}
_DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?[ \t]*([Zz]|UTC|[+-][0-9]{1,2}(:?[0-9]{2})?)?"
_ZERO = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?[ \t]*([Zz]|UTC|[+-][0-9]{1,2}(:?[0-9]{2})?)?"
_DATE = {"type": "string", "pattern": rf"^\s*{_DAY}([Tt]{_ZERO}|[ \t]+{_TIME})?\s*$"}
_BRACKETS = r"\]?(\[\])*"
_LINK = {
    "type": "string",
    "pattern": rf"^\[\[(({_BRACKETS}\[?[^\[\]\r\n])+({_BRACKETS}\[)?|{_BRACKETS}\[)\]\]$",
}
_TEXTS = {"type": "array", "items": {"type": "string"}}
_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "checkbox": {"type": "boolean"},
    "date": _DATE,
    "datetime": _DATE,
    "list": {"type": "array"},
    "tags": _TEXTS,
    "aliases": _TEXTS,
    "link": _LINK,
    "object": {"type": "object"},
}
_FORMATS: dict[str, dict[str, Any]] = {
    "uri": {"format": "iri"},
    "email": {"format": "idn-email"},
    "uuid": {"format": "uuid"},
    "date": {"pattern": rf"^{_DAY}$"},
    "date-time": {"pattern": rf"^{_DAY}([Tt]{_ZERO}|[ \t]+{_TIME})\s*$"},
    "time": {"pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?(Z|[+-][01][0-9]:[0-5][0-9])?$"},
}
_SAME = (
    "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minItems", "maxItems",
)  # fmt: skip


# JSON Schema -----------------------------------------------------------------------------------------------------


def json_schema_of(schema: NoteSchema) -> dict[str, Any]:
    """The JSON Schema of the properties that a schema asks for; the files of its own JSON Schema are put into it."""
    made: dict[str, Any] = {"$schema": DIALECT, "title": schema.name}
    if schema.description:
        made["description"] = schema.description
    made |= _object(schema.properties, schema.additional_properties)
    conditions = [_condition(item) for item in schema.required_if]
    definitions: dict[str, Any] = {"empty": _EMPTY, "blank": _BLANK}
    if schema.judge:
        for uri, contents in schema.judge.bundle().items():
            definitions[contents.get("title") or uri.rpartition("/")[2]] = contents
        conditions.append({"$ref": schema.judge.uri})
        if not schema.additional_properties:
            made["properties"] = dict.fromkeys(schema.judge.properties, True) | made["properties"]
    if not schema.additional_properties:
        made["properties"].setdefault(OWN, True)
    if conditions:
        made["allOf"] = conditions
    return made | {"$defs": definitions}


def _object(members: Mapping[str, MemberSchema], additional: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object", "properties": {name: _member(item) for name, item in members.items()}}
    required = [name for name, item in members.items() if item.required]
    if required:
        made["required"] = required
    if not additional:
        made["additionalProperties"] = False
    return made


def _member(declared: MemberSchema) -> dict[str, Any]:
    """A property: one that is required is not empty, any other may be, as if it were not there. Of a note's own, a list
    with nothing in it is judged as an empty list."""
    made, words = _value(declared), _words(declared)
    if declared.required:
        return words | made | _NOT_EMPTY
    if not made:
        return words
    if isinstance(declared, PropertySchema) and compiled(declared)([]):
        return words | {"anyOf": [made | _NOT_EMPTY, {"$ref": "#/$defs/blank"}]}
    return words | {"anyOf": [made, {"$ref": "#/$defs/empty"}]}


def _words(declared: ValueSchema) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if declared.description or declared.message:
        made["description"] = declared.description or declared.message
    if isinstance(declared, PropertySchema) and "default" in declared.written:
        made["default"] = declared.default
    return made


def _value(declared: ValueSchema) -> dict[str, Any]:
    types = () if "any" in declared.type else declared.type
    made: dict[str, Any] = {}
    if len(types) == 1:
        made = dict(_TYPES[types[0]])
    elif types:
        made = {"anyOf": [_TYPES[name] for name in types]}
    parts = [{word: value} for word in _SAME if (value := declared.bound(word)) is not None]
    parts += [_FORMATS[declared.format]] if declared.format else []
    if declared.enum is not None:
        parts.append({"enum": list(declared.enum)})
    if "const" in declared.written:
        parts.append({"const": declared.const})
    if declared.unique_items:
        parts.append({"uniqueItems": True})
    if declared.items:
        parts.append({"items": _words(declared.items) | _value(declared.items)})
    if declared.properties or not declared.additional_properties:
        inner = _object(declared.properties, declared.additional_properties)
        parts.append({key: value for key, value in inner.items() if key != "type"})
    return _joined([made, *parts])


def _joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """One schema that asks for all of these; what says a word twice goes into `allOf`."""
    made: dict[str, Any] = {}
    more = []
    for part in parts:
        if made.keys() & part.keys():
            more.append(part)
        else:
            made |= part
    return made | ({"allOf": more} if more else {})


def _condition(condition: Condition) -> dict[str, Any]:
    asked = {
        name: {"anyOf": [{"enum": choices}, {"type": "array", "contains": {"enum": choices}}]}
        for name, wanted in condition.when.items()
        for choices in [wanted if isinstance(wanted, list) else [wanted]]
    }
    then: dict[str, Any] = {
        "required": list(condition.then.require),
        "properties": dict.fromkeys(condition.then.require, _NOT_EMPTY),
    }
    if condition.message:
        then["description"] = condition.message
    return {"if": {"required": list(asked), "properties": asked}, "then": then}


def lost(schema: NoteSchema) -> Iterator[str]:
    """What a schema asks for that a JSON Schema of the properties cannot say, in words."""
    for name, declared in schema.properties.items():
        if declared.unique:
            yield f"`{name}` is `unique` over the vault"
    for dotted, wanted in schema.linked.items():
        yield f"the links in `{dotted.removesuffix('.*')}` lead to a note of the schema `{wanted.name}`"
    for compare in schema.compare:
        yield f"`{compare.left}` is {compare.op} `{compare.right}`"
    if schema.filename:
        yield "the `filename`"
    if schema.title and schema.title.must_agree:
        yield "the places of the `title` agree"
    if schema.sections:
        yield "the `sections`"


# Obsidian --------------------------------------------------------------------------------------------------------

_OBSIDIAN = {
    "text": "text", "link": "text", "number": "number", "checkbox": "checkbox", "date": "date",
    "datetime": "datetime", "list": "multitext", "tags": "multitext", "aliases": "multitext",
}  # fmt: skip
_BUILT_IN = frozenset({"tags", "aliases", "cssclasses"})


def obsidian_types(schema: NoteSchema) -> dict[str, str]:
    """The types of the properties as Obsidian keeps them; those that it knows by itself, or cannot edit, are left."""
    return {name: kind for name, declared in schema.properties.items() if (kind := _obsidian_type(name, declared))}


def not_editable(schema: NoteSchema) -> tuple[str, ...]:
    """The properties that Obsidian's property editor shows and cannot edit: objects, and lists of them."""
    return tuple(
        name
        for name, declared in schema.properties.items()
        if "object" in (*declared.type, *(declared.items.type if declared.items else ()))
    )


def _obsidian_type(name: str, declared: ValueSchema) -> str:
    kinds = {_OBSIDIAN.get(kind, "") for kind in declared.type}
    if name.lower() in _BUILT_IN or not kinds or "" in kinds:
        return ""
    if len(kinds) > 1:
        return "multitext" if kinds == {"text", "multitext"} else "datetime" if kinds == {"date", "datetime"} else ""
    return kinds.pop()
