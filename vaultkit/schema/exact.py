"""Clauses made of what was written exactly as their declarations say: nearly every configuration and schema is.

Nothing of pydantic is loaded for that, which would take longer than reading a thousand notes. Whatever is written in
another way, right or wrong, is in doubt here: `schema.validated` reads it, or tells what is wrong with it. So a word
that is not known here, or a value that pydantic would first make something else of, costs time and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

from vaultkit.model.clause import Clause
from vaultkit.model.record import NamedTuple
from vaultkit.schema.clauses import KINDS
from vaultkit.schema.pattern import PatternError, pattern_test

_C = TypeVar("_C", bound=Clause)
_Read = Callable[[Any], Any]


class _Doubt(Exception):
    """This is not written exactly as it was declared."""


def exactly(kind: type[_C], data: Any) -> _C | None:
    """The clause that plain data is; None when that is in doubt."""
    try:
        return cast(_C, _of_kind(kind)(data))
    except (_Doubt, ValueError, NameError, RecursionError):
        return None


def keys_of(kind: type[Clause]) -> tuple[str, ...]:
    """The keys of a kind of clause, as they are written."""
    return tuple(_fields(kind))


# The words of `schema.words` -------------------------------------------------------------------------------------


class _Field(NamedTuple):
    """What is declared of a field besides its type."""

    alias: str = ""
    min_length: int = 0
    ge: int | None = None


class _First(NamedTuple):
    """What is made of a value before it is read."""

    make: _Read


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


def _setting(value: Any) -> Any:
    return value if isinstance(value, dict) else {"severity": value}


def _text(value: Any) -> str:
    """A text that has a form in UTF-8: an escape in YAML may be half of a character."""
    if type(value) is not str:
        raise _Doubt
    if not value.isascii():
        value.encode()
    return value


def _level(value: Any) -> Any:
    if value == "any" or (type(value) is int and 1 <= value <= 6):
        return value
    raise _Doubt


def _pattern(value: Any) -> Any:
    try:
        pattern_test(_text(value))
    except PatternError as error:
        raise _Doubt from error
    return value


_ONE_OR_MORE = _First(_one_or_more)
_COUNT = Annotated[int, _Field(ge=0)]
_WORDS: dict[str, Any] = {
    "Annotated": Annotated,
    "Any": Any,
    "ByKind": None,
    "Count": _COUNT,
    "Field": _Field,
    "FormatName": Literal["uri", "email", "date", "date-time", "time", "uuid"],
    "Level": Literal["off", "info", "warning", "error"],
    "Literal": Literal,
    "Names": Annotated[tuple[str, ...], _ONE_OR_MORE],
    "Number": Union[int, float],  # noqa: UP007 - a value, not an annotation
    "OneOrMore": _ONE_OR_MORE,
    "Pattern": Annotated[str, _First(_pattern)],
    "SectionLevel": Annotated[int | Literal["any"], _First(_level)],
    "Setting": _First(_setting),
    "StrictBool": bool,
    "StrictStr": str,
    "Tag": lambda name: None,
    "TextList": Annotated[tuple[str, ...], _ONE_OR_MORE, _Field(min_length=1)],
    "TitleSource": Literal["property", "heading", "filename"],
    "TypeName": Literal[
        "text", "number", "checkbox", "date", "datetime", "list", "tags", "aliases", "link", "object", "any"
    ],
    "Version": Literal[1],
    **{kind.__name__: kind for kind in KINDS},
}


# Reading ---------------------------------------------------------------------------------------------------------


_Fields = dict[str, tuple[str, _Read]]

_KNOWN: dict[type, _Read] = {}
_FIELDS: dict[type, _Fields] = {}


def _of_kind(kind: type[Clause]) -> _Read:
    """What reads a kind of clause."""
    if kind not in _KNOWN:
        _KNOWN[kind] = _reader(kind)
    return _KNOWN[kind]


def _reader(kind: type[Clause]) -> _Read:
    """What reads a kind of clause; made without its fields, since these may be of the same kind."""

    def read(data: Any) -> Clause:
        if type(data) is not dict:
            raise _Doubt
        fields = _fields(kind)
        written, others = {}, {}
        for key, value in data.items():
            if _text(key) not in fields:
                others[key] = value
            elif value is not None or not kind.null_is_default:
                name, made = fields[key]
                written[name] = made(value)
        if others and (not kind.open_field or not declared.keys().isdisjoint(others)):
            raise _Doubt
        if any(name not in written and not hasattr(kind, name) for name in declared):
            raise _Doubt
        if kind.open_field:
            written[kind.open_field] = others
        clause = kind(**written)
        clause.check()
        return clause

    declared = _declared(kind)
    return read


def _fields(kind: type[Clause]) -> _Fields:
    """The fields of a kind by their keys, each with what reads it."""
    if kind not in _FIELDS:
        found = (_field(kind, *item) for item in _declared(kind).items())
        _FIELDS[kind] = {key: (name, read) for name, key, read in found}
    return _FIELDS[kind]


def _field(kind: type[Clause], name: str, annotation: str) -> tuple[str, str, _Read]:
    found = eval(annotation, _WORDS)  # of our own declarations
    alias = [mark.alias for mark in getattr(found, "__metadata__", ()) if isinstance(mark, _Field) and mark.alias]
    key = alias[0] if alias else name.replace("_", "-") if kind.null_is_default else name
    return name, key, _of(found)


def _declared(kind: type[Clause]) -> dict[str, str]:
    """The annotations of the fields that are read one by one."""
    above = [part for part in reversed(kind.__mro__) if issubclass(part, Clause)]
    annotations = {name: part for some in above for name, part in some.__annotations__.items()}
    return {name: annotations[name] for name in kind.fields() if name != kind.open_field}


def _of(kind: Any) -> _Read:
    """What reads values of a type: the value, or `_Doubt` is raised."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return lambda value: value
    if origin is Annotated:
        return _marked(_of(arguments[0]), arguments[1:])
    if origin is Literal:
        return _one_of({(type(value), value) for value in arguments})
    if origin in (Union, UnionType):
        return _either([_of(part) for part in arguments])
    if origin is tuple:
        return _several(_of(arguments[0]))
    if origin is dict:
        return _named(_of(arguments[1]))
    if isinstance(kind, type) and issubclass(kind, Clause):
        return _of_kind(kind)
    if kind is str:
        return _text
    if kind in (int, float, bool, NoneType):
        return _just(kind)
    raise NameError(f"nothing is known of {kind}")


