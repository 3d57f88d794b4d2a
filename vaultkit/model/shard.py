"""A part of a vault's notes, for one of several runs that check them together."""

from __future__ import annotations

from vaultkit.model.path import NotePath
from vaultkit.model.record import NamedTuple


class Shard(NamedTuple):
    """Part `number` (from 1) of `of` parts. Every path is in exactly one, whatever else is in the vault."""

    number: int
    of: int

    def holds(self, path: NotePath) -> bool:
        """Whether a path is in this part."""
        if self.of == 1:
            return True
        from zlib import crc32

        return crc32(path.encode("utf-8", "surrogateescape")) % self.of == self.number - 1


WHOLE = Shard(1, 1)
