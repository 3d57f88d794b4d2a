"""Edits that move the values of one property to another; what was typed is kept as it was typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vaultkit.model.expression import expression
from vaultkit.model.note import Value
from vaultkit.model.text import Span, TextEdit
from vaultkit.schema.repair import as_yaml, in_brackets, in_list, one_line

if TYPE_CHECKING:
    from vaultkit.parse.frontmatter import Place, Places

Edits = tuple[TextEdit, ...]

_SEPARATORS = {"tags": r"[,\s]+", "cssclasses": r"\s+"}
"""What separated the values in one text under the old name."""
_COMMENT = expression(r"(?:^|\s)#")
_ITEM = expression(r"[ \t]*-[ \t]+")


def renamed_to_list(places: Places, name: str, new: str, value: Value) -> Edits:
    """Call a property by a new name, and make a single value a list. No edits when that cannot be done."""
    place = places.get(name)
    if place is None or isinstance(value, dict):
        return ()
    rename = TextEdit(place.key, new)
    if value is None or isinstance(value, list):
        return (rename,)
    items = _joined(_typed_items(places, name, new, value))
    return (rename, TextEdit(place.value, f"[{items}]")) if items else ()


def merged_into(text: str, places: Places, name: str, there: str, properties: dict[str, Value]) -> Edits:
    """Move the values of `name` into the list of `there`, save those that it has already, and remove the lines of
    `name`. No edits when a comment would be lost, or when a value is written in a way that cannot be moved."""
    gone = _lines(text, places, name)
    items = _typed_items(places, name, there.lower(), properties[name])
    if gone is None or items is None:
        return ()
    value = properties[there]
    has = {str(item).lower() for item in (value if isinstance(value, list) else [value])}
    new = [item for item in dict.fromkeys(items) if item.strip("\"'").lower() not in has]
    edit = TextEdit(gone, "")
    if not new:
        return (edit,)
    added = _addition(text, places, there, value, new)
    return (edit, added) if added else ()


def _typed_items(places: Places, name: str, new: str, value: Value) -> list[str] | None:
    """The values of a property as YAML, each on one line; None when one of them is no plain value."""
    place = places.get(name)
    if isinstance(value, list):
        items = [places.get(name, index) for index in range(len(value))]
        sources = [item.source for item in items if item]
        nested = any(isinstance(item, list | dict) for item in value)
        return None if nested or not all(map(one_line, sources)) else [source for source in sources if source]
    if place is None or isinstance(value, dict) or not one_line(place.source):
        return None
    if value is None:
        return []
    if isinstance(value, str) and new in _SEPARATORS:
        words = [word for word in re.split(_SEPARATORS[new], value.strip(" ,")) if word]
        if len(words) > 1:
            return [as_yaml(word) for word in words]
    return [place.source]


def _joined(items: list[str] | None) -> str:
    """Values as they stand between the brackets of a list; "" when one of them cannot."""
    typed = [in_brackets(item) or "" for item in items or ()]
    return ", ".join(typed) if all(typed) else ""


def _lines(text: str, places: Places, name: str) -> Span | None:
    """The whole lines of a property; None when they hold a comment or something else."""
    place = places.get(name)
    if place is None or places.insertion(()) is None:
        return None
    start = text.rfind("\n", 0, place.key.start) + 1
    end = text.find("\n", max(place.value.end, place.key.end)) + 1
    around = text[start : place.key.start] + text[max(place.value.end, place.key.end) : end]
    if around.strip(" \t\r\n:") or _COMMENT.search(text[start:end]):
        return None
    return Span(start, end)


def _addition(text: str, places: Places, name: str, value: Value, items: list[str]) -> TextEdit | None:
    """The edit that adds values to a property of any form."""
    place = places.get(name)
    if place is None or isinstance(value, dict):
        return None
    flow = _joined(items)
    if value is None or value == []:
        return TextEdit(place.value, ("" if place.source else " ") + f"[{flow}]") if flow else None
    if not isinstance(value, list):
        listed = in_list(place.source)
        return TextEdit(place.value, f"{listed[:-1]}, {flow}]") if listed and flow else None
    last = places.get(name, len(value) - 1)
    if last is None or not one_line(last.source):
        return None
    if place.source[0] == "[":
        return TextEdit(Span(last.value.end, last.value.end), ", " + flow) if flow else None
    return _block_items(text, last, items)


def _block_items(text: str, last: Place, items: list[str]) -> TextEdit | None:
    """The edit that adds items to a list with a line for each, below its last one."""
    start = text.rfind("\n", 0, last.value.start) + 1
    before = _ITEM.fullmatch(text[start : last.value.start])
    end = text.find("\n", last.value.end)
    if before is None or end < 0:
        return None
    sign = text[start : last.value.start]
    line_end = "\r\n" if text[end - 1] == "\r" else "\n"
    return TextEdit(Span(end + 1, end + 1), "".join(f"{sign}{item}{line_end}" for item in items))
