"""What a value must be like, beyond its type: each word of a schema becomes one test of a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from vaultkit.model.note import Value
from vaultkit.schema.pattern import pattern_test
from vaultkit.schema.repair import Repair, written
from vaultkit.schema.value_types import TYPES, ValueFault, equal, shown, type_fault

if TYPE_CHECKING:
    from vaultkit.schema.property_schema import ValueSchema

Test = Callable[[Value], "ValueFault | None"]

_SOUGHT = 200
"""A near value is looked for among so many: a slip is seldom in a list that nobody has in mind."""


def value_tests(schema: ValueSchema, choices: bool = True) -> Iterator[Test]:
    """The tests that a schema asks for, the one of the type first; without `choices`, not that of being one of its
    values."""
    if schema.type and "any" not in schema.type:
        yield _of_type(tuple(schema.type))
    if choices and schema.enum is not None:
        yield _enum(schema.enum)
    if choices and "const" in schema.written:
        yield _const(schema.const)
    for word, make in _WORDS.items():
        wanted = getattr(schema, word)
        if wanted is not None and wanted is not False:
            yield make(wanted)


def tested(word: str, wanted: Any) -> Test:
    """The test that one of JSON Schema's words asks for."""
    make = {"enum": _enum, "const": _const}.get(word) or _WORDS[
        re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", word)
    ]
    return make(wanted)


def _of_type(names: tuple[str, ...]) -> Test:
    if len(names) == 1:
        only = TYPES[names[0]].holds
        return lambda value: None if only(value) else type_fault(names, value)
    tests = tuple(TYPES[name].holds for name in names)

    def fault(value: Value) -> ValueFault | None:
        for holds in tests:
            if holds(value):
                return None
        return type_fault(names, value)

    return fault


def _enum(allowed: Sequence[Any]) -> Test:
    names = [item for item in allowed if isinstance(item, str)]
    known = frozenset(map(_identity, allowed))

    def fault(value: Value) -> ValueFault | None:
        if _identity(value) in known:
            return None
        choice = (
            f"one of {', '.join(f'`{shown(item)}`' for item in allowed)}"
            if len(allowed) > 1
            else f"`{shown(allowed[0])}`"
            if allowed
            else "never right"
        )
        meant, safe = _nearest(value, names)
        if meant is None:
            return ValueFault("property-enum", f"cannot be `{shown(value)}`; it is {choice}", ("enum",), (), choice)
        repair = Repair(f"write `{shown(meant)}`", safe, written(meant))
        says = f"cannot be `{shown(value)}`; did you mean `{shown(meant)}`?"
        return ValueFault("property-enum", says, ("enum",), (), choice, repair)

    return fault


def _nearest(value: Value, names: list[str]) -> tuple[str | None, bool]:
    """The allowed text that was probably meant, and whether it differs by letter case alone."""
    if not isinstance(value, str):
        return None, False
    same = [name for name in names if name.lower() == value.strip().lower()]
    if len(same) == 1:
        return same[0], True
    import difflib

    near = difflib.get_close_matches(value[:80], names[:_SOUGHT], 1, 0.75)
    return (near[0] if near else None), False


def _const(wanted: Value) -> Test:
    def fault(value: Value) -> ValueFault | None:
        if equal(value, wanted):
            return None
        label = f"always `{shown(wanted)}`"
        says = f"is always `{shown(wanted)}` in such a note, and here it is `{shown(value)}`"
        return ValueFault(
            "property-enum", says, ("const",), (), label, Repair(f"write `{shown(wanted)}`", False, written(wanted))
        )

    return fault


def _constraint(word: str, says: str, label: str = "", path: tuple[str | int, ...] = ()) -> ValueFault:
    return ValueFault("property-constraint", says, (word,), path, label)


def _pattern(source: str) -> Test:
    return lambda value: (
        _constraint(
            "pattern", f"is `{shown(value)}`, which does not fit the pattern `{source}`", f"does not fit `{source}`"
        )
        if isinstance(value, str) and not pattern_test(source)(value)
        else None
    )


def is_or_are(bound: object) -> str:
    """The verb for so many things."""
    return "is" if bound == 1 else "are"


