"""An image has no alternative text.

Off by default. Who cannot see an image, or whose browser does not load it, gets the words behind the `|` of
`![[pier.png|The pier at low tide]]`, or those in the brackets of `![The pier at low tide](pier.png)`. A size alone
(`![[pier.png|300]]`) is no text. Images in comments do not count, nor do those that are not there (`embed-broken`).

It matters where others read: turn it on for the notes that are published.

    overrides:
      - match: { property: { publish: true } }
        rules: { image-alt: warning }
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.index.file_kinds import IMAGES, ending
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.parse.grammar import image_size

_MESSAGE = "this image has no text for those who cannot see it"


@rule(severity=None, about=("links", "external"))
def image_alt(ctx: Context) -> Iterator[Diagnostic]:
    """Report embedded and remote images without words of their own."""
    for link, resolution in ctx.links:
        if link.kind == "embed" and resolution.path and ending(link.target) in IMAGES and not _words(link.display):
            yield ctx.report(link.span, _MESSAGE, label="no alternative text")
    for image in ctx.facts.external:
        if image.image and not _words(ctx.text[slice(*image.span)].removeprefix("![").rpartition("](")[0]):
            yield ctx.report(image.span, _MESSAGE, label="no alternative text")


def _words(display: str | None) -> str:
    """What stands beside a size."""
    text = display or ""
    return (text.rpartition("|")[0] if image_size(text)[0] is not None else text).strip()
