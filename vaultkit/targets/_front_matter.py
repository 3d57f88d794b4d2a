"""Properties at the top of a file for others: YAML that Ruby and Go read as we mean it.

A property keeps the very lines that its author typed as long as those mean the same to readers of YAML 1.1, which take
`yes` for true, `0755` for 493 and `1,000` for a number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from vaultkit.model.note import Value
from vaultkit.publish.page import Page

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NUMBER_LIKE = re.compile(r":\s*[-+.:]?[0-9][^\n]*\Z")
_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


def block(lines: Iterable[str]) -> str:
    """The lines between their fences."""
    return "".join(f"{line}\n" for line in ("---", *lines, "---"))


def told(page: Page, name: str, value: Value) -> str:
    """A property as its author typed it, if everybody reads it so; else as YAML without doubt."""
    written = page.written.get(name)
    return written if written is not None and reads_alike(written, name, value) else entry(name, value)


def entry(name: str, value: Value, indent: str = "") -> str:
    """A name and its value. Lists stand one item a line, texts in quotes."""
    key = name if _BARE.fullmatch(name) and name.lower() not in _WORDS else json.dumps(name, ensure_ascii=False)
    if isinstance(value, list | tuple) and value and not any(isinstance(item, list | dict) for item in value):
        items = "".join(f"\n{indent}  - {_scalar(item)}" for item in value)
        return f"{indent}{key}:{items}"
    if isinstance(value, Mapping) and value:
        inner = "".join("\n" + entry(str(name), item, indent + "  ") for name, item in value.items())
        return f"{indent}{key}:{inner}"
    return f"{indent}{key}: {_scalar(value)}"


def _scalar(value: Any) -> str:
    """A value on one line: JSON is YAML too, once no character in it ends a line."""
    text = json.dumps(value, ensure_ascii=False, default=list)
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)


def reads_alike(lines: str, name: str, value: Value) -> bool:
    """Whether some lines say just this to a reader of YAML 1.1; dates count as the texts that they are."""
    import yaml

    if isinstance(value, str) and _NUMBER_LIKE.search(lines) and name.lower() not in ("date", "updated", "lastmod"):
        return False
    try:
        found = yaml.load(lines, _loader())
    except yaml.YAMLError:
        return False
    return isinstance(found, dict) and list(found) == [name] and repr(found[name]) == repr(value)


@cache
def _loader() -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """PyYAML's, which leaves dates alone."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return Loader


def words(value: Value) -> list[str]:
    """The items of a list of words; a text is one word after the other, as Jekyll has it."""
    items = value.split() if isinstance(value, str) else value if isinstance(value, list) else [value]
    return [str(item) for item in items if item is not None and not isinstance(item, bool | list | dict) and str(item)]


def with_offset(iso: str) -> str:
    """A date and time as `2024-11-21 09:30:00 +0000`; a day alone stays one. Without an offset it is UTC."""
    if len(iso) == 10:
        return iso
    when = datetime.fromisoformat(iso)
    return f"{when:%Y-%m-%d %H:%M:%S} {when.strftime('%z') or '+0000'}"
