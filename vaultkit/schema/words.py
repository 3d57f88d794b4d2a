"""The types of what people write, as pydantic reads them. Clauses name them in their annotations and import nothing."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, StrictBool, StrictInt, StrictStr, Tag

from vaultkit.model.clause import Clause
from vaultkit.schema.pattern import PatternError, pattern_test
from vaultkit.schema.source import Unfit

__all__ = [
    "Annotated",
    "Any",
    "ByKind",
    "Count",
    "Field",
    "FormatName",
    "Level",
    "Literal",
    "Names",
    "Number",
    "OneOrMore",
    "Pattern",
    "SectionLevel",
    "Setting",
    "StrictBool",
    "StrictStr",
    "Tag",
    "TextList",
    "TitleSource",
    "TypeName",
    "Version",
]

TypeName = Literal["text", "number", "checkbox", "date", "datetime", "list", "tags", "aliases", "link", "object", "any"]
TitleSource = Literal["property", "heading", "filename"]
FormatName = Literal["uri", "email", "date", "date-time", "time", "uuid"]


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


def _switch(value: Any) -> Any:
    return "off" if value is False else value


def _version(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and value > 1:
        raise ValueError(f"this file is of version {value}, and this vaultkit reads version 1")
    return value


def _setting(value: Any) -> Any:
    return value if isinstance(value, dict | Clause) else {"severity": value}


def _compiled(source: str) -> str:
    try:
        pattern_test(source)
    except PatternError as error:
        raise Unfit(f"the pattern `{source}` cannot be used: {error}") from error
    return source


def _number(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise Unfit(f"`{value}` should be a number")


def _level(value: Any) -> Any:
    if value == "any" or (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 6):
        return value
    raise Unfit(f"a level is a number from 1 to 6, or `any`, and not `{value}`")


def _kind(value: Any) -> str:
    return "<mapping>" if isinstance(value, dict | Clause) else "<text>"


OneOrMore = BeforeValidator(_one_or_more)
"""One thing stands for a list of it."""

Names = Annotated[tuple[str, ...], OneOrMore]
"""One text or a list of them."""

TextList = Annotated[tuple[StrictStr, ...], OneOrMore, Field(min_length=1)]

Level = Annotated[Literal["off", "info", "warning", "error"], BeforeValidator(_switch)]
"""A severity or off (YAML's bare `off` is text in 1.2; a false from elsewhere means the same)."""

Version = Annotated[Literal[1], BeforeValidator(_version)]
Setting = BeforeValidator(_setting)
"""A rule's severity alone stands for its settings."""

Pattern = Annotated[StrictStr, AfterValidator(_compiled)]
Count = Annotated[StrictInt, Field(ge=0)]
Number = Annotated[int | float, BeforeValidator(_number)]
SectionLevel = Annotated[int | Literal["any"] | None, BeforeValidator(_level)]
ByKind = Discriminator(_kind)
