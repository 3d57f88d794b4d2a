"""What a word of YAML means that stands there without quotes, by the 1.2 core schema.

Source: https://yaml.org/spec/1.2.2/#103-core-schema
"""

from __future__ import annotations

from vaultkit.model.expression import expression
from vaultkit.model.note import Value

MAX_BYTES = 64 * 1024
"""Bytes of the longest YAML that is read."""
MAX_DIGITS = 1000
_INFINITE = float("inf")

WORDS: dict[str, Value] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBER = expression(
    r"(?P<int>[-+]?[0-9]+)|0x(?P<hex>[0-9a-fA-F]+)|0o(?P<oct>[0-7]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<inf>[-+]?\.(?:inf|Inf|INF))|(?P<nan>\.(?:nan|NaN|NAN))"
)
_BASES = {"int": 10, "hex": 16, "oct": 8}


def resolve(text: str) -> Value:
    """The value of a plain (unquoted) scalar. A number too large to hold comes out infinite."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    found = _NUMBER.fullmatch(text)
    if found is None:
        return text
    kind = found.lastgroup or ""
    if kind in _BASES:
        return int(found[kind], _BASES[kind]) if len(text) <= MAX_DIGITS else _INFINITE
    return float(text.replace(".", "", 1) if kind in {"inf", "nan"} else text)
