"""How a note stands towards being public, before anything was found in it: what it asks for, and where it would stand.

A date that is still to come changes nothing here: the note is meant to be public, and its answers do not depend on the
clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

from vaultkit.model.note import Note, NotePath, Value
from vaultkit.model.record import NamedTuple


class Reason(NamedTuple):
    """Why a note is not published as it stands: the rule that says so, and a sentence."""

    rule: str
    message: str


class Claim(NamedTuple):
    """A place on a site that belongs to a note.

    `home` is the note that the site has as its home page ("" for none), since two sites may differ in that; equal
    `place`s cannot both exist there. `stands`: the note is there, rather than once was. `url` is the output path.
    """

    home: str
    place: str
    stands: bool
    url: str

    @property
    def key(self) -> tuple[str, str]:
        """What two claims have in common that are about one place."""
        return self.home, self.place


class Standing(NamedTuple):
    """What was decided about a note by itself and its place in the vault.

        public      it is meant to be public
        denied      it says so itself, or its place is excluded
        unclear     what it says about it is neither yes nor no
        unknown     it or its front matter cannot be read
        unselected  nothing asks for it

    `selected`: the configuration asks for it, or the note does, clearly or not. `claims` are its places, none unless it
    is public and can have one; `shown` are the names of its properties that appear on its page, `unclear` those of the
    properties that should say yes or no and do not.
    """

    state: Literal["public", "denied", "unclear", "unknown", "unselected"]
    reasons: tuple[Reason, ...] = ()
    selected: bool = False
    claims: tuple[Claim, ...] = ()
    shown: frozenset[str] = frozenset()
    unclear: tuple[str, ...] = ()

    @property
    def public(self) -> bool:
        """Whether the note is meant to be public."""
        return self.state == "public"


UNSELECTED = Standing("unselected")


class Publishing(Protocol):
    """Tells how notes stand. Pure: the same note has the same standing for as long as the set-up is the same."""

    @property
    def addressing(self) -> tuple[str, ...]:
        """Parts of the names of all properties that have a say in where a note stands."""

    def standing(self, note: Note) -> Standing:
        """How a note stands."""

    def claims(self, path: NotePath, properties: Mapping[str, Value]) -> tuple[Claim, ...]:
        """The places of a note, were it public; none when its permalink cannot be one."""
