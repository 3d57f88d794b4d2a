"""The tags of a note, in its text and in its properties, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context
from vaultkit.model.note import Tag
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span
from vaultkit.parse.frontmatter import tag_of


class TypedTag(NamedTuple):
    """A tag as its author typed it, without `#`: one of the text, or one of the properties with the way to it.

    The places of properties are read from the text, so they are looked for only when somebody asks.
    """

    name: str
    tag: Tag | None
    path: tuple[str | int, ...]

    def span(self, ctx: Context) -> Span | None:
        """Where it stands: with its `#`, or the whole value of the property."""
        if self.tag:
            return self.tag.span
        place = ctx.places.get(*self.path)
        return place.value if place else None

    def name_span(self, ctx: Context) -> Span | None:
        """Where its name stands; None when it is written in another way there."""
        if self.tag:
            return Span(self.tag.span.start + 1, self.tag.span.end)
        place = ctx.places.get(*self.path)
        if place is None or place.source.count(self.name) != 1:
            return None
        start = place.value.start + place.source.index(self.name)
        return Span(start, start + len(self.name))


def typed_tags(ctx: Context) -> Iterator[TypedTag]:
    """All tags of a note, those of the properties first."""
    for name, value in ctx.facts.properties.items():
        if len(name) == 4 and name.lower() == "tags":
            items = value if isinstance(value, list) else [value]
            for number, item in enumerate(items):
                if tag := tag_of(item):
                    yield TypedTag(tag, None, (name, number) if isinstance(value, list) else (name,))
    yield from (TypedTag(tag.name, tag, ()) for tag in ctx.facts.tags)
