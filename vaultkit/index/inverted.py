"""A table from what notes hold to the notes that hold it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Generic, TypeVar

from vaultkit.model.note import NotePath

Held = TypeVar("Held")


class Inverted(Generic[Held]):
    """Remembers what each note holds, so that a note's new state replaces its old one in time that grows with both."""

    def __init__(self, notes: Iterable[tuple[NotePath, Collection[Held]]] = ()) -> None:
        self._held: dict[NotePath, tuple[Held, ...]] = {}
        self._holders: dict[Held, NotePath | set[NotePath]] = {}
        """The notes by what they hold; most things are held by one note alone, and a set takes much room."""
        for path, held in notes:
            self.put(path, held)

    def put(self, path: NotePath, held: Collection[Held]) -> None:
        """What a note holds now; nothing forgets the note."""
        for item in self._held.pop(path, ()):
            holders = self._holders[item]
            if not isinstance(holders, set) or holders == {path}:
                del self._holders[item]
            else:
                holders.discard(path)
        if held:
            now = self._held[path] = tuple(set(held))
            for item in now:
                holders = self._holders.setdefault(item, path)
                if isinstance(holders, set):
                    holders.add(path)
                elif holders != path:
                    self._holders[item] = {holders, path}

    def holders(self, held: Held) -> tuple[NotePath, ...]:
        """The notes that hold it, in order of path."""
        holders = self._holders.get(held, ())
        return (holders,) if isinstance(holders, str) else tuple(sorted(holders))
