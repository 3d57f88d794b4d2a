"""A note without any properties, where a schema that governs it requires some.

One finding stands for all that is missing. The fix, which is not safe, writes the block with all required properties,
each with its default from the schema or empty, to be filled in.
"""

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix, Origin, Severity
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import LineIndex, Span
from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.repair import as_yaml

_SHOWN = 3


@rule(severity=Severity.ERROR, about=("required",), fixable="unsafe")
def frontmatter_missing(ctx: Context) -> Iterator[Diagnostic]:
    """One finding at the top of the note, named by the first schema that requires something."""
    block = ctx.facts.frontmatter
    if block.state not in ("none", "empty") or any(
        found.rule == "frontmatter-unclosed" for found in ctx.facts.problems
    ):
        return
    required = _required(ctx.schemas)
    if not required:
        return
    first = next(iter(required.values()))
    span = Span(0, LineIndex(ctx.text).span(1).end) if block.state == "none" else block.span
    yield ctx.report(
        span,
        f"this note has no properties; {_listed([*required])} required",
        origin=first.origin,
        hint=first.schema.hint(),
        fix=_template(ctx, required),
    )


class _Required(NamedTuple):
    """Who asks for a property first, and what the template writes behind its name."""

    schema: NoteSchema
    origin: Origin
    default: str


def _required(schemas: tuple[NoteSchema, ...]) -> dict[str, _Required]:
    """The required properties, by name."""
    found: dict[str, _Required] = {}
    for schema in schemas:
        for name, declared in schema.properties.items():
            if declared.required:
                default = "" if declared.default is None else f" {as_yaml(declared.default)}"
                found.setdefault(name, _Required(schema, schema.origin("properties", name), default))
        if schema.judge:
            from vaultkit.schema.json_faults import required_names

            for name, origin in required_names(schema).items():
                found.setdefault(name, _Required(schema, origin, ""))
    return found


def _listed(names: list[str]) -> str:
    """The first names in words: "`title`, `date` and 2 more are"."""
    shown = [f"`{name}`" for name in names[:_SHOWN]]
    if len(names) > _SHOWN:
        shown.append(f"{len(names) - _SHOWN} more")
    return f"{shown[0]} is" if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]} are"


def _template(ctx: Context, required: dict[str, _Required]) -> Fix | None:
    lines = [f"{as_yaml(name)}:{item.default}" for name, item in required.items()]
    edit = ctx.places.insertion(lines)
    return Fix("write the required properties", (edit,), safe=False) if edit else None
