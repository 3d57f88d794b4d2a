"""Sets of a few names that very many notes have in common."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(128)
def shared(names: frozenset[str]) -> frozenset[str]:
    """One set for all that hold these names: there are few, and each takes much room."""
    return names
