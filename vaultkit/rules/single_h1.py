"""A note has more than one heading of level 1.

Off by default. One `# Title` says what the whole note is about; what stands below it has `##` and more. Vaults whose
notes have their title in the file name alone begin with `##`, or use `#` for sections and leave this rule off.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Related


@rule(severity=None, about=("headings",))
def single_h1(ctx: Context) -> Iterator[Diagnostic]:
    """Report headings of level 1 behind the first one."""
    titles = [heading for heading in ctx.facts.headings if heading.level == 1]
    for heading in titles[1:]:
        related = (Related(ctx.note.path, titles[0].span, "the first one"),)
        message = "this note has a heading of level 1 already"
        yield ctx.report(heading.span, message, label="a second `#`", related=related)
