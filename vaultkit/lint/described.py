"""What a rule is, told to people and to programs: its severity, its fixes, its options.

The rule's docstring is its page; the docstring of its options says of each what it means, behind its name in backticks
and a colon.
"""

from __future__ import annotations

import re
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from vaultkit.lint.rule import Rule
from vaultkit.model.expression import expression
from vaultkit.model.record import NamedTuple

_MEANING = expression(r"`(?P<name>[\w-]+)`: (?P<words>.*?)(?=\s*`[\w-]+`: |\Z)", re.DOTALL)
_PLAIN = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    type(None): "nothing",
    Any: "anything",
}
_FIXES = {
    "no": "none",
    "safe": "safe",
    "unsafe": "unsafe",
    "safe or unsafe": "safe or unsafe, by what is found",
}


class Option(NamedTuple):
    """An option of a rule: its name as it is written in the configuration, its type in words, its default as plain
    values, and what it means."""

    name: str
    type: str
    default: Any
    meaning: str


def severity_of(rule: Rule) -> str:
    """The severity that a rule has when nobody says otherwise, or `off`."""
    return rule.severity.label if rule.severity else "off"


def summary_of(rule: Rule) -> str:
    """The first sentence of a rule's page, on one line."""
    return rule.doc.partition("\n\n")[0].replace("\n", " ")


def fixes_of(rule: Rule) -> str:
    """What kind of fixes a rule has, in words."""
    return _FIXES[rule.fixable]


def options_of(rule: Rule) -> list[Option]:
    """The options of a rule, in the order of its own."""
    made = rule.options
    if made is None:
        return []
    types = get_type_hints(made)
    meanings = {found["name"]: " ".join(found["words"].split()) for found in _MEANING.finditer(made.__doc__ or "")}
    described = []
    for field, default in made._field_defaults.items():
        name = field.replace("_", "-")
        plain = list(default) if isinstance(default, tuple) else default
        described.append(Option(name, _in_words(types[field]), plain, meanings.get(name, "")))
    return described


def _in_words(type_: Any) -> str:
    origin, parts = get_origin(type_), get_args(type_)
    if origin is Literal:
        return " or ".join(f"`{part}`" for part in parts)
    if origin in (Union, UnionType):
        return " or ".join(map(_in_words, parts))
    if origin is tuple:
        return f"list of {_in_words(parts[0])}"
    if origin is dict:
        return f"mapping of names to {_in_words(parts[1])}"
    return _PLAIN.get(type_, str(type_))
