"""A section that the schema requires is not there.

A heading says which section it begins: by the title in the schema, by one of its aliases, or by a pattern, whatever
its markup, letter case and trailing colon. Headings in code, comments, quotes and callouts begin no section, and one
heading begins only one: with the alias "Notes and takeaways" of *Notes*, that heading is not also *Takeaways*.

A heading that is nearly the title is `section-renamed` instead, one on another level `section-level`.

Of a note that is quite empty, `frontmatter-missing` says enough when properties are required too.

The fix (unsafe) adds the heading where the section belongs, to be written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix, Severity
from vaultkit.model.text import Span

if TYPE_CHECKING:
    from vaultkit.schema.section_match import Missing, SectionMatch


@rule(severity=Severity.ERROR, about=("sections",), fixable="unsafe")
def section_missing(ctx: Context) -> Iterator[Diagnostic]:
    """Report each missing section at the section that it belongs after."""
    from vaultkit.lint.section_edits import stubs

    if not ctx.facts.headings and _lacks_properties(ctx) and not ctx.text.strip():
        return
    seen: set[tuple[str, int | None]] = set()
    for match in ctx.sections:
        if not match.missing:
            continue
        for item, edit, alone in stubs(match, ctx.text):
            key = (item.entry.names[0], item.parent)
            if key in seen:
                continue
            seen.add(key)
            title = item.entry.section.heading
            fix = Fix(f"add the heading `{title}`" if alone else "add the missing headings", (edit,), safe=False)
            message = f"section `{title}` {_lack(item)}{_where(match, item)}"
            span = _place(ctx, match, item)
            label = f"`{title}` belongs {_side(item)}" if _side(item) else f"`{title}` is not here"
            yield ctx.report(
                span, message, label=label, origin=match.origin(item.entry), hint=match.hint(item.entry), fix=fix
            )


def _lacks_properties(ctx: Context) -> bool:
    """Whether `frontmatter-missing` speaks for the note: of an empty one, that says enough."""
    required = any(declared.required for schema in ctx.schemas for declared in schema.properties.values())
    return required and ctx.facts.frontmatter.state == "none"


def _lack(item: Missing) -> str:
    if not item.times:
        return "is missing"
    times = "once" if item.times == 1 else f"{item.times} times"
    return f"is there {times}, and must be there {item.entry.section.least} times"


def _side(item: Missing) -> str:
    if item.after is not None:
        return "after this section"
    return "before this section" if item.before is not None else "in this section" if item.parent is not None else ""


def _where(match: SectionMatch, item: Missing) -> str:
    from vaultkit.schema.headings import cleaned

    after, before, parent = (
        f"`{cleaned(match.headings[index].text)}`" if index is not None else ""
        for index in (item.after, item.before, item.parent)
    )
    if item.times:
        return ""
    if after and before:
        return f" between {after} and {before}"
    if after or before:
        return f" after {after}" if after else f" before {before}"
    return f" in {parent}" if parent else ""


def _place(ctx: Context, match: SectionMatch, item: Missing) -> Span:
    """The heading next to the missing section; else the first line of the body, else the end of the properties."""
    for index in (item.after, item.before, item.parent):
        if index is not None:
            return match.headings[index].text_span
    block = ctx.facts.frontmatter.span
    body = ctx.text[block.end :]
    start = block.end + len(body) - len(body.lstrip())
    end = start + len(body.strip().partition("\n")[0].rstrip())
    return Span(start, end) if end > start else Span(max(block.end - 3, 0), block.end)
