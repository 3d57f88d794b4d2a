"""The name of a note's file does not fit the schema.

`filename: { pattern: … }` is looked for in the name without folders and without `.md`, anywhere unless it is
anchored by `^` and `$`. Its `message` is shown as the hint.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.text import Span


@rule(severity=Severity.ERROR, about=("filenames",))
def filename_pattern(ctx: Context) -> Iterator[Diagnostic]:
    """Report a note whose file is not named as a schema asks."""
    for schema in ctx.schemas:
        if schema.filename:
            from vaultkit.schema.match import note_name
            from vaultkit.schema.pattern import pattern_test

            name = note_name(ctx.note.path)
            if not pattern_test(schema.filename.pattern)(name):
                message = f"the file name `{name}` does not fit the pattern `{schema.filename.pattern}`"
                origin = schema.origin("filename", "pattern")
                yield ctx.report(Span(0, 0), message, origin=origin, hint=schema.hint(schema.filename))
                return
