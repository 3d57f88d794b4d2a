"""The size of an embedded image is not written as Obsidian reads it.

`![[pier.png|300]]` is a width, `![[pier.png|300x200]]` a width and a height, both in pixels. With `300x`, `x200`,
`300px` or `50%` the image is shown in full size, and those words become its caption.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultkit.index.file_kinds import AUDIO, IMAGES, VIDEO, ending
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.expression import expression

_UNIT = r"(?:px|%|em|rem|pt|vw)?"
_MEANT_AS_SIZE = expression(
    rf"\s*(?:\d+\s*{_UNIT}\s*[xX×*]\s*(?:\d+\s*{_UNIT})?|[xX×*]\s*\d+\s*{_UNIT}|\d+\s*(?:px|%))\s*", re.ASCII
)


@rule(severity=Severity.WARNING, about=("embeds",))
def embed_invalid_size(ctx: Context) -> Iterator[Diagnostic]:
    """Report sizes of embedded images and films that have no effect."""
    for link in ctx.facts.links:
        if link.kind != "embed" or link.hidden or link.width is not None or not link.display:
            continue
        size = link.display.rpartition("|")[2]
        if ending(link.target) in IMAGES | VIDEO | AUDIO and _MEANT_AS_SIZE.fullmatch(size):
            message = f"`{size.strip()}` is no size; write a width in pixels (`300`), or width and height (`300x200`)"
            yield ctx.report(link.span, message, label="not a size")
