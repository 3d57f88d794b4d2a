"""A heading is nearly the title of a required section, or another name of one.

`Take-aways` where the schema wants *Takeaways* is a slip: one finding in place of a missing section and an unexpected
one. The fix (unsafe, since links to the heading break) writes the title of the schema.

A heading that is an alias is right. With the option `canonical: true` it is reported too, and the fix (safe, unless
the heading is linked to) writes the title.

A slip is an error and an alias a warning; a severity that the configuration gives the rule holds for both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix, Severity
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import TextEdit

if TYPE_CHECKING:
    from vaultkit.schema.section_match import SectionMatch
    from vaultkit.schema.section_plan import Entry


class Options(NamedTuple):
    """`canonical`: report aliases too, so that all notes come to use the title of the schema."""

    canonical: bool = False


@rule(severity=Severity.WARNING, options=Options, about=("sections",), fixable="safe or unsafe")
def section_renamed(ctx: Context) -> Iterator[Diagnostic]:
    """Report near misses, and aliases when the title is wanted."""
    seen: set[int] = set()
    for match in ctx.sections:
        for slip in match.renamed:
            if slip.heading not in seen:
                seen.add(slip.heading)
                yield _finding(ctx, match, slip.entry, slip.heading, "found", slip=True, safe=False)
        for found in match.found if ctx.options.canonical else ():
            if not found.by_title and found.heading not in seen:
                seen.add(found.heading)
                safe = not _is_linked(ctx, match.headings[found.heading].text)
                yield _finding(ctx, match, found.entry, found.heading, "found its other name", slip=False, safe=safe)


def _finding(
    ctx: Context, match: SectionMatch, entry: Entry, index: int, found: str, *, slip: bool, safe: bool
) -> Diagnostic:
    from vaultkit.schema.headings import cleaned

    heading, title = match.headings[index], entry.section.heading
    return ctx.report(
        heading.text_span,
        f"expected section `{title}`, {found} `{cleaned(heading.text)}`",
        label=f"rename to `{title}`",
        origin=match.origin(entry),
        hint=match.hint(entry),
        fix=Fix(f"rename to `{title}`", (TextEdit(heading.text_span, title),), safe),
        unless_chosen=Severity.ERROR if slip else None,
    )


def _is_linked(ctx: Context, text: str) -> bool:
    """Whether a link leads to the heading, or to one of the same words in another spelling."""
    from vaultkit.schema.headings import letters, normal

    wanted = letters(normal(text))
    subpaths = ctx.index.linked_subpaths(ctx.note.path)
    return any(letters(normal(part)) == wanted for subpath in subpaths for part in subpath.split("#"))
