"""What the app's own settings in `.obsidian/` say that matters here; the app's defaults for what they do not say."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any, Literal

from vaultkit.errors import SetupError
from vaultkit.model.record import NamedTuple
from vaultkit.vault.texts import read_text

_BUILT_IN_TYPES = {"tags": "tags", "aliases": "aliases", "cssclasses": "multitext"}
_TYPES = frozenset({"text", "multitext", "number", "checkbox", "date", "datetime", "tags", "aliases"})
Trouble = tuple[str, str]
"""A place, and what is wrong there."""

_LINK_FORMATS = frozenset({"shortest", "relative", "absolute"})


class ObsidianSettings(NamedTuple):
    """The settings of the app for one vault. `warnings` says what could not be read and was taken as default, `unsure`
    (a place, and what is wrong there) why nobody knows which files they exclude.

    `ignore` are the entries of "Excluded files": path prefixes, or patterns between slashes. `types` are the types
    assigned to properties, the built-in ones included.
    """

    new_link_format: Literal["shortest", "relative", "absolute"] = "shortest"
    use_markdown_links: bool = False
    attachment_folder: str = "/"
    strict_line_breaks: bool = False
    show_unsupported_files: bool = False
    always_update_links: bool = False
    ignore: tuple[str, ...] = ()
    types: dict[str, str] = _BUILT_IN_TYPES
    warnings: tuple[str, ...] = ()
    unsure: Trouble | None = None

    @classmethod
    def load(cls, root: str) -> ObsidianSettings:
        """The settings of the vault at `root`. Damaged files are told in `warnings`, never raised."""
        app, unsure = mapping(root, "app.json")
        more, trouble = mapping(root, "types.json")
        types = more.get("types", {})
        warnings = [f"{where}: {what}; Obsidian's defaults are used" for where, what in filter(None, (unsure, trouble))]
        given: dict[str, Any] = {}
        for name, key, fits in _KEYS:
            value = app.get(key)
            if fits(value):
                given[name] = tuple(value) if isinstance(value, list) else value
            elif value is not None:
                what = f"`{key}` has a value that is not known"
                warnings.append(f".obsidian/app.json: {what}; the default is used")
                unsure = (".obsidian/app.json", what) if name == "ignore" else unsure
        assigned = types.items() if isinstance(types, dict) else ()
        known = {name: kind for name, kind in assigned if isinstance(kind, str) and kind in _TYPES}
        return cls(**given, types=_BUILT_IN_TYPES | known, warnings=tuple(warnings), unsure=unsure)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_switch(value: Any) -> bool:
    return isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


_KEYS: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("new_link_format", "newLinkFormat", lambda value: isinstance(value, str) and value in _LINK_FORMATS),
    ("use_markdown_links", "useMarkdownLinks", _is_switch),
    ("attachment_folder", "attachmentFolderPath", _is_text),
    ("strict_line_breaks", "strictLineBreaks", _is_switch),
    ("show_unsupported_files", "showUnsupportedFiles", _is_switch),
    ("always_update_links", "alwaysUpdateLinks", _is_switch),
    ("ignore", "userIgnoreFilters", _is_texts),
)


def mapping(root: str, name: str) -> tuple[dict[str, Any], Trouble | None]:
    """The settings in a file of `.obsidian/`, and why they cannot be read."""
    shown = f".obsidian/{name}"
    try:
        text = read_text(os.path.join(root, ".obsidian", name), shown)
        found = {} if text is None else json.loads(text)
    except SetupError as error:
        return {}, (error.where or shown, error.what)
    except (ValueError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) and error.doc.strip() else ""
        return {}, (f"{shown}{line}", "this cannot be read as JSON")
    return (found, None) if isinstance(found, dict) else ({}, (shown, "this holds no settings"))
