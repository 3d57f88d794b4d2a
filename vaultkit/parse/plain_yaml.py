"""The short way through front matter: the plain YAML that nearly every note has, read by one pattern.

`read` gives exactly the values that `yaml12.compose` gives, or declines: at anything but names with a plain or simply
quoted value, a list in brackets, or a list on the lines below; at a repeated name; at whatever looks odd. It exists for
speed alone (a tenth of the time, and PyYAML need not be imported); a test holds the two to the same values.
"""

from __future__ import annotations

from vaultkit.model.expression import expression
from vaultkit.model.note import Value
from vaultkit.parse.scalars import MAX_BYTES, WORDS, resolve

LONGEST = MAX_BYTES // 4
"""Characters of the longest block that is read here; so many are surely not more than `MAX_BYTES`."""

_ODD = expression("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_WORD = r"[^\n:#]*"
_PLAIN = rf"(?:[^\s\-?:,\[\]{{}}#&*!|>'\"%@`]|-(?=[!-~])){_WORD}(?:(?::(?=\S)|(?<=\S)#){_WORD})*"
_LINE = expression(
    r"([^\W\d][\w -]{0,199}:| *-)"
    rf"""(?: +({_PLAIN}|"[^"\\\n]*"|'[^'\n]*'|\[[^\[\]\n]*\]))? *\n"""
    r"| *(?:#.*)?\n|(.)"
)
_ITEM = r"(?:[^\s\-?,'\"\\{}:#&*!|>%@`]|-(?=[0-9.]))[^,'\"\\{}:#&*!|>%@`?]*"
_PLAIN_ITEMS = expression(rf"{_ITEM}(?:, *{_ITEM})*")
_QUOTED = r"""(?:"[^"\\]*"|'[^']*') *"""
_QUOTED_ITEMS = expression(rf"{_QUOTED}(?:, *{_QUOTED})*")
_QUOTED_ITEM = expression(r"""(["'])(.*?)\1""")
_DECLINED: Value = object()


def read(block: str) -> dict[str, Value] | None:
    """The properties in a block (whole lines, each with its end), or None when it takes more than this to read it."""
    if len(block) > LONGEST:
        return None
    if "\r" in block:
        block = block.replace("\r\n", "\n")
    if not block.replace("\n", "").isprintable() and _ODD.search(block.replace("\n", "")):
        return None
    properties: dict[str, Value] = {}
    items: list[Value] | None = None
    name = dash = ""
    for sign, typed, odd in _LINE.findall(block):
        if not sign:
            if odd:
                return None
            continue
        value = _value(typed) if typed else None
        if value is _DECLINED:
            return None
        if sign[-1] == ":":
            name = sign[:-1].rstrip(" ")
            if name in properties or name in WORDS:
                return None
            properties[name] = value
            items = None if typed else []
        else:
            if items is None or (items and sign != dash):
                return None
            dash = sign
            items.append(value)
            properties[name] = items
    return properties or None


def _value(typed: str) -> Value:
    first = typed[0]
    if first in "\"'":
        return typed[1:-1]
    if first == "[":
        return _list(typed[1:-1].strip(" "))
    value = resolve(typed.rstrip(" "))
    return _DECLINED if _is_infinite(value) else value


def _list(inner: str) -> Value:
    if not inner:
        return []
    if inner[0] in "\"'":
        return [item[2] for item in _QUOTED_ITEM.finditer(inner)] if _QUOTED_ITEMS.fullmatch(inner) else _DECLINED
    if not _PLAIN_ITEMS.fullmatch(inner):
        return _DECLINED
    items = [resolve(item.strip(" ")) for item in inner.split(",")]
    return _DECLINED if any(map(_is_infinite, items)) else items


def _is_infinite(value: Value) -> bool:
    """Whether it is a number that is infinite, or none; `math` would tell too, and is loaded longer than it takes."""
    return isinstance(value, float) and value - value != 0
