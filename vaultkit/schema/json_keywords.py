"""The keywords of JSON Schema as they are judged here: the structure is `jsonschema`'s, each single test is ours.

So a finding says the same whichever language a schema is written in, patterns run in linear time, and every error has
the exact place of one value: a property that is not allowed, or not there, is an error of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from vaultkit.model.note import Value
from vaultkit.schema.constraints import is_or_are, tested
from vaultkit.schema.dates import date_fault
from vaultkit.schema.json_formats import FORMATS, of_format
from vaultkit.schema.json_types import json_type_fault
from vaultkit.schema.pattern import pattern_test
from vaultkit.schema.repair import Repair
from vaultkit.schema.value_types import ValueFault, shown

Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError]]


class Fault(Exception):
    """What is wrong with one value, carried by jsonschema's error."""

    def __init__(self, fault: ValueFault) -> None:
        super().__init__(fault.says)
        self.fault = fault


def error(fault: ValueFault) -> ValidationError:
    """The error for a fault; its path leads on from the value that was judged."""
    return ValidationError(fault.says, path=fault.path, cause=Fault(fault))


def _plainly(rule: str, says: str, label: str = "", path: tuple[str | int, ...] = ()) -> ValidationError:
    return error(ValueFault(rule, says, (), path, label))


class TooMuch(Exception):
    """The steps for one note are used up, or schemas lie too deep in each other."""


class Steps:
    """Counts what is judged, so that it ends: a schema may refer to itself, and double its work with each reference."""

    MOST = 50_000
    """So many keywords are judged for one note: more than in any schema that people write, two seconds at most."""
    DEEPEST = 120
    """So deep may keywords lie in each other; a note has 20 levels at most."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Count anew."""
        self._count = self._depth = 0

    def __enter__(self) -> None:
        self._count += 1
        self._depth += 1
        if self._count > self.MOST or self._depth > self.DEEPEST:
            raise TooMuch

    def __exit__(self, *_: object) -> None:
        self._depth -= 1


# Single values ---------------------------------------------------------------------------------------------------


def _of_value(word: str) -> Keyword:
    """A keyword that means the same in our own schemas. Its tests are kept, by the part of the schema they are of."""
    tests: dict[int, tuple[Any, Callable[[Value], ValueFault | None]]] = {}

    def keyword(validator: Any, wanted: Any, value: Value, schema: Any) -> Iterator[ValidationError]:
        if id(wanted) not in tests:
            tests[id(wanted)] = wanted, tested(word, wanted)
        fault = tests[id(wanted)][1](value)
        if fault:
            yield error(fault)

    return keyword


def _type(validator: Any, wanted: Any, value: Value, schema: Any) -> Iterator[ValidationError]:
    names = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    if not any(validator.is_type(value, name) for name in names):
        yield error(json_type_fault(names, value))


def _format(validator: Any, name: str, value: Value, schema: Any) -> Iterator[ValidationError]:
    if not isinstance(value, str) or of_format(name, value):
        return
    called = FORMATS[name].called
    fault = date_fault(value) if name in ("date", "date-time") else None
    if name not in ("date", "date-time"):
        yield _plainly("property-constraint", f"is `{shown(value)}`, which is not {called}", f"not {called}")
    elif fault and (not fault.better or not of_format(name, fault.better)):
        yield _plainly("property-invalid-date", f"is `{shown(value)}`, {fault.message}", "not a date")
    elif fault:
        better = fault.better
        repair = Repair(f"write `{better}`", fault.certain, lambda source: source.replace(value.strip(), better))
        says = f"is `{shown(value)}`, {fault.message}"
        yield error(ValueFault("property-invalid-date", says, (), (), repair.title, repair))
    else:
        yield _plainly("property-invalid-date", f"is `{shown(value)}`, which is not {called}", f"not {called}")


def _number_of_entries(word: str, least: bool) -> Keyword:
    def keyword(validator: Any, bound: Any, value: Value, schema: Any) -> Iterator[ValidationError]:
        if isinstance(value, dict) and (len(value) < bound if least else len(value) > bound):
            side = f"at {'least' if least else 'most'} {bound}"
            has = f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"
            yield _plainly("property-constraint", f"has {has}; {side} {is_or_are(bound)} asked for", side)

    return keyword


