"""Memory that a long life does not need."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Let the system have what was freed since: a look at many notes needs much for a moment, and the C library keeps
    it otherwise."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
