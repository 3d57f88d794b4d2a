"""A heading that links point to stands twice in its note.

`[[Note#Log]]` opens the first heading `Log`; a second one below the same headings cannot be linked to, and who follows
the link may land in the wrong section. Equal headings that nothing links to are fine, and so are those below different
headings: `#Monday#Log` and `#Tuesday#Log` tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.outline import Outline, heading_paths
from vaultkit.index.resolve import strip
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Related, Severity
from vaultkit.model.note import Heading


@rule(severity=Severity.WARNING, about=("headings",))
def heading_duplicate(ctx: Context) -> Iterator[Diagnostic]:
    """Report headings that repeat an earlier one with the same headings above, if a link names it."""
    headings = ctx.facts.headings
    if len(headings) < 2 or len({strip(heading.text) for heading in headings}) == len(headings):
        return
    paths = heading_paths(ctx.facts)
    if len(set(paths)) == len(paths):
        return
    outline = Outline(ctx.facts)
    linked = {outline.find(subpath) for subpath in ctx.index.linked_subpaths(ctx.note.path)}
    first: dict[tuple[str, ...], Heading] = {}
    for heading, path in zip(headings, paths, strict=True):
        other = first.setdefault(path, heading)
        if other is not heading and other in linked and path[-1]:
            related = (Related(ctx.note.path, other.span, "links to this heading come here"),)
            message = f"`{heading.text}` stands twice here, and links to it reach only the first one"
            yield ctx.report(heading.text_span, message, label="cannot be linked to", related=related)
