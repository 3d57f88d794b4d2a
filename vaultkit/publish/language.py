"""The language that a note says it is written in, and which way that is written."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from vaultkit.model.record import NamedTuple

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})


class Tongue(NamedTuple):
    """A language, "" when none is told, and its direction: `ltr`, `rtl`, or `auto`, by the words themselves."""

    language: str = ""
    direction: str = "auto"


def tongue(properties: Mapping[str, object], allowed: Collection[str] = ("lang", "dir")) -> Tongue:
    """What the properties of a note tell; of those, only the allowed ones do."""
    named, way = (properties.get(name) if name in allowed else None for name in ("lang", "dir"))
    language = named if isinstance(named, str) and _LANGUAGE.match(named) else ""
    if way not in ("rtl", "ltr"):
        return Tongue(language, direction(language) if language else "auto")
    return Tongue(language, str(way))


def apart(inner: Tongue, outer: Tongue) -> Tongue:
    """What must be said of a text that stands in another one: "" is what both have in common. Which way words go that
    do not tell is seen for each text by itself."""
    language = inner.language if inner.language != outer.language else ""
    return Tongue(language, "" if inner.direction == outer.direction != "auto" else inner.direction)


def direction(language: str) -> str:
    """Which way a language is written: `rtl` or `ltr`."""
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"
