"""Something that was meant as a tag and is none.

A tag is made of letters, digits, `-`, `_` and `/`, and not of digits alone: `#1984` is text, `#y1984` a tag. In running
text a number behind `#` is something else as a rule ("issue #93"), so it counts as a slip only where tags stand: on a
line that holds nothing but tags, or behind the label `tags:`.

In the property `tags` each tag is an item of a list, written without `#`; a tag with a space in it, or several in one
text with commas between them, do not count.

A `#` that is too much is taken away by the fix (safe).
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix, Severity
from vaultkit.model.expression import expression
from vaultkit.model.note import Value
from vaultkit.model.text import Span, TextEdit
from vaultkit.parse.frontmatter import Place, tag_of

_SIGNS = expression(r"#+")


@rule(severity=Severity.ERROR, about=("properties", "problems"), fixable="safe")
def tag_invalid(ctx: Context) -> Iterator[Diagnostic]:
    """Report numbers behind `#` in the text, and what is no tag in the property `tags`."""
    for problem in ctx.facts.problems:
        if problem.rule == "tag-invalid":
            yield ctx.report(problem.span, problem.message, label="not a tag")
    for name, value in ctx.facts.properties.items():
        if name.lower() == "tags":
            yield from _in_property(ctx, name, value)


def _in_property(ctx: Context, name: str, value: Value) -> Iterator[Diagnostic]:
    for number, item in enumerate(value if isinstance(value, list) else (value,)):
        words = None if tag_of(item) == item else _wrong(item)
        if words is None or (ctx.schemas and any(fault.path[:1] == (name,) for fault in ctx.property_faults)):
            continue
        place = ctx.places.get(name, number) if isinstance(value, list) else ctx.places.get(name)
        if place:
            yield ctx.report(place.value, words, label="not a tag", fix=_fix(place, item))


def _wrong(item: Value) -> str | None:
    """What is wrong with a value among the tags; None for a tag, and for an empty place."""
    if item is None or item in ("", []):
        return None
    if not isinstance(item, str):
        return f"`{item}` is no tag: a tag is text" if isinstance(item, list | dict | bool) else _digits(str(item))
    text = item.strip()
    if text.startswith("#"):
        return f"tags in properties are written without `#`: `{text.lstrip('#')}`"
    if tag_of(text):
        return None
    if "," in text:
        return (
            f"`{text}` is one text and no tag; several tags are a list: `[{', '.join(text.replace(',', ' ').split())}]`"
        )
    if " " in text:
        return f"`{text}` is no tag, because of the space in it; write `{'-'.join(text.split())}`"
    return _digits(text) if text.isdecimal() else f"`{text}` is no tag: it is made of letters, digits, `-`, `_` and `/`"


def _digits(text: str) -> str:
    return f"`{text}` is no tag: one of its characters must not be a digit"


def _fix(place: Place, item: Value) -> Fix | None:
    signs = _SIGNS.search(place.source)
    if not isinstance(item, str) or not signs or not tag_of(item.strip().lstrip("#")):
        return None
    start = place.value.start
    return Fix("remove the `#`", (TextEdit(Span(start + signs.start(), start + signs.end()), ""),), safe=True)
