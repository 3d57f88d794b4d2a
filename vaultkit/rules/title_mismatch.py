"""The title in the properties, the title heading and the file name do not say the same.

Only a schema with `title: { must-agree: true }` asks for it; `from` names the places that must agree, of `property`,
`heading` and `filename`. The title heading is the first heading of the note, when it is on level 1 and no section of
the schema. Letter case, punctuation and a date before the file's name do not matter, since a file name cannot hold
everything that a title can.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.expression import expression
from vaultkit.model.text import Span

if TYPE_CHECKING:
    from vaultkit.schema.words import TitleSource

_DATE = expression(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[-_ ]*")
_CALLED = {"property": "the property `title`", "heading": "the heading", "filename": "the file name"}


@rule(severity=Severity.ERROR, about=("titles",))
def title_mismatch(ctx: Context) -> Iterator[Diagnostic]:
    """Report a note whose titles differ, once."""
    for schema in ctx.schemas:
        policy = schema.title
        if policy is None or not policy.must_agree:
            continue
        from vaultkit.schema.headings import letters, normal

        titles = {source: title for source in policy.sources if (title := _title(ctx, source))}
        if len({letters(normal(title)) for title in titles.values()}) > 1:
            said = ", ".join(f"{_CALLED[source]} says `{title}`" for source, title in titles.items())
            origin = schema.origin("title", "must-agree")
            yield ctx.report(
                _place(ctx, [*titles]), f"{said}", label="not the same title", origin=origin, hint=schema.hint()
            )
            return


def _title(ctx: Context, source: TitleSource) -> str:
    from vaultkit.schema.headings import cleaned
    from vaultkit.schema.match import note_name

    if source == "property":
        title = ctx.facts.properties.get("title")
        return str(title).strip() if isinstance(title, str | int | float) else ""
    if source == "heading":
        return cleaned(ctx.facts.headings[0].text) if _has_title_heading(ctx) else ""
    name = note_name(ctx.note.path)
    return _DATE.sub("", name, count=1).replace("-", " ").replace("_", " ").strip() or name


def _has_title_heading(ctx: Context) -> bool:
    headings = ctx.facts.headings
    return bool(headings) and headings[0].level == 1 and not any(0 in match.named() for match in ctx.sections)


def _place(ctx: Context, sources: list[TitleSource]) -> Span:
    """The heading, else the property, else the top of the note."""
    if "heading" in sources:
        return ctx.facts.headings[0].text_span
    place = ctx.places.get("title") if "property" in sources else None
    return place.value if place else Span(0, 0)
