"""Several files fit a link, and Obsidian picks one by the length of its path.

`[[Index]]` with `a/Index.md` and `work/Index.md` opens the shorter path, until somebody makes such a note in a folder
with an even shorter name. It is beyond doubt, and not reported, when the link is the exact path of a file from the
vault's root, when the file stands beside the note, or when it is the only one that fits below the note's folder.

The fix (safe) writes the whole path of the file that Obsidian opens now and keeps the text that is shown. In a heading
it is not safe once links lead to headings of the note: they would have to hold the path too.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.link_text import retargeted, with_ending
from vaultkit.index.mending import with_display
from vaultkit.index.resolve import Resolution
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix, Related, Severity
from vaultkit.model.note import Link
from vaultkit.model.text import Span
from vaultkit.parse.grammar import shown


@rule(severity=Severity.WARNING, about=("ambiguous",), fixable="safe or unsafe")
def link_ambiguous(ctx: Context) -> Iterator[Diagnostic]:
    """Report links, embeds and links in properties whose file is chosen among several."""
    for link, resolution in ctx.links:
        if not resolution.ambiguous or resolution.place_ok is False:
            continue
        opened, *others = resolution.candidates
        related = (
            Related(opened, Span(0, 0), "Obsidian opens this one"),
            *(Related(path, Span(0, 0), "this one fits as well") for path in others),
        )
        message = f"`{link.target}` fits {len(others) + 1} files; Obsidian opens `{opened}`"
        yield ctx.report(link.span, message, label="which one?", related=related, fix=_fix(ctx, link, resolution))


def _fix(ctx: Context, link: Link, resolution: Resolution) -> Fix | None:
    path = resolution.candidates[0]
    target = with_ending(link, ctx.index.shortest(path, ctx.note.path), path)
    now = ctx.index.resolve(link._replace(target=target, subpath=""), ctx.note.path)
    edit = retargeted(ctx.text, link, target)
    if edit is None or now.path != path or now.ambiguous:
        return None
    safe = not _is_named(ctx, link)
    return Fix(f"link to `{target}`", (with_display(ctx.facts, link, edit, shown(link)),), safe)


def _is_named(ctx: Context, link: Link) -> bool:
    """Whether the link stands in a heading, and links lead to headings of the note: they hold all of its text."""
    at = link.span.start
    in_heading = any(heading.span.start <= at < heading.span.end for heading in ctx.facts.headings)
    return in_heading and any("^" not in subpath for subpath in ctx.index.linked_subpaths(ctx.note.path))
