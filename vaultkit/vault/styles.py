"""What the style sheets of a vault (the snippets and themes in `.obsidian/`) say about callouts."""

from __future__ import annotations

import os
from collections.abc import Iterator

from vaultkit.errors import SetupError

_LARGEST = 8 * 1024 * 1024
_SELECTOR = (
    r"\[[ \t]*data-callout[ \t]*(?P<how>[~|^$*]?)=[ \t]*"
    r"""(?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'|(?P<bare>[\w-]+))"""
)
_FORMS = {"": ("{}",), "~": ("{}",), "|": ("{}", "{}-*"), "^": ("{}*",), "$": ("*{}",), "*": ("*{}*",)}
"""What fits a selector of each kind, `*` for any text."""


def style_sheets(root: str) -> Iterator[str]:
    """The paths of the style sheets of the vault at `root`."""
    for kind in ("snippets", "themes"):
        folder = os.path.join(root, ".obsidian", kind)
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        for name in names:
            path = os.path.join(folder, name)
            yield path if name.endswith(".css") else os.path.join(path, "theme.css")


def styled_callouts(root: str) -> tuple[str, ...]:
    """The types of callouts that the style sheets of the vault at `root` have a style for, in small letters, `*` for
    any text. What cannot be read has none."""
    import re

    from vaultkit.vault.texts import read_text

    found: set[str] = set()
    for path in style_sheets(root):
        try:
            text = read_text(path, path, _LARGEST) or ""
        except SetupError:
            continue
        for selector in re.finditer(_SELECTOR, text):
            name = (selector["double"] or selector["single"] or selector["bare"] or "").strip().lower()
            found.update(form.format(name) for form in _FORMS[selector["how"]] if name)
    return tuple(sorted(found))
