"""A table from what notes hold to the notes that hold it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Generic, TypeVar

from vaultkit.model.note import NotePath

Held = TypeVar("Held")

_NOTHING: frozenset[Any] = frozenset()
"""There is but one empty frozenset."""


class Inverted(Generic[Held]):
    """Remembers what each note holds, so that a note's new state replaces its old one in time that grows with both."""

    def __init__(self, notes: Iterable[tuple[NotePath, Collection[Held]]] = ()) -> None:
        self._held: dict[NotePath, frozenset[Held]] = {}
        self._holders: dict[Held, set[NotePath]] = {}
        for path, held in notes:
            self.put(path, held)

    def put(self, path: NotePath, held: Collection[Held]) -> None:
        """What a note holds now; nothing forgets the note."""
        before = self._held.pop(path, _NOTHING)
        now = frozenset(held) if held else _NOTHING
        if now is before:
            return
        if now:
            self._held[path] = now
        for item in before - now:
            self._holders[item].discard(path)
            if not self._holders[item]:
                del self._holders[item]
        for item in now - before:
            self._holders.setdefault(item, set()).add(path)

    def holders(self, held: Held) -> tuple[NotePath, ...]:
        """The notes that hold it, in order of path."""
        return tuple(sorted(self._holders.get(held, ())))
