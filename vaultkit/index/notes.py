"""Notes by path, unpacked when somebody asks for them: of a large vault, most are never asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, MutableMapping

from vaultkit.model.note import NO_FACTS, Link, Note, NotePath, Value
from vaultkit.model.record import NamedTuple
from vaultkit.parse.packed import pack, unpack_links, unpack_properties

Load = Callable[[NotePath], Note]
Holding = Callable[[str], Iterable[tuple[NotePath, str]] | None]


class PackedNote(NamedTuple):
    """A note as it is kept: the digest of its bytes, whether they could not be read, its facts as `parse.packed` makes
    them."""

    digest: str
    unreadable: bool
    facts: str


class Notes(MutableMapping[NotePath, Note]):
    """A mapping of which some entries are only known by their path until `load` makes the note.

    `waiting` are the paths of these; a note is loaded once. `holding` gives those whose packed facts
    (`parse.packed`) have a text in them, both in lower case, and the packed facts of each; None when it cannot tell.
    `packed` gives a waiting note as it is kept, for those who need no more.
    """

    def __init__(
        self,
        known: Iterable[Note] = (),
        waiting: Iterable[NotePath] = (),
        load: Load | None = None,
        holding: Holding | None = None,
        *,
        packed: Callable[[NotePath], PackedNote] | None = None,
    ) -> None:
        self._notes: dict[NotePath, Note | None] = dict.fromkeys(waiting)
        self._notes.update((note.path, note) for note in known)
        self._load = load
        self._holding = holding
        self._packed = packed
        self._ready: dict[NotePath, PackedNote] = {}

    def packed(self, path: NotePath) -> PackedNote:
        """A note as it is kept; for another file a note without facts."""
        if self._packed and path in self._notes and self._notes[path] is None:
            return self._packed(path)
        return self._ready.pop(path, None) or self._made(path)

    def make_ready(self, path: NotePath) -> None:
        """Do the work now that `packed` will ask for once."""
        if self._notes[path] is not None:
            self._ready[path] = self._made(path)

    def _made(self, path: NotePath) -> PackedNote:
        note = self.get(path) or Note(path, "", NO_FACTS)
        return PackedNote(note.digest, note.unreadable, pack(note.facts))

    def is_waiting(self, path: NotePath) -> bool:
        """Whether a note of the mapping is still to be loaded."""
        return self._notes[path] is None

    def ready(self) -> dict[NotePath, Note | None]:
        """All of the mapping as it is now, None for a note that is still to be loaded."""
        return dict(self._notes)

    def glance(self, path: NotePath) -> Note:
        """A note for one look at it: one that is still to be loaded stays so."""
        note = self._notes[path]
        if note is None:
            assert self._load, "a waiting note needs a way to load it"
            return self._load(path)
        return note

    def links(self, sign: str) -> Iterator[tuple[NotePath, tuple[Link, ...]]]:
        """The links of at least the notes that hold a text somewhere in their packed facts, whatever its letter case;
        nothing is unpacked but these."""
        known, waiting = self._parted(sign)
        yield from ((note.path, note.facts.links) for note in known)
        for path, packed in waiting:
            yield path, unpack_links(packed) if packed else self[path].facts.links

    def properties(self, name: str) -> Iterator[tuple[NotePath, dict[str, Value]]]:
        """The properties of at least the notes that have one of this name, whatever its letter case; nothing is
        unpacked but these."""
        known, waiting = self._parted(json.dumps(name)[1:-1])
        yield from ((note.path, note.facts.properties) for note in known)
        for path, packed in waiting:
            yield path, unpack_properties(packed) if packed else self[path].facts.properties

    def _parted(self, sign: str) -> tuple[list[Note], Iterable[tuple[NotePath, str]]]:
        """The notes that are loaded, and of the others those that hold a text, with their packed facts if there are:
        one by one, since all at once would fill the memory."""
        known = [note for note in self._notes.values() if note is not None]
        waiting = {path for path, note in self._notes.items() if note is None}
        found = self._holding(sign.lower()) if self._holding and waiting else None
        if found is None:
            return known, [(path, "") for path in waiting]
        return known, ((path, packed) for path, packed in found if path in waiting)

    def __getitem__(self, path: NotePath) -> Note:
        note = self._notes[path]
        if note is None:
            assert self._load, "a waiting note needs a way to load it"
            note = self._notes[path] = self._load(path)
        return note

    def __setitem__(self, path: NotePath, note: Note) -> None:
        self._ready.pop(path, None)
        self._notes[path] = note

    def __delitem__(self, path: NotePath) -> None:
        self._ready.pop(path, None)
        del self._notes[path]

    def __iter__(self) -> Iterator[NotePath]:
        return iter(self._notes)

    def __len__(self) -> int:
        return len(self._notes)

    def __contains__(self, path: object) -> bool:
        return path in self._notes
