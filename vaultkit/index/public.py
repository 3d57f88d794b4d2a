"""Which notes are meant to be public, and which of them claim one place: what the rules about publishing ask.

How a note stands is decided by whoever gives the index its `Publishing`. What it said is kept until the note changes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from vaultkit.index.notes import Notes
from vaultkit.index.resolve import Key
from vaultkit.model.note import Note, NotePath
from vaultkit.model.standing import UNSELECTED, Claim, Publishing, Standing

if TYPE_CHECKING:
    from vaultkit.index.inverted import Inverted

Claimant = tuple[NotePath, Claim]


class PublicNotes:
    """The standings of the notes of an index. `publishing` gives what decides, when it is first needed; None: nothing
    is public."""

    def __init__(self, notes: Notes, publishing: Callable[[], Publishing | None]) -> None:
        self._notes = notes
        self._given = publishing
        self._known: dict[NotePath, tuple[str, Standing]] = {}
        """By path, with the digest of the note that was judged."""
        self._claims: Inverted[tuple[str, str]] | None = None

    @cached_property
    def _publishing(self) -> Publishing | None:
        return self._given()

    def of(self, note: Note) -> Standing:
        """How a note stands."""
        if self._publishing is None:
            return UNSELECTED
        known = self._known.get(note.path)
        if known is None or known[0] != note.digest:
            known = self._known[note.path] = note.digest, self._publishing.standing(note)
        return known[1]

    def standing(self, path: NotePath) -> Standing:
        """How the note at a path stands; a file that is no note is not selected."""
        if path not in self._notes:
            return UNSELECTED
        known = self._known.get(path)
        return known[1] if known else self.of(self._notes.glance(path))

    def claimants(self, key: tuple[str, str]) -> tuple[Claimant, ...]:
        """The public notes that claim a place, in order of path, each with its claim."""
        if self._claims is None:
            self._claims = self._claimed()
        return tuple(
            (path, claim)
            for path in self._claims.holders(key)
            for claim in self.standing(path).claims
            if claim.key == key
        )

    def _claimed(self) -> Inverted[tuple[str, str]]:
        """What every note would claim if it were public: most are known by their path, without being unpacked."""
        from vaultkit.index.inverted import Inverted

        publishing = self._publishing
        if publishing is None:
            return Inverted()
        named = {path: found for name in publishing.addressing for path, found in self._notes.properties(name)}
        return Inverted(
            (path, [claim.key for claim in publishing.claims(path, named.get(path, {}))]) for path in self._notes
        )

    def let_go(self) -> None:
        """Forget what was found out; it is found out again when somebody asks."""
        self._known.clear()
        self._claims = None

    def put(self, path: NotePath, note: Note | None) -> None:
        """Take in a note's new state."""
        self._known.pop(path, None)
        if self._claims and self._publishing:
            claims = self._publishing.claims(path, note.facts.properties) if note else ()
            self._claims.put(path, [claim.key for claim in claims])

    def answers(self, note: Note | None) -> dict[Key, object]:
        """What a note says to the questions about its standing and about the places that it claims."""
        standing = self.of(note) if note else UNSELECTED
        if note is None or standing == UNSELECTED:
            return {}
        claimed: dict[Key, object] = {("claim", *claim.key): claim for claim in standing.claims}
        return {("standing", note.path): standing} | claimed
