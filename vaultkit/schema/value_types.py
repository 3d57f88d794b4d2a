"""The types of properties, as Obsidian has them: which values are of a type, and how to say that one is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite

from vaultkit.model.expression import expression
from vaultkit.model.note import Value
from vaultkit.model.record import NamedTuple
from vaultkit.parse.scalars import resolve
from vaultkit.schema.repair import Repair, as_yaml, in_list, in_quotes, one_line, quoted, split_list

_WIKILINK = expression(r"\[\[(?:(?!\[\[|\]\])[^\r\n])+\]\]")
_TEXT = frozenset((str,))
_TRUTHS = {"yes": True, "on": True, "true": True, "y": True, "no": False, "off": False, "false": False, "n": False}
_KINDS = {bool: "a checkbox value", int: "a number", float: "a number", str: "text", list: "a list", dict: "a mapping"}


class ValueFault(NamedTuple):
    """One thing wrong with a value: the rule that reports it, and the end of a sentence that begins with the value's
    name. `path` leads to the place within the value, `word` to the part of the schema that asks for something else."""

    rule: str
    says: str
    word: tuple[str | int, ...]
    path: tuple[str | int, ...] = ()
    label: str = ""
    repair: Repair | None = None


class Type(NamedTuple):
    """`holds` says whether a value is of the type; `fault` what is wrong with one that is not."""

    called: str
    holds: Callable[[Value], bool]
    fault: Callable[[Value], ValueFault]


def shown(value: Value) -> str:
    """A value in a message: as it would be typed, cut when it is long."""
    text = value if isinstance(value, str) else "empty" if value is None else as_yaml(value)
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:37] + "..."


def _is(value: Value) -> str:
    if value is None:
        return "is empty"
    kind = _KINDS[type(value)]
    return f"is {kind}" if isinstance(value, list | dict) else f"`{shown(value)}` is {kind}"


def called_wrong(called: str, value: Value, repair: Repair | None = None, label: str = "") -> ValueFault:
    """The fault of a value that should be of another type, `called` so."""
    what = _is(value)
    says = f"should be {called}, and it {what}" if what.startswith("is") else f"should be {called}, and {what}"
    return ValueFault("property-type", says, ("type",), (), label or f"not {called}", repair)


def _text_fault(value: Value) -> ValueFault:
    if isinstance(value, bool | int | float):
        says = f"should be text, and without quotes this is {_KINDS[type(value)]} to YAML"
        return ValueFault(
            "property-type", says, ("type",), (), "put it in quotes", Repair("put it in quotes", True, in_quotes)
        )
    return called_wrong("text", value)


def _number_fault(value: Value) -> ValueFault:
    number = resolve(value.strip()) if isinstance(value, str) else None
    if isinstance(number, int | float) and not isinstance(number, bool) and isfinite(number):
        repair = Repair("take it out of the quotes", False, lambda source: as_yaml(number))
        return ValueFault(
            "property-type", "should be a number, and in quotes it is text", ("type",), (), "in quotes", repair
        )
    return called_wrong("a number", value)


def _checkbox_fault(value: Value) -> ValueFault:
    truth = _TRUTHS.get(value.strip().lower()) if isinstance(value, str) else None
    if truth is None:
        return called_wrong("`true` or `false`", value)
    word = as_yaml(truth)
    return called_wrong(
        "`true` or `false`", value, Repair(f"write `{word}`", False, lambda source: word), f"write `{word}`"
    )


def _is_date(value: Value) -> bool:
    from vaultkit.schema.dates import date_fault

    return isinstance(value, str) and date_fault(value) is None


def _date_fault(value: Value) -> ValueFault:
    from vaultkit.schema.dates import date_fault

    fault = None if value is None or isinstance(value, list | dict | bool) else date_fault(str(value))
    if fault is None:
        return called_wrong("a date", value)
    typed, better = str(value).strip(), fault.better
    label, repair = "not a date", None
    if better:
        label = f"write `{better}`"
        repair = Repair(label, fault.certain, lambda source: source.replace(typed, better) if typed in source else None)
    return ValueFault("property-invalid-date", f"is `{shown(value)}`, {fault.message}", ("type",), (), label, repair)


def _list_fault(value: Value) -> ValueFault:
    if isinstance(value, dict):
        return called_wrong("a list", value)
    if isinstance(value, str) and "," in value:
        return called_wrong("a list", value, Repair("make it a list", False, split_list(",")))
    return called_wrong("a list", value, Repair("make it a list", True, in_list))


def _is_texts(value: Value) -> bool:
    return isinstance(value, list) and _TEXT.issuperset(map(type, value))


def _texts_fault(value: Value) -> ValueFault:
    if not isinstance(value, list):
        return _list_fault(value)
    index = next(i for i, item in enumerate(value) if not isinstance(item, str))
    return _text_fault(value[index])._replace(path=(index,))


def _tags_fault(value: Value) -> ValueFault:
    fault = _texts_fault(value)
    if isinstance(value, str) and len(re.split(r"[\s,]+", value.strip(", "))) > 1:
        return fault._replace(repair=Repair("make it a list", False, split_list(r"[\s,]+")))
    return fault


def _is_link(value: Value) -> bool:
    return isinstance(value, str) and _WIKILINK.fullmatch(value) is not None


def _link_fault(value: Value) -> ValueFault:
    repair = None
    if isinstance(value, str) and not re.search(r"[\[\]]", value):
        repair = Repair("make it a link", False, lambda source: quoted(f"[[{value}]]") if one_line(source) else None)
    return called_wrong("a link such as `[[Note]]`", value, repair)


TYPES = {
    "text": Type("text", lambda value: isinstance(value, str), _text_fault),
    "number": Type(
        "a number", lambda value: isinstance(value, int | float) and not isinstance(value, bool), _number_fault
    ),
    "checkbox": Type("`true` or `false`", lambda value: isinstance(value, bool), _checkbox_fault),
    "date": Type("a date", _is_date, _date_fault),
    "datetime": Type("a date", _is_date, _date_fault),
    "list": Type("a list", lambda value: isinstance(value, list), _list_fault),
    "tags": Type("a list of tags", _is_texts, _tags_fault),
    "aliases": Type("a list of texts", _is_texts, _texts_fault),
    "link": Type("a link", _is_link, _link_fault),
    "object": Type("a mapping", lambda value: isinstance(value, dict), lambda value: called_wrong("a mapping", value)),
}


def type_fault(names: tuple[str, ...], value: Value) -> ValueFault:
    """What is wrong with a value that is of none of these types."""
    if len(names) == 1:
        return TYPES[names[0]].fault(value)
    dates = {"date", "datetime"} & set(names)
    if dates and isinstance(value, str):
        return _date_fault(value)
    return called_wrong(" or ".join(dict.fromkeys(TYPES[name].called for name in names)), value)


def is_unquoted_link(value: Value) -> bool:
    """Whether a value is what YAML makes of `[[Note]]` without quotes: a list in a list."""
    return (
        isinstance(value, list)
        and len(value) == 1
        and isinstance(value[0], list)
        and len(value[0]) == 1
        and not isinstance(value[0][0], list | dict)
    )


def equal(left: Value, right: Value) -> bool:
    """Equality as JSON Schema has it: 1 and 1.0 are one value, true and 1 are two."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    return bool(left == right)


def has_value(value: Value, wanted: Value) -> bool:
    """Whether a property's value is what is wanted, or a list that holds it. A list of wanted values is an or."""
    if isinstance(wanted, list):
        return any(has_value(value, item) for item in wanted)
    if isinstance(value, list):
        return any(equal(item, wanted) for item in value)
    return equal(value, wanted)
