"""How a schema describes a property: Obsidian's types, and JSON Schema's words for what a value must be like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from vaultkit.model.clause import NOTHING, Clause
from vaultkit.schema.source import Unfit

if TYPE_CHECKING:
    from vaultkit.schema.values import Check
    from vaultkit.schema.words import (
        Count,
        Field,
        FormatName,
        Number,
        OneOrMore,
        Pattern,
        StrictBool,
        StrictStr,
        TypeName,
    )

Path = tuple[str | int, ...]

_TEXTS = frozenset({"text", "link", "date", "datetime"})
_LISTS = frozenset({"list", "tags", "aliases"})
APPLIES = {
    "pattern": _TEXTS,
    "minLength": _TEXTS,
    "maxLength": _TEXTS,
    "format": frozenset({"text"}),
    "minimum": frozenset({"number"}),
    "maximum": frozenset({"number"}),
    "exclusiveMinimum": frozenset({"number"}),
    "exclusiveMaximum": frozenset({"number"}),
    "multipleOf": frozenset({"number"}),
    "minItems": _LISTS,
    "maxItems": _LISTS,
    "uniqueItems": _LISTS,
    "items": _LISTS,
    "schema": frozenset({"link"}),
    "properties": frozenset({"object"}),
    "additionalProperties": frozenset({"object"}),
}
"""The types that a word says something about."""

PAIRS = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
)
"""A lower bound and an upper one."""


def _fits(check: Check, examples: list[tuple[Any, Path]]) -> None:
    for value, path in examples:
        for fault in check(value):
            raise Unfit(f"a value in `{path[0]}` {fault.says}, by this schema itself", *path)


class ValueSchema(Clause):
    """What a value must be like. Without `type`, or with `any`, any type will do."""

    type: Annotated[tuple[TypeName, ...], OneOrMore] = ()
    enum: Annotated[tuple[Any, ...], Field(min_length=1)] | None = None
    const: Any = None
    pattern: Pattern | None = None
    min_length: Annotated[Count | None, Field(alias="minLength")] = None
    max_length: Annotated[Count | None, Field(alias="maxLength")] = None
    format: FormatName | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    exclusive_minimum: Annotated[Number | None, Field(alias="exclusiveMinimum")] = None
    exclusive_maximum: Annotated[Number | None, Field(alias="exclusiveMaximum")] = None
    multiple_of: Annotated[Number | None, Field(alias="multipleOf")] = None
    min_items: Annotated[Count | None, Field(alias="minItems")] = None
    max_items: Annotated[Count | None, Field(alias="maxItems")] = None
    unique_items: Annotated[StrictBool, Field(alias="uniqueItems")] = False
    schema_name: Annotated[StrictStr | None, Field(alias="schema")] = None
    """For a link: the schema that governs the note it leads to."""
    items: ValueSchema | None = None
    properties: dict[str, MemberSchema] = NOTHING
    additional_properties: Annotated[StrictBool, Field(alias="additionalProperties")] = True
    description: StrictStr = ""
    message: StrictStr = ""

    def check(self) -> None:
        """Raise Unfit for words that contradict each other."""
        for word in sorted(word for word in APPLIES if _field(word) in self.written):
            if self.type and "any" not in self.type and not APPLIES[word] & set(self.type):
                kinds = ", ".join(f"`{name}`" for name in sorted(APPLIES[word]))
                raise Unfit(
                    f"`{word}` says nothing about the type `{'`, `'.join(self.type)}`", word, do=f"it is for {kinds}"
                )
        for low, high in PAIRS:
            if nothing_between(self, low, self, high):
                least, most = self.bound(low), self.bound(high)
                than = "more than" if least > most else "and so is"
                raise Unfit(
                    f"`{low}` is {least}, {than} `{high}`" + (f", which is {most}" if least > most else ""), low
                )
        if self.multiple_of is not None and self.multiple_of <= 0:
            raise Unfit("`multipleOf` must be more than 0", "multipleOf")
        self._examples_fit()

    def _examples_fit(self) -> None:
        """The values that the schema itself names must be allowed by it."""
        from vaultkit.schema.values import compiled

        choices: list[tuple[Any, Path]] = [(value, ("enum", index)) for index, value in enumerate(self.enum or ())]
        if "const" in self.written:
            choices.append((self.const, ("const",)))
        _fits(compiled(self, choices=False), choices)

    def bound(self, word: str) -> Any:
        """What is written for a word; None when nothing is."""
        return getattr(self, _field(word))


def _field(word: str) -> str:
    """The field of a word: `min_length` of `minLength`."""
    if word == "schema":
        return "schema_name"
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in word)


def nothing_between(left: ValueSchema, low: str, right: ValueSchema, high: str) -> bool:
    """Whether no value is between a lower bound of one schema and an upper bound of another."""
    least, most = left.bound(low), right.bound(high)
    if least is None or most is None:
        return False
    return bool(least >= most if "exclusive" in low + high else least > most)


class MemberSchema(ValueSchema):
    """A property within a property."""

    required: StrictBool = False


class PropertySchema(MemberSchema):
    """A property of a note. `unique`: no two notes of the vault share its value. `default` is what a fix writes where
    it is missing."""

    unique: StrictBool = False
    default: Any = None

    def check(self) -> None:
        """Raise Unfit for words that contradict each other, and for a default that they do not allow."""
        from vaultkit.schema.values import compiled

        super().check()
        if "default" in self.written:
            _fits(compiled(self), [(self.default, ("default",))])
