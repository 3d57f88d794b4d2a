"""How a value can be mended where it stands: from the YAML as typed to the YAML as it should be."""

from __future__ import annotations

import re
from collections.abc import Callable

from vaultkit.model.expression import expression
from vaultkit.model.note import Value
from vaultkit.model.record import NamedTuple
from vaultkit.parse.scalars import resolve

Rewrite = Callable[[str], str | None]
"""From a value as typed to what should stand there; None when it cannot be done in that form."""

_PLAIN = expression(r"[^\W\d_](?:[\w./ -]*[\w./-])?")
_DAY = expression(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2})?")
_YAML_1_1 = frozenset({"yes", "no", "on", "off", "y", "n"})


class Repair(NamedTuple):
    """A fix for one value. `safe`: nothing that the author can have meant is lost."""

    title: str
    safe: bool
    rewrite: Rewrite


def quoted(text: str) -> str:
    """A text as a quoted YAML scalar on one line, double quotes preferred."""
    if '"' in text or "\\" in text:
        if text.isprintable():
            return "'" + text.replace("'", "''") + "'"
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08X}" for char in text) + '"'


def as_yaml(value: Value) -> str:
    """A value as YAML on one line, also good between brackets; text without quotes where every YAML reader agrees."""
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and resolve(value) == value and value.lower() not in _YAML_1_1
        return value if plain else quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_yaml(key)}: {as_yaml(item)}" for key, item in value.items()) + "}"
    return str(value)


def as_property(value: Value) -> str:
    """A value as YAML on one line behind the name of a property; a day as Obsidian writes it, without quotes."""
    return value if isinstance(value, str) and _DAY.fullmatch(value) else as_yaml(value)


def one_line(source: str) -> bool:
    """Whether a value stands on one line, and not as a block of text or a list of lines below its name."""
    block = source[:1] in ("|", ">") or source == "-" or source.startswith(("- ", "-\t"))
    return not block and "\n" not in source and "\r" not in source


def written(value: Value) -> Rewrite:
    """Put another value there; a text keeps the quotes that were typed."""

    def rewrite(source: str) -> str | None:
        if not one_line(source):
            return None
        if isinstance(value, str) and source[:1] == "'":
            return "'" + value.replace("'", "''") + "'"
        return quoted(value) if isinstance(value, str) and source[:1] == '"' else as_yaml(value)

    return rewrite


def in_quotes(source: str) -> str | None:
    """The very characters that were typed, as text."""
    return quoted(source) if source and one_line(source) and source[0] not in "\"'[{" else None


def in_list(source: str) -> str | None:
    """What was typed, as the one item of a list."""
    item = in_brackets(source)
    return None if item is None else f"[{item}]"


def in_brackets(source: str) -> str | None:
    """What was typed, as it must be typed between the brackets of a list to mean the same."""
    if not source or not one_line(source):
        return None
    value = _meaning(source)
    if _meaning(f"[{source}]") == [value]:
        return source
    return quoted(value) if isinstance(value, str) else None


def _meaning(source: str) -> Value:
    from vaultkit.parse.yaml12 import compose

    root = compose(source).root
    return root.value if root else None


def split_list(separators: str) -> Rewrite:
    """The words between the separators, each an item of a list."""

    def rewrite(source: str) -> str | None:
        if not one_line(source):
            return None
        words = filter(None, (word.strip() for word in re.split(separators, source.strip("\"'"))))
        return as_yaml(list(words))

    return rewrite
