"""A JSON Schema for front matter, as remark-lint-frontmatter-schema and its like use them, as a note schema."""

from __future__ import annotations

from typing import Any

from vaultkit.schema.foreign import Imported, Importer
from vaultkit.schema.property_schema import APPLIES
from vaultkit.schema.source import Node, plain, read_yaml

_TYPES = {"string": "text", "number": "number", "integer": "number", "boolean": "checkbox", "array": "list",
          "object": "object"}  # fmt: skip
_FORMATS = {"uri": "uri", "url": "uri", "iri": "uri", "email": "email", "idn-email": "email", "uuid": "uuid",
            "time": "time"}  # fmt: skip
_SAME = frozenset({
    "enum", "const", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "minItems", "maxItems", "uniqueItems", "default", "description",
})  # fmt: skip
_SILENT = frozenset({"$schema", "$id", "$comment", "examples", "deprecated", "title", "type", "required"})


def from_json_schema(text: str, file: str) -> Imported:
    """The note schema that asks for the same as a JSON Schema, as far as it can. Raises SetupError."""
    node = read_yaml(text, file)
    taken = _Taken()
    name = file.replace("\\", "/").rpartition("/")[2].partition(".")[0]
    made: dict[str, Any] = {"name": name} | _description(node)
    made |= taken.members(node, top=True)
    return taken.result(made)


def _description(node: Node) -> dict[str, Any]:
    words = node.value.get("description") or node.value.get("title")
    return {"description": words.value} if words and isinstance(words.value, str) else {}


class _Taken(Importer):
    def members(self, node: Node, top: bool = False) -> dict[str, Any]:
        """`properties` and `additionalProperties` of a mapping."""
        entries = self.entries(node, "a schema")
        asked = entries.get("required")
        required = {item.value for item in self.items(asked)} if asked and isinstance(asked.value, list) else set()
        named = self.entries(entries["properties"], "`properties`") if "properties" in entries else {}
        made = {name: self._property(inner, name in required, top) for name, inner in named.items()}
        made |= {name: {"required": True} for name in sorted(required - named.keys(), key=str)}
        found: dict[str, Any] = {"properties": made} if made else {}
        more = entries.get("additionalProperties")
        if more is not None and isinstance(more.value, bool):
            found |= {"additionalProperties": False} if not more.value else {}
        elif more is not None:
            self.lose(more, "`additionalProperties` with a schema")
        if top:
            self.left(entries, {*_SILENT, "properties", "additionalProperties", "description"})
        return found

    def _property(self, node: Node, required: bool, top: bool) -> dict[str, Any]:
        if node.value is True:
            return {"required": True} if required else {}
        made = self._value(node)
        if not top and "default" in made:
            self.lose(node.value["default"], "`default` within a property")
            del made["default"]
        return made | ({"required": True} if required else {})

    def _value(self, node: Node) -> dict[str, Any]:
        entries = self.entries(node, "a property")
        made = self._type(entries)
        types = made.get("type", ())
        types = {types} if isinstance(types, str) else set(types)
        for word, inner in entries.items():
            if types and word in APPLIES and not APPLIES[word] & types:
                self.lose(inner, f"`{word}`, which says nothing about this type")
            elif word in _SAME:
                made[word] = plain(inner)
            elif word == "pattern" and self.pattern(inner, str(inner.value)):
                made["pattern"] = inner.value
            elif word == "items" and isinstance(inner.value, dict):
                made["items"] = {key: value for key, value in self._value(inner).items() if key != "default"}
            elif word == "format" and inner.value in _FORMATS:
                made["format"] = _FORMATS[inner.value]
            elif word not in _SILENT | {"properties", "additionalProperties", "pattern"} and not (
                word == "format" and inner.value in ("date", "date-time")
            ):
                self.lose(inner, f"`{word}`" if word != "format" else f"the format `{inner.value}`")
        if "properties" in entries or "additionalProperties" in entries:
            made |= self.members(node)
            made.setdefault("type", "object")
        if "title" in entries and "description" not in made:
            made["description"] = entries["title"].value
        return made

    def _type(self, entries: dict[str, Node]) -> dict[str, Any]:
        dated = entries.get("format")
        if dated is not None and dated.value in ("date", "date-time"):
            return {"type": "date" if dated.value == "date" else "datetime"}
        node = entries.get("type")
        if node is None:
            return {}
        names = [item.value for item in self.items(node) if item.value != "null"]
        if "integer" in names and "multipleOf" not in entries and "number" not in names:
            whole = {"multipleOf": 1}
        else:
            whole = {}
        for name in names:
            if name not in _TYPES:
                self.lose(node, f"the type `{name}`")
        types = [_TYPES[name] for name in names if name in _TYPES]
        return ({"type": types[0] if len(types) == 1 else types} if types else {}) | whole