def _just(kind: type) -> _Read:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise _Doubt
        return value

    return read


def _one_of(known: set[tuple[type, Any]]) -> _Read:
    def read(value: Any) -> Any:
        if not isinstance(value, str | int) or (type(value), value) not in known:
            raise _Doubt
        return value

    return read


def _either(parts: list[_Read]) -> _Read:
    def read(value: Any) -> Any:
        for part in parts:
            try:
                return part(value)
            except _Doubt:
                continue
        raise _Doubt

    return read


def _several(part: _Read) -> _Read:
    def read(value: Any) -> Any:
        if type(value) is not list:
            raise _Doubt
        return tuple(map(part, value))

    return read


def _named(part: _Read) -> _Read:
    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise _Doubt
        return {_text(key): part(inner) for key, inner in value.items()}

    return read


def _marked(part: _Read, marks: tuple[Any, ...]) -> _Read:
    first = [mark.make for mark in marks if isinstance(mark, _First)]
    least = max((mark.min_length for mark in marks if isinstance(mark, _Field)), default=0)
    bounds = [mark.ge for mark in marks if isinstance(mark, _Field) and mark.ge is not None]

    def read(value: Any) -> Any:
        for make in first:
            value = make(value)
        value = part(value)
        if (least and len(value) < least) or any(value < bound for bound in bounds):
            raise _Doubt
        return value

    return read
