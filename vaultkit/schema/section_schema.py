"""How a schema describes the sections of a note."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, StrictBool, StrictInt, StrictStr, Tag, model_validator

from vaultkit.schema.content import Content
from vaultkit.schema.headings import normal
from vaultkit.schema.property_schema import Pattern
from vaultkit.schema.source import Closed, Unfit


class HeadingPattern(Closed):
    """Headings that fit a pattern; case does not matter."""

    pattern: Pattern


def _level(value: Any) -> Any:
    if value == "any" or (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 6):
        return value
    raise Unfit(f"a level is a number from 1 to 6, or `any`, and not `{value}`")


def _is_pattern(value: Any) -> str:
    return "<pattern>" if isinstance(value, dict | HeadingPattern) else "<text>"


Alias = Annotated[
    Annotated[StrictStr, Tag("<text>")] | Annotated[HeadingPattern, Tag("<pattern>")], Discriminator(_is_pattern)
]
Count = Annotated[StrictInt, Field(ge=0)]


class Repeat(Closed):
    """How often a section may stand in a note; `max: null` for any number of times."""

    min: Count | None = None
    max: Count | None = 1


class SectionSchema(Closed):
    """One section: its title, what else people call it, and what is in it."""

    heading: StrictStr = Field(min_length=1)
    aliases: tuple[Alias, ...] = ()
    required: StrictBool = True
    repeat: Repeat = Repeat()
    content: Content | None = None
    sections: SectionsSchema | None = None
    description: StrictStr = ""
    message: StrictStr = ""

    @model_validator(mode="after")
    def _consistent(self) -> SectionSchema:
        least = self.repeat.min
        if self.most is not None and self.most < max(self.least, 1):
            raise Unfit(f"`max` is {self.most}, and at least {max(self.least, 1)} are asked for", "repeat", "max")
        if self.required and "required" in self.model_fields_set and least == 0:
            raise Unfit("a required section cannot be there 0 times", "repeat", "min")
        if not self.required and least:
            raise Unfit("a section that is not required has no `min`", "repeat", "min")
        if self.sections and self.sections.level is not None:
            raise Unfit("the level of sections within a section is one deeper than its own", "sections", "level")
        return self

    @property
    def least(self) -> int:
        """How often the section must be there."""
        return int(self.required) if self.repeat.min is None else self.repeat.min

    @property
    def most(self) -> int | None:
        """How often it may be there; None: as often as one likes."""
        return self.repeat.max

    @property
    def names(self) -> tuple[str, ...]:
        """The title and the aliases that are plain text."""
        return (self.heading, *(alias for alias in self.aliases if isinstance(alias, str)))

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns among the aliases."""
        return tuple(alias.pattern for alias in self.aliases if not isinstance(alias, str))


class SectionsSchema(Closed):
    """The sections of a note, or within a section.

    `level` None: one deeper than the section around, and `any` at the top.
    """

    level: Annotated[int | Literal["any"] | None, BeforeValidator(_level)] = None
    order: Literal["strict", "any"] = "strict"
    additional: StrictBool = True
    items: tuple[SectionSchema, ...]

    @model_validator(mode="after")
    def _distinct(self) -> SectionsSchema:
        taken: dict[str, int] = {}
        for index, name, path in _names(self.items):
            if not normal(name):
                raise Unfit(f"`{name}` is nothing that a heading could say", *path)
            other = taken.setdefault(normal(name), index)
            if other != index:
                raise Unfit(f"`{name}` already means the section `{self.items[other].heading}`", *path)
        return self


def _names(items: tuple[SectionSchema, ...]) -> list[tuple[int, str, tuple[str | int, ...]]]:
    """Titles first, since they win over aliases: (index of the section, name, where it is written)."""
    titles = [(i, item.heading, ("items", i, "heading")) for i, item in enumerate(items)]
    aliases = [
        (i, alias, ("items", i, "aliases", k))
        for i, item in enumerate(items)
        for k, alias in enumerate(item.aliases)
        if isinstance(alias, str)
    ]
    return [*titles, *aliases]
