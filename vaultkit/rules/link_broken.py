"""A link opens nothing.

Obsidian looks for the file by its name, or by its path from the root of the vault, and assumes no ending but `.md`.
Aliases, titles and headings do not name a note: `[[Nick]]` opens nothing when Nick is an alias of `Nicholas.md`; the
app writes `[[Nicholas|Nick]]`. Clicking on such a link makes an empty note, so a slip of the pen stays unseen.

When just one file of a similar name is there, the fix (unsafe) links to it. Links in code and comments do not count;
embeds are checked by `embed-broken`, links in properties by `property-broken-link`. A link to a file that is there is
never broken, even when Obsidian does not show files of its type or the settings exclude it. Where a template has yet
to fill in the name (`[[{{title}}]]`), nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.mending import BrokenLink, is_blank
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("missing",), fixable="unsafe")
def link_broken(ctx: Context) -> Iterator[Diagnostic]:
    """Report links in the body whose file is not in the vault."""
    for link, resolution in ctx.links:
        if resolution.path is None and link.kind != "embed" and not link.property and not is_blank(link):
            mending = BrokenLink(link, ctx.note, ctx.index, lambda: ctx.text).missing_file()
            yield ctx.report(link.span, mending.message, label="opens nothing", fix=mending.fix)
