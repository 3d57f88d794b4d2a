"""A diff as it is printed."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from vaultkit.cli._vault import colored


def harmless(diff: Iterable[str], color: str = "auto") -> list[str]:
    """The lines of a diff as they are for a program, and without control characters for a terminal. `color` is the
    option of that name."""
    from vaultkit.reports._look import show

    if not sys.stdout.isatty() and color != "always":
        return list(diff)
    signs = {"-": "31", "+": "32", "@": "36"} if colored(color) else {}
    lines = [part for line in diff for part in line.removesuffix("\n").split("\n")]
    return [
        f"\x1b[{signs[line[0]]}m{show(line)}\x1b[0m\n" if line[:1] in signs else show(line) + "\n" for line in lines
    ]
