"""A note that is meant to be public embeds one that is not.

Nothing of a private note is ever shown, so the page would have a hole where its author sees the other note, and no
reader would know. Therefore this is an error, and the note is held back until the embed goes or the other note is
published too.

A note whose date is still to come is meant to be public. Attachments, canvases and bases belong to the note that shows
them.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.published import private_links
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("embeds",))
def publish_embed_private(ctx: Context) -> Iterator[Diagnostic]:
    """Report embeds of private notes in public ones."""
    for link, path, why in private_links(ctx, embeds=True):
        message = f"`{path}` will not be public ({why}), so nothing would be shown here"
        yield ctx.report(link.span, message, label="embeds a private note")
