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
_LINK_FORMATS = frozenset({"shortest", "relative", "absolute"})


class ObsidianSettings(NamedTuple):
    """The settings of the app for one vault. `warnings` says what could not be read and was taken as default.

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

    @classmethod
    def load(cls, root: str) -> ObsidianSettings:
        """The settings of the vault at `root`. Damaged files are told in `warnings`, never raised."""
        warnings: list[str] = []
        app = _mapping(root, "app.json", warnings)
        types = _mapping(root, "types.json", warnings).get("types", {})
        given: dict[str, Any] = {}
        for name, key, fits in _KEYS:
            value = app.get(key)
            if fits(value):
                given[name] = tuple(value) if isinstance(value, list) else value
            elif value is not None:
                warnings.append(f".obsidian/app.json: `{key}` has a value that is not known; the default is used")
        assigned = types.items() if isinstance(types, dict) else ()
        known = {name: kind for name, kind in assigned if isinstance(kind, str) and kind in _TYPES}
        return cls(**given, types=_BUILT_IN_TYPES | known, warnings=tuple(warnings))


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


def _mapping(root: str, name: str, warnings: list[str]) -> dict[str, Any]:
    shown = f".obsidian/{name}"
    try:
        text = read_text(os.path.join(root, ".obsidian", name), shown)
        found = json.loads(text) if text and text.strip() else {}
    except SetupError as error:
        warnings.append(f"{error.where or shown}: {error.what}; Obsidian's defaults are used")
    except (ValueError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        warnings.append(f"{shown}{line}: this cannot be read as JSON; Obsidian's defaults are used")
    else:
        if isinstance(found, dict):
            return found
        warnings.append(f"{shown}: this holds no settings; Obsidian's defaults are used")
    return {}
