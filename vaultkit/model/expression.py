"""Regular expressions that are compiled when they are first used. A check of one edited note uses few of them, and to
compile all of them would take longer than the check."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, cast


class _Expression:
    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._source, self._flags)

    def __getattr__(self, name: str) -> Any:
        found = self.__dict__[name] = getattr(self._compiled, name)  # from now on found without coming here
        return found


def expression(source: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, made later."""
    return cast("re.Pattern[str]", _Expression(source, flags))