def _length(word: str, least: bool) -> Callable[[int], Test]:
    def make(bound: int) -> Test:
        def fault(value: Value) -> ValueFault | None:
            if not isinstance(value, str) or (len(value) >= bound if least else len(value) <= bound):
                return None
            side = f"at {'least' if least else 'most'} {bound}"
            return _constraint(
                word, f"has {_count(len(value), 'character')}; {side} {is_or_are(bound)} asked for", side
            )

        return fault

    return make


def _number_of_items(word: str, least: bool) -> Callable[[int], Test]:
    def make(bound: int) -> Test:
        def fault(value: Value) -> ValueFault | None:
            if not isinstance(value, list) or (len(value) >= bound if least else len(value) <= bound):
                return None
            side = f"at {'least' if least else 'most'} {bound}"
            return _constraint(word, f"has {_count(len(value), 'item')}; {side} {is_or_are(bound)} asked for", side)

        return fault

    return make


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bound(word: str, holds: Callable[[Any, Any], bool], side: str) -> Callable[[float], Test]:
    def make(bound: float) -> Test:
        return lambda value: (
            _constraint(word, f"is {shown(value)}; it must be {side} {bound}", f"{side} {bound}")
            if _is_number(value) and not holds(value, bound)
            else None
        )

    return make


def _multiple(step: float) -> Test:
    from fractions import Fraction

    exact = Fraction(str(step))
    return lambda value: (
        _constraint("multipleOf", f"is {shown(value)}, which is no multiple of {step}", f"a multiple of {step}")
        if _is_number(value) and Fraction(str(value)) % exact
        else None
    )


def _unique(asked: bool) -> Test:
    def fault(value: Value) -> ValueFault | None:
        if not asked or not isinstance(value, list):
            return None
        seen: dict[str, int] = {}
        for index, item in enumerate(value):
            first = seen.setdefault(_identity(item), index)
            if first != index:
                return _constraint("uniqueItems", f"repeats item {first + 1}, `{shown(item)}`", "again", (index,))
        return None

    return fault


def _identity(value: Value) -> str:
    """A text that is the same for equal values (1 and 1.0 are, true and 1 are not)."""
    if isinstance(value, list):
        return f"[{','.join(map(_identity, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(sorted(f'{key!r}:{_identity(item)}' for key, item in value.items()))}}}"
    return repr(int(value)) if isinstance(value, float) and value.is_integer() else repr(value)


_LABEL = r"[\pL\pN]([\pL\pN-]{0,61}[\pL\pN])?"
_FORMATS: dict[str, tuple[str, str]] = {
    "uri": ("an address such as `https://example.org`", r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+$"),
    "email": ("an e-mail address", rf"^[^\s@<>\"(),:;\[\]\\]{{1,64}}@({_LABEL}\.)+{_LABEL}$"),
    "date": ("a date such as `2024-11-21`", r"^.{10}$"),
    "date-time": ("a date and time such as `2024-11-21T09:30:00`", r"^.{11,}$"),
    "time": (
        "a time such as `09:30`",
        r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?(Z|[+-][01][0-9]:[0-5][0-9])?$",
    ),
    "uuid": ("a UUID", r"^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
}


def _format(name: str) -> Test:
    called, source = _FORMATS[name]
    dated = name.startswith("date")

    def fault(value: Value) -> ValueFault | None:
        if not isinstance(value, str) or (pattern_test(source)(value) and not (dated and _is_no_date(value))):
            return None
        return _constraint("format", f"is `{shown(value)}`, which is not {called}", f"not {called}")

    return fault


def _is_no_date(text: str) -> bool:
    from vaultkit.schema.dates import date_fault

    return date_fault(text) is not None


_WORDS: dict[str, Callable[[Any], Test]] = {
    "min_length": _length("minLength", least=True),
    "max_length": _length("maxLength", least=False),
    "pattern": _pattern,
    "format": _format,
    "minimum": _bound("minimum", lambda value, bound: value >= bound, "at least"),
    "maximum": _bound("maximum", lambda value, bound: value <= bound, "at most"),
    "exclusive_minimum": _bound("exclusiveMinimum", lambda value, bound: value > bound, "more than"),
    "exclusive_maximum": _bound("exclusiveMaximum", lambda value, bound: value < bound, "less than"),
    "multiple_of": _multiple,
    "min_items": _number_of_items("minItems", least=True),
    "max_items": _number_of_items("maxItems", least=False),
    "unique_items": _unique,
}
