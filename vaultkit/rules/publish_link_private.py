"""A note that is meant to be public links to one that is not.

On the page such a link becomes plain text: readers meet a name and can go nowhere, and what the name says is public.
Publish the other note too, say it in other words, or leave it so: this is a warning and holds nothing back.

Only notes count that `publish:` or their own property selects, and in their front matter only the properties that
appear on the page. A note whose date is still to come is meant to be public. A note that an error holds back has a
finding of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.published import private_links
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.WARNING, about=("links",))
def publish_link_private(ctx: Context) -> Iterator[Diagnostic]:
    """Report links of public notes to private ones."""
    for link, path, why in private_links(ctx, embeds=False):
        message = f"`{path}` will not be public ({why}), so this link becomes plain text"
        yield ctx.report(link.span, message, label="leads to a private note")
