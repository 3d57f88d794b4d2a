"""What must be written where when a block gets another id: the edits after which every link names the block that it
named before.

Source: the help's "Link to notes" (ids are letters, digits and dashes) and the API's `resolveSubpath` (without letter
case).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from vaultkit.index.link_edits import Lost, first_lost, link_edits, links_of
from vaultkit.index.outline import parts_of
from vaultkit.index.vault_index import VaultIndex
from vaultkit.model.expression import expression
from vaultkit.model.note import Block, Link, NotePath
from vaultkit.model.text import Span, TextEdit, apply_edits

_ID = expression(r"[A-Za-z0-9-]+")


class RenameBlock:
    """The change of one block's id, in a note whose facts are known.

    Raises ValueError, with a sentence for people, when no block can have the new id, or another one has it.
    """

    def __init__(self, index: VaultIndex, path: NotePath, block: Block, new: str) -> None:
        if not _ID.fullmatch(new):
            raise ValueError(f"`{new}` cannot be a block id: it is made of letters, digits and dashes")
        taken = {other.id.lower() for other in index.notes[path].facts.blocks if other.id_span != block.id_span}
        if new.lower() in taken:
            raise ValueError(f"there is a block `^{new}` in this note already")
        self._index, self._path, self._block, self._new = index, path, block, new

    def concerns(self, path: NotePath, links: Iterable[Link]) -> bool:
        """Whether something must be written in this file: the note itself, or one with such a link."""
        return path == self._path or any(self._anew(path, link) is not None for link in links)

    def edits(self, path: NotePath, text: str) -> tuple[TextEdit, ...] | Lost:
        """The edits to a note or canvas, in order, or the first link that no edit can save."""
        edits = link_edits(path, text, partial(self._anew, path))
        if path == self._path:
            start, end = self._block.id_span
            edits = tuple(sorted((*edits, TextEdit(Span(start + 1, end), self._new))))
        after = links_of(path, apply_edits(text, edits))
        return first_lost(path, links_of(path, text), after, partial(self._is_same, path)) or edits

    def _anew(self, path: NotePath, link: Link) -> Link | None:
        if self._names(path, link):
            *above, _ = parts_of(link.subpath)
            return link._replace(subpath="".join(f"#{part}" for part in (*above, f"^{self._new}")))
        return None

    def _names(self, path: NotePath, link: Link) -> bool:
        """Whether a link names the block today."""
        if not link.subpath or self._index.find(link, path).resolution.path != self._path:
            return False
        place = self._index.place(self._path, link.subpath).place
        return isinstance(place, Block) and place.id_span == self._block.id_span

    def _is_same(self, path: NotePath, link: Link, now: Link) -> bool:
        wanted = self._anew(path, link) or link
        return (now.target, now.subpath) == (wanted.target, wanted.subpath)
