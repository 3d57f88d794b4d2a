"""Clauses made of what was written: pydantic checks it, by models that are made of the clauses' own declarations.

A mistake is one SetupError with the place of what is wrong. Only what is new is read this way: what was found right
once may come from a memory (`schema.packed`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from types import new_class
from typing import Any, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from vaultkit.errors import SetupError
from vaultkit.model.clause import Clause
from vaultkit.registry import suggest
from vaultkit.schema.clauses import KINDS
from vaultkit.schema.source import Node, mistake, plain
from vaultkit.schema.words import *  # noqa: F403 - the models' annotations name them

_C = TypeVar("_C", bound=Clause)
_M = TypeVar("_M", bound=BaseModel)


def validated(kind: type[_C], data: Any) -> _C:
    """The clause that plain data is. Raises pydantic's ValidationError."""
    made: Any = model_of(kind).model_validate(data)
    return cast(_C, made)


def built(kind: type[_C], node: Node) -> _C:
    """See `schema.source.build`."""
    made: Any = read_by(model_of(kind), node)
    return cast(_C, made)


def read_by(model: type[_M], node: Node) -> _M:
    """What a document is by a model. Raises SetupError as `schema.source.build` does."""
    try:
        return model.model_validate(plain(node))
    except ValidationError as error:
        first = min(error.errors(), key=lambda item: (item["type"] != "extra_forbidden", node.at(item["loc"]).line))
        raise _explained(model, node, first) from error


# Models ----------------------------------------------------------------------------------------------------------


def model_of(kind: type[Clause]) -> type[BaseModel]:
    """The model that reads a kind of clause."""
    if kind not in _MODELS:
        _MODELS[kind] = _made(kind)
    return _MODELS[kind]


def _made(kind: type[Clause]) -> type[BaseModel]:
    """A model with the fields of a clause, whose names mean what they mean in this module."""
    own = {name: kind.__annotations__[name] for name in _own_fields(kind)}
    body = {
        "__module__": __name__,
        "__doc__": kind.__doc__,
        "__annotations__": own,
        "model_config": ConfigDict(
            extra="allow" if kind.open_field else "forbid",
            alias_generator=_dashed if kind.null_is_default else None,
            populate_by_name=kind.null_is_default,
            defer_build=True,
        ),
        "_clause": _reader(kind),
        **{name: _default(getattr(kind, name)) for name in own if hasattr(kind, name)},
    }
    base = _MODELS.get(kind.__mro__[1], BaseModel) if issubclass(kind.__mro__[1], Clause) else BaseModel
    return new_class(kind.__name__, (base,), exec_body=lambda names: names.update(body))


def _default(value: Any) -> Any:
    """A default as the model has it. It is never read: what nobody wrote is no field of the clause either."""
    first = value[0] if isinstance(value, tuple) and value else value
    return None if isinstance(first, Clause) else value


def _own_fields(kind: type[Clause]) -> Iterator[str]:
    """The fields that a clause declares itself and that are read one by one."""
    return (name for name in kind.fields() if name in kind.__annotations__ and name != kind.open_field)


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _reader(kind: type[Clause]) -> Any:
    """What makes the clause, once its fields are read."""

    def read(cls: Any, data: Any, fields: Any) -> Any:
        if isinstance(data, kind):
            return data
        if kind.null_is_default and isinstance(data, dict):
            known = {field.alias for field in cls.model_fields.values()}
            data = {key: value for key, value in data.items() if value is not None or key not in known}
        model = fields(data)
        if isinstance(model, kind):  # a model that was built before is embedded with all that makes its clause
            return model
        written = {name: getattr(model, name) for name in model.model_fields_set if name in cls.model_fields}
        if kind.open_field:
            written[kind.open_field] = dict(model.model_extra or {})
        made = kind(**written)
        made.check()
        return made

    method: Any = classmethod(read)
    return model_validator(mode="wrap")(method)


_MODELS: dict[type, type[BaseModel]] = {}
for _kind in KINDS:
    globals()[_kind.__name__] = _MODELS[_kind] = _made(_kind)


# Explaining ------------------------------------------------------------------------------------------------------


_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
}


def _explained(model: type[BaseModel], node: Node, error: Any) -> SetupError:
    loc: tuple[str | int, ...] = error["loc"]
    place = node.at(loc)
    name = ".".join(map(str, _parts_written(node, loc)))
    match error["type"]:
        case "extra_forbidden":
            known = tuple(_keys(model, loc[:-1]))
            return mistake(f"there is no key `{loc[-1]}` here", place, suggest(str(loc[-1]), known))
        case "missing":
            return mistake(f"`{loc[-1]}` is missing here", place)
        case "value_error":
            reason = error["ctx"]["error"]
            return mistake(str(reason), place.at(getattr(reason, "path", ())), getattr(reason, "do", ""))
        case "literal_error":
            known = tuple(re.findall(r"'([^']*)'", error["ctx"]["expected"]))
            return mistake(f"`{name}` cannot be `{error['input']}`", place, suggest(str(error["input"]), known))
        case kind if kind in _KINDS:
            return mistake(f"`{name}` should be {_KINDS[kind]}", place)
        case _:
            return mistake(f"`{name}`: {error['msg'][0].lower()}{error['msg'][1:]}", place)


def _parts_written(node: Node, loc: Iterable[str | int]) -> Iterator[str | int]:
    """The parts of a location that stand in the document; pydantic adds names of types."""
    for part in loc:
        inner = node.at((part,))
        if inner is not node:
            yield part
            node = inner


def _keys(annotation: Any, path: Sequence[str | int]) -> Iterator[str]:
    """The keys that the model at a path of a model takes; `<name>` in a path is a branch that pydantic took."""
    if path and str(path[0]).startswith("<"):
        path = path[1:]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        annotation.model_rebuild()
        for name, field in annotation.model_fields.items():
            key = field.alias or name
            if not path:
                yield key
            elif key == path[0]:
                yield from _keys(field.annotation, path[1:])
        return
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (dict, tuple, list) and path:
        for inner in arguments[-1:] if origin is dict else arguments[:1]:
            yield from _keys(inner, path[1:])
    elif origin is Union or (origin is not None and origin not in (dict, tuple, list)) or arguments:
        for inner in arguments:
            yield from _keys(inner, path)
