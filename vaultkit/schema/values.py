"""Checks of one value against what a schema says of it. A schema is compiled once into the tests that it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from vaultkit.model.note import Value
from vaultkit.schema.constraints import value_tests
from vaultkit.schema.value_types import ValueFault, is_unquoted_link

if TYPE_CHECKING:
    from vaultkit.schema.property_schema import ValueSchema

Check = Callable[[Value], "tuple[ValueFault, ...]"]


def compiled(schema: ValueSchema, choices: bool = True) -> Check:
    """The check of a value, ready to be called for many: what is wrong with it, at most one fault for itself, and those
    of its items or entries. Without `choices`, it need not be one of the values that the schema names."""
    tests = tuple(value_tests(schema, choices))
    inner = compiled(schema.items) if schema.items else None
    members = _members(schema)

    def check(value: Value) -> tuple[ValueFault, ...]:
        for test in tests:
            fault = test(value)
            if fault:
                return () if is_unquoted_link(value) else (fault,)
        if inner and isinstance(value, list) and not is_unquoted_link(value):
            return tuple(_items(inner, value))
        return members(value) if members and isinstance(value, dict) else ()

    return check


def _items(check: Check, values: list[Value]) -> Iterator[ValueFault]:
    for index, item in enumerate(values):
        for fault in check(item):
            yield fault._replace(path=(index, *fault.path), word=("items", *fault.word))


def _members(schema: ValueSchema) -> Check | None:
    if not schema.properties and schema.additional_properties:
        return None
    checks = {name: compiled(member) for name, member in schema.properties.items()}
    required = tuple(name for name, member in schema.properties.items() if member.required)

    def faults(value: dict[str, Value]) -> Iterator[ValueFault]:
        for name in required:
            if is_empty(value.get(name)):
                state = "is empty" if name in value else "is missing"
                label = "a value is required here" if name in value else f"`{name}` is required"
                yield ValueFault("property-missing", state, ("properties", name, "required"), (name,), label)
        for name, item in value.items():
            if name not in checks:
                if not schema.additional_properties:
                    says, word = "is not in the schema", ("additionalProperties",)
                    yield ValueFault("property-unknown", says, word, (name,), "not in the schema")
            elif not is_empty(item):
                for fault in checks[name](item):
                    yield fault._replace(path=(name, *fault.path), word=("properties", name, *fault.word))

    return lambda value: tuple(faults(value))


def is_empty(value: Value) -> bool:
    """Whether a value says nothing: null, blank text, or a list or mapping with nothing but such in it."""
    if isinstance(value, str):
        return not value or value.isspace()
    if isinstance(value, list):
        return all(map(is_empty, value))
    return value is None or value == {}
