"""The files of the theme: style sheet, scripts, icon. They are the same for every edition; a style sheet of the vault
stands at the end of ours."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from urllib.parse import quote

from vaultkit.model.digest import blake2b
from vaultkit.publish.page import Output
from vaultkit.targets.site.addresses import OWN

_PACKAGE = files("vaultkit.targets.site") / "static"

ICON = OWN + "icon.svg"
STYLESHEET = OWN + "site.css"
SCRIPT = OWN + "site.js"
CONTENT_SCRIPT = OWN + "content.js"
MERMAID = OWN + "mermaid.js"
_SCRIPTS = ("site.js", "search.js", "preview.js", "graph.js")
"""The first is on every page and loads the others."""
_VENDORED = ("d3-force.js",)
_MERMAID = "mermaid-11.17.2.min.js"


def outputs(styles: str = "") -> tuple[Output, ...]:
    """The theme's files as they stand in the site; `styles` is the vault's own style sheet."""
    return (
        Output(STYLESHEET, stylesheet(styles)),
        *(Output(OWN + name, data) for name, data in _scripts()),
        Output(CONTENT_SCRIPT, _content_script()),
        Output(ICON, (_PACKAGE / "icon.svg").read_bytes()),
    )


@cache
def mermaid() -> tuple[Output, ...]:
    """What draws diagrams, as its makers ship it, with their licence."""
    folder = _PACKAGE / "vendor"
    return (
        Output(MERMAID, (folder / _MERMAID).read_bytes(), vendored=True),
        Output(MERMAID + ".LICENSE.txt", (folder / "LICENSE-mermaid.txt").read_bytes(), vendored=True),
    )


@cache
def _scripts() -> tuple[tuple[str, bytes], ...]:
    first, *parts = _SCRIPTS
    own = (
        (first, with_theme((_PACKAGE / first).read_bytes())),
        *((name, (_PACKAGE / name).read_bytes()) for name in parts),
    )
    return (*own, *((name, (_PACKAGE / "vendor" / name).read_bytes()) for name in _VENDORED))


def with_theme(script: bytes) -> bytes:
    """The script of a page with what its theme needs in front, which is set before anything is painted."""
    return (_PACKAGE / "theme.js").read_bytes() + b"\n" + script


def _content_script() -> bytes:
    return (_PACKAGE / "content.js").read_bytes()


@lru_cache(maxsize=4)
def stylesheet(styles: str = "") -> bytes:
    """The style sheet with the icons in it, as masks take them: a data address needs no request and works in a file."""
    icons = sorted((_PACKAGE / "icons").iterdir(), key=lambda item: item.name)
    lines = (f"  --icon-{item.name.removesuffix('.svg')}: {_data(item.read_text('utf-8'))};" for item in icons)
    rules = "\n\n".join((_PACKAGE / name).read_text("utf-8").rstrip() for name in ("site.css", "content.css"))
    own = ("/* ---- vaultkit.css ---- */", "", styles.strip(), "") if styles.strip() else ()
    return "\n".join((rules, "", "/* ---- icons ---- */", "", ":root {", *lines, "}", "", *own)).encode(
        "utf-8", "replace"
    )


def _data(svg: str) -> str:
    return f'url("data:image/svg+xml,{quote(svg.strip().replace(chr(34), chr(39)), safe=" =:/;,.-()!*@+" + chr(39))}")'


def stamped_stylesheet(styles: str = "") -> str:
    """The address of the style sheet with a stamp of its content, so that no browser shows an old one."""
    return _stamped(STYLESHEET, stylesheet(styles))


@cache
def stamped_script() -> str:
    """The address of the script with a stamp of all scripts; the script loads the others under the same stamp."""
    return _stamped(SCRIPT, b"".join(data for _, data in _scripts()))


@cache
def stamped_content_script() -> str:
    """The address of the script for pages that show canvases or diagrams, with a stamp of its content."""
    return _stamped(CONTENT_SCRIPT, _content_script())


@cache
def stamped_mermaid() -> str:
    """The address of what draws diagrams, with a stamp of its version: it is long, and never another under its name."""
    return _stamped(MERMAID, _MERMAID.encode())


def _stamped(path: str, data: bytes) -> str:
    return f"{path}?v={blake2b(data, digest_size=5).hexdigest()}"
