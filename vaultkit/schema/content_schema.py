"""How a schema describes what a section holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from vaultkit.model.clause import Clause
from vaultkit.schema.source import Unfit

if TYPE_CHECKING:
    from vaultkit.schema.words import Count, Field, OneOrMore, Pattern, StrictBool, StrictStr


class CodeBlocks(Clause):
    """At least `min` blocks of code, in a language if one is given."""

    lang: StrictStr = ""
    min: Count = 1


class Callouts(Clause):
    """At least `min` callouts, of a type if one is given."""

    type: StrictStr = ""
    min: Count = 1


class Content(Clause):
    """What a section must hold. `required`: it may not be empty; by default that holds for required sections."""

    required: StrictBool | None = None
    min_words: Annotated[Count | None, Field(alias="minWords")] = None
    max_words: Annotated[Count | None, Field(alias="maxWords")] = None
    min_items: Annotated[Count | None, Field(alias="minItems")] = None
    max_items: Annotated[Count | None, Field(alias="maxItems")] = None
    min_tasks: Annotated[Count | None, Field(alias="minTasks")] = None
    open_tasks: Annotated[Count | None, Field(alias="openTasks")] = None
    min_links: Annotated[Count | None, Field(alias="minLinks")] = None
    min_tables: Annotated[Count | None, Field(alias="minTables")] = None
    columns: tuple[StrictStr, ...] = ()
    code_blocks: Annotated[tuple[CodeBlocks, ...], OneOrMore, Field(alias="codeBlocks")] = ()
    callouts: Annotated[tuple[Callouts, ...], OneOrMore] = ()
    images: Count | None = None
    must_match: Annotated[tuple[Pattern, ...], OneOrMore, Field(alias="must-match")] = ()
    must_not_match: Annotated[tuple[Pattern, ...], OneOrMore, Field(alias="must-not-match")] = ()

    def check(self) -> None:
        """Raise Unfit for bounds with nothing between them."""
        for low, high, word, thing in BOUNDS:
            if nothing_between(self, low, self, high):
                least, most = getattr(self, low), getattr(self, high)
                raise Unfit(f"at least {least} {thing} are asked for, and at most {most}", word)


BOUNDS = (("min_words", "max_words", "minWords", "words"), ("min_items", "max_items", "minItems", "list items"))
"""The fields of a lower bound and an upper one, how the lower one is written, and what they count."""


def nothing_between(left: Content, low: str, right: Content, high: str) -> bool:
    """Whether no number is between a lower bound of one and an upper bound of another."""
    least, most = getattr(left, low), getattr(right, high)
    return least is not None and most is not None and least > most
