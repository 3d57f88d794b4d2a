"""Where a note is. Everything speaks of paths, so they stand apart from what is known of notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NewType
from unicodedata import normalize

NotePath = NewType("NotePath", str)
"""Path of a file of the vault: relative to its root, `/` between parts, spelled as on disk."""


def folders_of(path: str) -> Iterator[str]:
    """The folders that a path lies in, from the root down; the root itself is not named."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)


def composed(path: str) -> str:
    """A path, or the beginning of one, in the Unicode form in which paths are compared: NFC."""
    return path if path.isascii() else normalize("NFC", path)
