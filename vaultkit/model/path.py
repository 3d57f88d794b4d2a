"""Where a note is. Everything speaks of paths, so they stand apart from what is known of notes."""

from __future__ import annotations

from typing import NewType

NotePath = NewType("NotePath", str)
"""Path of a file of the vault: relative to its root, `/` between parts, spelled as on disk."""
