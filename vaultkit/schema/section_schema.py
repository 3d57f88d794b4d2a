"""How a schema describes the sections of a note."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from vaultkit.model.clause import Clause
from vaultkit.schema.source import Unfit

if TYPE_CHECKING:
    from vaultkit.schema.content_schema import Content
    from vaultkit.schema.words import ByKind, Count, Field, Pattern, SectionLevel, StrictBool, StrictStr, Tag


class HeadingPattern(Clause):
    """Headings that fit a pattern; case does not matter."""

    pattern: Pattern


class Repeat(Clause):
    """How often a section may stand in a note; `max: null` for any number of times."""

    min: Count | None = None
    max: Count | None = 1


class SectionSchema(Clause):
    """One section: its title, what else people call it, and what is in it."""

    heading: Annotated[StrictStr, Field(min_length=1)]
    aliases: tuple[
        Annotated[Annotated[StrictStr, Tag("<text>")] | Annotated[HeadingPattern, Tag("<mapping>")], ByKind], ...
    ] = ()
    required: StrictBool = True
    repeat: Repeat = Repeat()
    content: Content | None = None
    sections: SectionsSchema | None = None
    description: StrictStr = ""
    message: StrictStr = ""

    def check(self) -> None:
        """Raise Unfit for numbers that contradict each other, and for a level that is not free."""
        least = self.repeat.min
        if self.most is not None and self.most < max(self.least, 1):
            raise Unfit(f"`max` is {self.most}, and at least {max(self.least, 1)} are asked for", "repeat", "max")
        if self.required and "required" in self.written and least == 0:
            raise Unfit("a required section cannot be there 0 times", "repeat", "min")
        if not self.required and least:
            raise Unfit("a section that is not required has no `min`", "repeat", "min")
        if self.sections and self.sections.level is not None:
            raise Unfit("the level of sections within a section is one deeper than its own", "sections", "level")

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


class SectionsSchema(Clause):
    """The sections of a note, or within a section.

    `level` None: one deeper than the section around, and `any` at the top.
    """

    level: SectionLevel = None
    order: Literal["strict", "any"] = "strict"
    additional: StrictBool = True
    items: tuple[SectionSchema, ...]

    def check(self) -> None:
        """Raise Unfit for names that mean two sections."""
        from vaultkit.schema.headings import normal

        taken: dict[str, int] = {}
        for index, name, path in _names(self.items):
            if not normal(name):
                raise Unfit(f"`{name}` is nothing that a heading could say", *path)
            other = taken.setdefault(normal(name), index)
            if other != index:
                raise Unfit(f"`{name}` already means the section `{self.items[other].heading}`", *path)


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
