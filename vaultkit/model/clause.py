"""What people write to set vaultkit up, as plain values: the configuration and the schemas are made of clauses.

A clause is declared once, by its class; `schema.validated` makes of it the pydantic model that reads what was written.
What runs afterwards knows clauses only, so that they can come from a memory without pydantic being imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self, dataclass_transform

NOTHING: dict[str, Any] = {}
"""The default of a field that is a mapping."""


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Clause:
    """A mapping that people write, closed and immutable; its fields are the annotated names of the class.

    The value of a field in the class is its default; a field without one must be written. The types are read as
    annotations only, by `schema.validated`, with the names of `schema.words` at hand. Names with `_` in front are what
    becomes known of a clause besides: nobody writes them.
    """

    null_is_default: ClassVar[bool] = False
    """Whether a key with nothing behind it means its default."""
    open_field: ClassVar[str] = ""
    """The field that takes in keys that are not known; "": there may be none."""

    def __init__(self, **written: Any) -> None:
        self.__dict__.update(written)

    def check(self) -> None:
        """Raise `schema.source.Unfit` when the fields, each right in itself, do not go together."""

    @classmethod
    def fields(cls) -> Iterator[str]:
        """The names of the fields, those of the classes above first."""
        for kind in reversed(cls.__mro__):
            if issubclass(kind, Clause) and kind is not Clause:
                yield from (
                    name
                    for name, annotation in kind.__annotations__.items()
                    if name[0] != "_" and not annotation.startswith("ClassVar")
                )

    @property
    def written(self) -> frozenset[str]:
        """The fields that were written, whatever their value."""
        return frozenset(name for name in self.fields() if name in self.__dict__)

    def values(self) -> dict[str, Any]:
        """Every field with its value."""
        return {name: getattr(self, name) for name in self.fields()}

    def kept(self) -> dict[str, Any]:
        """What makes the clause again: what was written, and where."""
        return {name: value for name, value in self.__dict__.items() if name in self.written or name == "_root"}

    def replaced(self, **changes: Any) -> Self:
        """The same clause with other values; what was worked out from the old ones is forgotten."""
        known = {name: value for name, value in self.__dict__.items() if name in self.__annotated()}
        return type(self)(**{**known, **changes})

    @classmethod
    def __annotated(cls) -> set[str]:
        return {name for kind in cls.__mro__ if issubclass(kind, Clause) for name in kind.__annotations__}

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.values().items())
        return f"{type(self).__name__}({shown})"