# Entries of mappings ---------------------------------------------------------------------------------------------


def _required(validator: Any, names: Any, value: Value, schema: Any) -> Iterator[ValidationError]:
    for name in names if isinstance(value, dict) else ():
        if name not in value:
            yield _plainly("property-missing", "is missing", f"`{name}` is required here", (name,))


def _dependent_required(validator: Any, needs: Any, value: Value, schema: Any) -> Iterator[ValidationError]:
    for cause, names in needs.items() if isinstance(value, dict) else ():
        for name in names if cause in value else ():
            if name not in value:
                says = f"is missing, and required where `{cause}` is there"
                yield _plainly("property-condition", says, f"requires `{name}`", (name,))


def _additional(schema: Any, value: dict[str, Value]) -> Iterator[str]:
    """The entries that neither `properties` nor `patternProperties` of a schema name."""
    named = schema.get("properties", {})
    tests = [pattern_test(source) for source in schema.get("patternProperties", {})]
    return (name for name in value if name not in named and not any(test(name) for test in tests))


def _additional_properties(validator: Any, inner: Any, value: Value, schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, dict):
        yield from _not_allowed(validator, inner, value, [*_additional(schema, value)], [*schema.get("properties", {})])


def _not_allowed(
    validator: Any, inner: Any, value: dict[str, Value], names: list[str], known: list[str]
) -> Iterator[ValidationError]:
    """The faults of entries that a schema has no name for: none is allowed, or all must fit `inner`."""
    from vaultkit.schema.properties import near_name

    for name in names:
        if inner is False:
            near = near_name(name, [other for other in known if other not in value])
            says = "is not in the schema" + (f"; did you mean `{near}`?" if near else "")
            yield _plainly("property-unknown", says, f"rename to `{near}`" if near else "not in the schema", (name,))
        else:
            yield from validator.descend(value[name], inner, path=name)


def _below(validator: Any, value: Value, inner: Any, part: str | int, *way: str | int) -> Iterator[ValidationError]:
    """The errors of an entry or item by the schema for it, which may rule it out altogether."""
    if inner is False and isinstance(part, str):
        yield _plainly("property-unknown", "must not be here", "not allowed here", (part,))
    elif inner is False:
        yield _plainly("property-constraint", "is one item too many", "not allowed here", (part,))
    else:
        for found in validator.descend(value, inner, path=part):
            found.schema_path.extendleft(reversed(way))
            yield found


def _properties(validator: Any, named: Any, value: Value, schema: Any) -> Iterator[ValidationError]:
    for name, inner in named.items() if isinstance(value, dict) else ():
        if name in value:
            yield from _below(validator, value[name], inner, name, name)


def _prefix_items(validator: Any, schemas: Any, value: Value, schema: Any) -> Iterator[ValidationError]:
    for index, (item, inner) in enumerate(zip(value, schemas, strict=False)) if isinstance(value, list) else ():
        yield from _below(validator, item, inner, index, index)


def _items(validator: Any, inner: Any, value: Value, schema: Any) -> Iterator[ValidationError]:
    first = len(schema.get("prefixItems", ()))
    for index in range(first, len(value)) if isinstance(value, list) else ():
        yield from _below(validator, value[index], inner, index)


def _pattern_properties(validator: Any, patterns: Any, value: Value, schema: Any) -> Iterator[ValidationError]:
    for source, inner in patterns.items() if isinstance(value, dict) else ():
        test = pattern_test(source)
        for name, item in value.items():
            if test(name):
                yield from _below(validator, item, inner, name, source)


def _property_names(validator: Any, inner: Any, value: Value, schema: Any) -> Iterator[ValidationError]:
    for name in value if isinstance(value, dict) else ():
        for found in validator.descend(name, inner):
            yield _plainly("property-unknown", f"is no name for a property: it {found.message}", "no name", (name,))
            break


# What nothing else has judged ------------------------------------------------------------------------------------


