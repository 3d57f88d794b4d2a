"""The types of JSON Schema, in the words of Obsidian's."""

from __future__ import annotations

from vaultkit.model.note import Value
from vaultkit.schema.value_types import TYPES, ValueFault, called_wrong

_OURS = {"string": "text", "number": "number", "integer": "number", "boolean": "checkbox", "array": "list",
         "object": "object"}  # fmt: skip
_CALLED = {name: TYPES[ours].called for name, ours in _OURS.items()} | {"integer": "a whole number", "null": "empty"}

NAMES = (*_OURS, "null")
"""All types of JSON Schema."""


def json_type_fault(names: tuple[str, ...], value: Value) -> ValueFault:
    """What is wrong with a value that is of none of these types."""
    asked = tuple(dict.fromkeys(name for name in names if name != "null"))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if len(asked) == 1 and not (asked == ("integer",) and number):
        return TYPES[_OURS[asked[0]]].fault(value)
    return called_wrong(" or ".join(_CALLED[name] for name in asked or names), value)
