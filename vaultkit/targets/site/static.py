"""The files of the theme that are the same for every edition: style sheet, script, icon."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from vaultkit.publish.page import Output
from vaultkit.targets.site.addresses import OWN

_PACKAGE = files("vaultkit.targets.site") / "static"

ICON = OWN + "icon.svg"
STYLESHEET = OWN + "site.css"
SCRIPT = OWN + "site.js"
CONTENT_SCRIPT = OWN + "content.js"
MERMAID = OWN + "mermaid.js"


def outputs() -> tuple[Output, ...]:
    """The theme's files as they stand in the site."""
    return (
        Output(STYLESHEET, stylesheet()),
        Output(SCRIPT, (_PACKAGE / "site.js").read_bytes()),
        Output(CONTENT_SCRIPT, (_PACKAGE / "content.js").read_bytes()),
        Output(ICON, (_PACKAGE / "icon.svg").read_bytes()),
    )


def mermaid() -> tuple[Output, ...]:
    """What draws diagrams, as its makers ship it, with their licence."""
    folder = _PACKAGE / "vendor"
    return (
        Output(MERMAID, (folder / "mermaid.min.js").read_bytes(), vendored=True),
        Output(MERMAID + ".LICENSE.txt", (folder / "LICENSE-mermaid.txt").read_bytes(), vendored=True),
    )


@cache
def stylesheet() -> bytes:
    """The style sheet with the icons in it, as masks take them: a data address needs no request and works in a file."""
    icons = sorted((_PACKAGE / "icons").iterdir(), key=lambda item: item.name)
    lines = (f"  --icon-{item.name.removesuffix('.svg')}: {_data(item.read_text('utf-8'))};" for item in icons)
    rules = "\n\n".join((_PACKAGE / name).read_text("utf-8").rstrip() for name in ("site.css", "content.css"))
    return "\n".join((rules, "", "/* ---- icons ---- */", "", ":root {", *lines, "}", "")).encode()


def _data(svg: str) -> str:
    return f'url("data:image/svg+xml,{quote(svg.strip().replace(chr(34), chr(39)), safe=" =:/;,.-()!*@+" + chr(39))}")'


@cache
def stamped(path: str) -> str:
    """The address of a theme file with a stamp of its content, so that no browser shows an old one."""
    data = {item.path: item.data for item in (*outputs(), *(mermaid() if path == MERMAID else ()))}[path]
    return f"{path}?v={hashlib.blake2b(data, digest_size=5).hexdigest()}"