def _unevaluated_properties(steps: Steps) -> Keyword:
    def keyword(validator: Any, inner: Any, value: Value, schema: Any) -> Iterator[ValidationError]:
        if isinstance(value, dict):
            judged = _judged(steps, validator, value, schema, skip="unevaluatedProperties")
            names = [name for name in value if name not in judged]
            yield from _not_allowed(validator, inner, value, names, [*schema.get("properties", {})])

    return keyword


def _unevaluated_items(steps: Steps) -> Keyword:
    def keyword(validator: Any, inner: Any, value: Value, schema: Any) -> Iterator[ValidationError]:
        judged = _judged(steps, validator, value, schema, skip="unevaluatedItems") if isinstance(value, list) else ()
        for index, item in enumerate(value if isinstance(value, list) else ()):
            if index not in judged:
                yield from _below(validator, item, inner, index)

    return keyword


def _judged(steps: Steps, validator: Any, value: Any, schema: Any, skip: str = "") -> set[str | int]:
    """The entries, or the items, of a value that a schema and those within it have judged."""
    if isinstance(schema, bool):
        return set()
    with steps:
        found = _judged_here(validator, value, schema, skip)
        for word in ("$ref", "$dynamicRef"):
            if word in schema:
                resolved = validator._resolver.lookup(schema[word])
                there = validator.evolve(schema=resolved.contents, _resolver=resolved.resolver)
                found |= _judged(steps, there, value, resolved.contents)
        for inner in _fitting(validator, value, schema):
            found |= _judged(steps, validator, value, inner)
        return found


def _judged_here(validator: Any, value: Any, schema: Any, skip: str) -> set[str | int]:
    if isinstance(value, list):
        if "items" in schema or ("unevaluatedItems" in schema and skip != "unevaluatedItems"):
            return set(range(len(value)))
        found: set[str | int] = set(range(len(schema.get("prefixItems", ()))))
        if "contains" in schema:
            test = validator.evolve(schema=schema["contains"])
            found |= {index for index, item in enumerate(value) if test.is_valid(item)}
        return found
    if "unevaluatedProperties" in schema and skip != "unevaluatedProperties":
        return set(value)
    names = set(value)
    return names if "additionalProperties" in schema else names - set(_additional(schema, value))


def _fitting(validator: Any, value: Any, schema: Any) -> Iterator[Any]:
    """The schemas within a schema that judge the same value, and find nothing."""
    if "if" in schema:
        fits = validator.evolve(schema=schema["if"]).is_valid(value)
        if fits:
            yield schema["if"]
        yield schema.get("then" if fits else "else", True)
    if isinstance(value, dict):
        yield from (inner for name, inner in schema.get("dependentSchemas", {}).items() if name in value)
    for word in ("allOf", "oneOf", "anyOf"):
        for inner in schema.get(word, ()):
            if validator.evolve(schema=inner).is_valid(value):
                yield inner


# All of them -----------------------------------------------------------------------------------------------------

_SAME = ("enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
         "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems")  # fmt: skip


def keywords(steps: Steps) -> dict[str, Any]:
    """All keywords of draft 2020-12, each a generator of errors; `steps` counts them."""
    ours: dict[str, Keyword] = {
        **{word: _of_value(word) for word in _SAME},
        "type": _type,
        "format": _format,
        "minProperties": _number_of_entries("minProperties", least=True),
        "maxProperties": _number_of_entries("maxProperties", least=False),
        "required": _required,
        "dependentRequired": _dependent_required,
        "properties": _properties,
        "prefixItems": _prefix_items,
        "items": _items,
        "additionalProperties": _additional_properties,
        "patternProperties": _pattern_properties,
        "propertyNames": _property_names,
        "unevaluatedProperties": _unevaluated_properties(steps),
        "unevaluatedItems": _unevaluated_items(steps),
    }
    return {word: _counted(keyword, steps) for word, keyword in (Draft202012Validator.VALIDATORS | ours).items()}


def _counted(keyword: Keyword, steps: Steps) -> Keyword:
    def counted(validator: Any, wanted: Any, value: Value, schema: Any) -> Iterator[ValidationError]:
        with steps:
            yield from keyword(validator, wanted, value, schema) or ()

    return counted
