"""The look that a vault's owner gives to its site: `vaultkit.css` and `templates/*.html`.

Both stand at the vault's root or beside the configuration; what stands at the root comes first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from vaultkit.config import Config
from vaultkit.errors import SetupError
from vaultkit.publish.page import Theme
from vaultkit.vault.texts import read_text

STYLES = "vaultkit.css"
TEMPLATES = "templates"


def read_theme(root: str, config: Config) -> Theme:
    """The theme of the vault at `root`; an empty one when there is none.

    Raises SetupError for a file that cannot be read, is too large, or is not UTF-8, and for a symbolic link: what is
    published lies in the vault itself, and is no note of it.
    """
    styles = ""
    templates: dict[str, str] = {}
    for folder in _folders(root, config):
        styles = styles or _text(os.path.join(folder, STYLES), STYLES) or ""
        for name in _names(os.path.join(folder, TEMPLATES)):
            shown = f"{TEMPLATES}/{name}"
            if name not in templates and (text := _text(os.path.join(folder, TEMPLATES, name), shown)) is not None:
                templates[name] = text
    return Theme(styles, templates)


def _folders(root: str, config: Config) -> tuple[str, ...]:
    file = config.where().rpartition(":")[0]
    beside = os.path.dirname(os.path.abspath(file)) if file else root
    return tuple(dict.fromkeys((os.path.abspath(root), beside)))


def _text(path: str, shown: str) -> str | None:
    _refuse_link(path, shown)
    return read_text(path, shown)


def _refuse_link(path: str, shown: str) -> None:
    if os.path.islink(path):
        what = "this is a symbolic link, and what one leads to is not published"
        raise SetupError(what, where=shown, do="put what it leads to here in its place")


def _names(folder: str) -> Iterator[str]:
    _refuse_link(folder, TEMPLATES)
    try:
        yield from sorted(name for name in os.listdir(folder) if name.endswith((".html", ".xml")))
    except OSError:
        return
