"""`typing.NamedTuple`, made quickly: a check makes some seventy of them before it reads a note."""

from __future__ import annotations

import collections
from collections.abc import Iterable
from functools import cache
from operator import itemgetter
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

_getter = getattr(collections, "_tuplegetter", lambda index, doc: property(itemgetter(index), doc=doc))

if TYPE_CHECKING:
    from typing import NamedTuple
else:

    class _Making(type):
        """Makes a named tuple of a class as `typing.NamedTuple` does, without what takes nearly all of its time there:
        annotations are not compiled to see whether they are some, and `__new__` is not compiled for each class."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            fields = (*body.get("__annotations__", ()),)
            defaults = {field: body[field] for field in fields if field in body}
            if (*defaults,) != fields[len(fields) - len(defaults) :]:
                raise TypeError(f"{name}: a field without a default follows one that has one")
            made = _MADE | body
            made.update(zip(fields, map(_field, range(len(fields))), strict=True))
            made |= {"__slots__": (), "_fields": fields, "_field_defaults": defaults, "__match_args__": fields}
            made["__new__"] = _constructor(fields, (*defaults.values(),), f"{body['__qualname__']}.__new__")
            return type(name, (tuple,), made)

    NamedTuple = type.__new__(_Making, "NamedTuple", (), {})


def _constructor(fields: tuple[str, ...], defaults: tuple[Any, ...], name: str) -> FunctionType:
    code = _pattern(len(fields)).replace(co_varnames=("_cls", *fields), co_name="__new__", co_qualname=name)
    return FunctionType(code, {"_new": tuple.__new__}, "__new__", defaults)


@cache
def _field(index: int) -> Any:
    """What gives the value at an index; the same for all classes."""
    return _getter(index, f"Field {index}")


@cache
def _pattern(count: int) -> CodeType:
    """The code of `__new__` for so many fields; only their names differ."""
    fields = "".join(f"_{index}, " for index in range(count))
    code: CodeType = eval(f"lambda _cls, {fields}: _new(_cls, ({fields}))").__code__
    return code


def _make(cls: Any, values: Iterable[Any]) -> Any:
    made = tuple.__new__(cls, values)
    if len(made) != len(cls._fields):
        raise TypeError(f"expected {len(cls._fields)} values, got {len(made)}")
    return made


def _replace(self: Any, /, **changes: Any) -> Any:
    made = self._make(map(changes.pop, self._fields, self))
    if changes:
        raise TypeError(f"got unexpected field names: {[*changes]}")
    return made


def _asdict(self: Any) -> dict[str, Any]:
    return dict(zip(self._fields, self, strict=True))


def _repr(self: Any) -> str:
    return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"


def _values(self: Any) -> tuple[Any, ...]:
    return tuple(self)


_MADE = {
    "_make": classmethod(_make),
    "_replace": _replace,
    "__replace__": _replace,
    "_asdict": _asdict,
    "__repr__": _repr,
    "__getnewargs__": _values,
}
"""What all named tuples can do; a class may do it otherwise."""

__all__ = ["NamedTuple"]
