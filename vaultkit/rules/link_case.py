"""A link finds its file only because letter case does not matter to Obsidian.

Off by default. Other programs, and web servers, do tell `[[dune]]` from `Dune.md`. Of a link that several files fit,
`link-ambiguous` tells.

The fix (safe) writes the name as the file bears it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from vaultkit.index.link_text import retargeted
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix
from vaultkit.model.note import NotePath


@rule(severity=None, about=("links",), fixable="safe")
def link_case(ctx: Context) -> Iterator[Diagnostic]:
    """Report links spelled in another letter case than their file."""
    for link, resolution in ctx.links:
        path = None if resolution.ambiguous else resolution.path
        spelled = _as_spelled(link.target, path) if path and link.target else link.target
        if spelled != link.target:
            edit = retargeted(ctx.text, link, spelled)
            fix = Fix(f"write `{spelled}`", (edit,), safe=True) if edit else None
            yield ctx.report(link.span, f"`{link.target}` is spelled `{spelled}` on disk", label="letter case", fix=fix)


def _as_spelled(target: str, path: NotePath) -> str:
    """A link's path in the letter case of its file; as it is when they differ in more than that."""
    leading, names = [], target.split("/")
    while names and names[0] in ("", ".", ".."):
        leading.append(names.pop(0))
    if not names:
        return target
    typed = unicodedata.normalize("NFC", "/".join(names))
    tail = unicodedata.normalize("NFC", "/".join(path.split("/")[-len(names) :]))
    for spelled in (tail, tail.removesuffix(".md")):
        if spelled != typed and spelled.lower() == typed.lower():
            return "/".join((*leading, spelled))
    return target
