"""The properties of one note against the schemas that govern it: every fault once, whatever rule reports it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from vaultkit.model.diagnostic import Origin
from vaultkit.model.note import Value
from vaultkit.model.record import NamedTuple
from vaultkit.schema.property_schema import ValueSchema
from vaultkit.schema.repair import Repair, Rewrite, as_yaml, one_line
from vaultkit.schema.value_types import has_value, shown
from vaultkit.schema.values import Check, compiled, is_empty

if TYPE_CHECKING:
    from vaultkit.schema.json_schema import JsonSchema
    from vaultkit.schema.note_schema import Comparison, Condition, NoteSchema
    from vaultkit.schema.property_schema import PropertySchema

OWN = "vaultkit"
"""The property with instructions to vaultkit itself; no schema needs to know it."""

Path = tuple[str | int, ...]
Properties = Mapping[str, Value]


class PropertyFault(NamedTuple):
    """One thing wrong with a note's properties.

    `rule` reports it; `path` leads to the value, or to where it would be; `near` is the name that was probably meant by
    an unknown one, or the one that was probably typed for a missing one; `line` is what adds a missing property.
    """

    rule: str
    path: Path
    message: str
    label: str
    origin: Origin
    hint: str
    repair: Repair | None = None
    near: str = ""
    line: str = ""


class _Known(NamedTuple):
    """What one schema says of one property."""

    name: str
    check: Check
    declared: PropertySchema
    schema: NoteSchema
    required: bool


class _Plan(NamedTuple):
    """What the schemas that govern a note say together. `closed` is the first that allows no other properties."""

    known: tuple[_Known, ...]
    names: frozenset[str]
    closed: NoteSchema | None
    judges: tuple[tuple[JsonSchema, NoteSchema], ...]
    conditions: tuple[tuple[int, Condition, NoteSchema], ...]
    comparisons: tuple[tuple[int, Comparison, NoteSchema], ...]


@lru_cache(maxsize=1024)
def _plan(schemas: tuple[NoteSchema, ...]) -> _Plan:
    if len(schemas) > 1:
        from vaultkit.schema.agreement import agree

        agree(schemas)
    known = tuple(
        _Known(name, compiled(declared), declared, schema, declared.required)
        for schema in schemas
        for name, declared in schema.properties.items()
    )
    judges = tuple((schema.judge, schema) for schema in schemas if schema.judge)
    return _Plan(
        known,
        frozenset({OWN, *(item.name for item in known), *(name for judge, _ in judges for name in judge.properties)}),
        next((schema for schema in schemas if not schema.additional_properties), None),
        judges,
        tuple((index, item, schema) for schema in schemas for index, item in enumerate(schema.required_if)),
        tuple((index, item, schema) for schema in schemas for index, item in enumerate(schema.compare)),
    )


def property_faults(schemas: tuple[NoteSchema, ...], properties: Properties) -> tuple[PropertyFault, ...]:
    """What is wrong with properties that could be read; one mistake gives one fault, also where two schemas see it.

    Raises SetupError when the schemas contradict each other.
    """
    plan = _plan(schemas)
    found: dict[tuple[str, Path], PropertyFault] = {}
    missing: list[_Known] = []
    for known in plan.known:
        value = properties.get(known.name)
        if value is None or is_empty(value):
            if known.required:
                missing.append(known)
                continue
            value = [] if isinstance(value, list) else None
        faults = known.check(value) if value is not None else ()
        if faults:
            _add_values(found, known, faults)
    strangers = [name for name in properties if name not in plan.names] if missing or plan.closed else []
    if plan.closed:
        for name in strangers:
            fault = _unknown(name, plan, properties)
            found[fault.rule, fault.path] = fault
    if missing:
        _add_missing(found, missing, properties, strangers)
    if plan.judges:
        from vaultkit.schema.json_faults import add_judged

        add_judged(found, plan.judges, plan.names, properties)
    if not plan.conditions and not plan.comparisons:
        return tuple(found.values())
    faulty = {path[0] for _, path in found}
    together = (*_conditions(plan, properties, faulty), *_comparisons(plan, properties, faulty))
    return (*found.values(), *together)


@lru_cache(maxsize=1024)
def declared_properties(schemas: tuple[NoteSchema, ...]) -> frozenset[str]:
    """The properties of which one of some schemas says anything."""
    judged = (name for schema in schemas if schema.judge for name in schema.judge.properties)
    return frozenset(judged).union(*(schema.properties for schema in schemas))


@lru_cache(maxsize=1024)
def unique_properties(schemas: tuple[NoteSchema, ...]) -> tuple[tuple[str, NoteSchema], ...]:
    """The properties whose values no two notes may share, each with the first schema that says so."""
    found: dict[str, NoteSchema] = {}
    for schema in schemas:
        for name, declared in schema.properties.items():
            if declared.unique:
                found.setdefault(name, schema)
    return tuple(found.items())


def subject(path: Path) -> str:
    """How a value is called in a message: `name`, `name.part`, item 2 of `name`."""
    text, names = "", [str(path[0])]
    for part in path[1:]:
        if isinstance(part, int):
            text, names = f"item {part + 1} of {_called(names, text)}", []
        else:
            names.append(part)
    return _called(names, text) if names else text


def _called(names: list[str], inside: str) -> str:
    text = f"`{'.'.join(names)}`" if names else ""
    return f"{text} in {inside}" if text and inside else text or inside


Found = dict[tuple[str, Path], PropertyFault]


def _add_values(found: Found, known: _Known, faults: tuple[Any, ...]) -> None:
    name, declared, schema = known.name, known.declared, known.schema
    for fault in faults:
        path = (name, *fault.path)
        origin = schema.origin("properties", name, *fault.word)
        message = f"{subject(path)} {fault.says}"
        hint = schema.hint(*authors(declared, fault.word))
        whole = PropertyFault(fault.rule, path, message, fault.label, origin, hint, fault.repair)
        found.setdefault((fault.rule, path), whole)


def authors(declared: ValueSchema, word: Path) -> list[ValueSchema]:
    """The descriptions of values that lead to a word of a schema, the nearest first."""
    found: list[Any] = [declared]
    for part in word:
        inner = found[0]
        inner = inner.get(part) if isinstance(inner, dict) else getattr(inner, str(part), None)
        if not isinstance(inner, ValueSchema | dict):
            break
        found.insert(0, inner)
    return [item for item in found if isinstance(item, ValueSchema)]


def _unknown(name: str, plan: _Plan, properties: Properties) -> PropertyFault:
    assert plan.closed
    near = near_name(name, [known for known in plan.names if known not in properties])
    message = f"there is no property `{name}` in such a note" + (f"; did you mean `{near}`?" if near else "")
    label = f"rename to `{near}`" if near else "not in the schema"
    origin = plan.closed.origin("additionalProperties")
    return PropertyFault("property-unknown", (name,), message, label, origin, plan.closed.hint(), near=near)


def _add_missing(found: Found, missing: list[_Known], properties: Properties, strangers: list[str]) -> None:
    renamed = {fault.near for fault in found.values() if fault.rule == "property-unknown"}
    for name, _, declared, schema, _ in missing:
        if name in renamed or ("property-missing", (name,)) in found:
            continue
        for key in [key for key in found if key[1][0] == name]:
            del found[key]
        empty = name in properties
        near = "" if empty else near_name(name, strangers)
        message = f"`{name}` is empty" if empty else f"`{name}` is missing"
        message += f"; is `{near}` meant to be it?" if near else ""
        label = f"rename to `{name}`" if near else "a value is required here" if empty else f"`{name}` is required here"
        repair, line = None, ""
        if not near and not is_empty(declared.default):
            repair, line = by_default(name, declared.default, empty)
        origin = schema.origin("properties", name, "required")
        whole = PropertyFault(
            "property-missing", (name,), message, label, origin, schema.hint(declared), repair, near, line
        )
        found["property-missing", (name,)] = whole


def by_default(name: str, value: Value, empty: bool) -> tuple[Repair, str]:
    """What writes the default of a property that is missing, or `empty`: a repair, and the new line."""
    default = as_yaml(value)
    repair = Repair(f"write the default, `{shown(value)}`", True, _put(default))
    return repair, "" if empty else f"{as_yaml(name)}: {default}"


def _put(value: str) -> Rewrite:
    return lambda source: (value if source else f" {value}") if one_line(source) else None


def near_name(name: str, others: list[str]) -> str:
    """The one of the others that is probably the same name: other letter case, or a slip or two."""
    import difflib

    by_lower = {other.lower(): other for other in reversed(others)}
    found = difflib.get_close_matches(name.lower()[:80], by_lower, 1, 0.8)
    return by_lower[found[0]] if found else ""


def _conditions(plan: _Plan, properties: Properties, faulty: set[str | int]) -> Iterator[PropertyFault]:
    for index, condition, schema in plan.conditions:
        if not all(has_value(properties.get(name), wanted) for name, wanted in condition.when.items()):
            continue
        for name in condition.then.require:
            if name not in faulty and is_empty(properties.get(name)):
                when = " and ".join(f"`{key}` is `{shown(properties.get(key))}`" for key in condition.when)
                path = (name,) if name in properties else (next(iter(condition.when)),)
                message = f"`{name}` is {'empty' if name in properties else 'missing'}, and required when {when}"
                origin = schema.origin("required-if", index)
                yield PropertyFault(
                    "property-condition", path, message, f"requires `{name}`", origin, schema.hint(condition)
                )


_WORDS = {
    "==": ("the same as", "the same as"),
    "!=": ("other than", "other than"),
    "<": ("before", "less than"),
    "<=": ("no later than", "at most"),
    ">": ("after", "more than"),
    ">=": ("no earlier than", "at least"),
}
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _comparisons(plan: _Plan, properties: Properties, faulty: set[str | int]) -> Iterator[PropertyFault]:
    for index, compare, schema in plan.comparisons:
        left, right = properties.get(compare.left), properties.get(compare.right)
        if is_empty(left) or is_empty(right) or faulty & {compare.left, compare.right}:
            continue
        dated, pair = _comparable(left, right)
        if pair and _HOLDS[compare.op](*pair):
            continue
        words = _WORDS[compare.op][0 if dated else 1]
        message = (
            f"`{compare.left}` is `{shown(left)}`, and must be {words} `{compare.right}`, which is `{shown(right)}`"
        )
        if not pair:
            other = f"`{compare.right}`, `{shown(right)}`"
            message = f"`{compare.left}` is `{shown(left)}`, which cannot be compared with {other}"
        label = f"must be {words} `{compare.right}`"
        origin = schema.origin("compare", index)
        yield PropertyFault("property-condition", (compare.left,), message, label, origin, schema.hint(compare))


def _comparable(left: Value, right: Value) -> tuple[bool, tuple[Any, Any] | None]:
    """Whether two values are dates, and the pair to compare; None for values of different kinds."""
    if isinstance(left, str) and isinstance(right, str):
        from vaultkit.schema.dates import moment

        dates = moment(left), moment(right)
        return (True, dates) if None not in dates else (False, (left, right))
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (left, right))
    return False, (left, right) if numbers or type(left) is type(right) is bool else None
