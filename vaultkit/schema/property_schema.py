"""How a schema describes a property: Obsidian's types, and JSON Schema's words for what a value must be like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, StrictStr, model_validator

from vaultkit.schema.pattern import PatternError, pattern_test
from vaultkit.schema.source import Closed, Unfit

if TYPE_CHECKING:
    from vaultkit.schema.values import Check

Path = tuple[str | int, ...]

TypeName = Literal["text", "number", "checkbox", "date", "datetime", "list", "tags", "aliases", "link", "object", "any"]
FormatName = Literal["uri", "email", "date", "date-time", "time", "uuid"]

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


def _compiled(source: str) -> str:
    try:
        pattern_test(source)
    except PatternError as error:
        raise Unfit(f"the pattern `{source}` cannot be used: {error}") from error
    return source


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _number(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise Unfit(f"`{value}` should be a number")


Pattern = Annotated[StrictStr, AfterValidator(_compiled)]
TextList = Annotated[tuple[StrictStr, ...], BeforeValidator(_one_or_more), Field(min_length=1)]
Types = Annotated[tuple[TypeName, ...], BeforeValidator(_one_or_more)]
Count = Annotated[StrictInt, Field(ge=0)]
Number = Annotated[int | float, BeforeValidator(_number)]


def _fits(check: Check, examples: list[tuple[Any, Path]]) -> None:
    for value, path in examples:
        for fault in check(value):
            raise Unfit(f"a value in `{path[0]}` {fault.says}, by this schema itself", *path)


class ValueSchema(Closed):
    """What a value must be like. Without `type`, or with `any`, any type will do."""

    type: Types = ()
    enum: Annotated[tuple[Any, ...], Field(min_length=1)] | None = None
    const: Any = None
    pattern: Pattern | None = None
    min_length: Count | None = Field(default=None, alias="minLength")
    max_length: Count | None = Field(default=None, alias="maxLength")
    format: FormatName | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    exclusive_minimum: Number | None = Field(default=None, alias="exclusiveMinimum")
    exclusive_maximum: Number | None = Field(default=None, alias="exclusiveMaximum")
    multiple_of: Number | None = Field(default=None, alias="multipleOf")
    min_items: Count | None = Field(default=None, alias="minItems")
    max_items: Count | None = Field(default=None, alias="maxItems")
    unique_items: StrictBool = Field(default=False, alias="uniqueItems")
    schema_name: StrictStr | None = Field(default=None, alias="schema")
    """For a link: the schema that governs the note it leads to."""
    items: ValueSchema | None = None
    properties: dict[str, MemberSchema] = Field(default_factory=dict)
    additional_properties: StrictBool = Field(default=True, alias="additionalProperties")
    description: StrictStr = ""
    message: StrictStr = ""

    @model_validator(mode="after")
    def _sensible(self) -> ValueSchema:
        written = {
            field.alias or name for name, field in type(self).model_fields.items() if name in self.model_fields_set
        }
        for word in sorted(written & APPLIES.keys()):
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
        return self

    def _examples_fit(self) -> None:
        """The values that the schema itself names must be allowed by it."""
        from vaultkit.schema.values import compiled

        choices: list[tuple[Any, Path]] = [(value, ("enum", index)) for index, value in enumerate(self.enum or ())]
        if "const" in self.model_fields_set:
            choices.append((self.const, ("const",)))
        _fits(compiled(self, choices=False), choices)

    def bound(self, word: str) -> Any:
        """What is written for a word; None when nothing is."""
        return getattr(self, re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", word))


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

    @model_validator(mode="after")
    def _default_fits(self) -> PropertySchema:
        from vaultkit.schema.values import compiled

        if "default" in self.model_fields_set:
            _fits(compiled(self), [(self.default, ("default",))])
        return self
