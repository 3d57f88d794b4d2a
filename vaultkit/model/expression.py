"""Regular expressions that are compiled when they are first used. A check of one edited note uses few of them, and to
compile all of them would take longer than the check."""

from __future__ import annotations

import re
import sys
from functools import cached_property
from typing import Any, cast

_KEEPS_GROUPS = sys.version_info >= (3, 11, 5)
"""Whether a possessive group (`(?:a|b)*+`) keeps what it has: in Python 3.11.2, which Debian 12 has, it does not."""


class _Expression:
    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._source if _KEEPS_GROUPS else atomic(self._source), self._flags)

    def __getattr__(self, name: str) -> Any:
        found = self.__dict__[name] = getattr(self._compiled, name)  # from now on found without coming here
        return found


_PIECE = r"\\.|\[\^?\]?(?:\\.|[^\\\]])*\]|\)[*+?]\+|."
"""A part of a pattern: an escape, a set, the end of a possessive group, or a character."""


def atomic(source: str) -> str:
    """The same pattern with atomic groups in the place of possessive ones: `(?:a|b)*+` as `(?>(?:a|b)*)`."""
    parts: list[str] = []
    groups: list[int] = []
    for piece in re.finditer(_PIECE, source, re.DOTALL):
        if piece[0] == "(":
            groups.append(len(parts))
        parts.append(piece[0])
        if piece[0][0] == ")":
            start = groups.pop()
            if len(piece[0]) == 3:
                parts[start:] = ["(?>", *parts[start:-1], piece[0][:2], ")"]
    return "".join(parts)


def expression(source: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, made later."""
    return cast("re.Pattern[str]", _Expression(source, flags))
