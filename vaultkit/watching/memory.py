"""Memory that a long life does not need."""

from __future__ import annotations

import ctypes
import gc
import sys


def forget() -> None:
    """Free what nobody uses any more, although it was set aside from the collector: a first look does that with all
    that there is then (`spread.no_collector`)."""
    gc.unfreeze()
    gc.collect()


def give_back() -> None:
    """Let the system have what was freed since: a look at many notes needs much for a moment, and the C library keeps
    it otherwise."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
