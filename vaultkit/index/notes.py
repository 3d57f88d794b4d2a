"""Notes by path, unpacked when somebody asks for them: of a large vault, most are never asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableMapping

from vaultkit.model.note import Note, NotePath

Load = Callable[[NotePath], Note]


class Notes(MutableMapping[NotePath, Note]):
    """A mapping of which some entries are only known by their path until `load` makes the note.

    `waiting` are the paths of these; a note is loaded once.
    """

    def __init__(self, known: Iterable[Note] = (), waiting: Iterable[NotePath] = (), load: Load | None = None) -> None:
        self._notes: dict[NotePath, Note | None] = dict.fromkeys(waiting)
        self._notes.update((note.path, note) for note in known)
        self._load = load

    def __getitem__(self, path: NotePath) -> Note:
        note = self._notes[path]
        if note is None:
            assert self._load, "a waiting note needs a way to load it"
            note = self._notes[path] = self._load(path)
        return note

    def __setitem__(self, path: NotePath, note: Note) -> None:
        self._notes[path] = note

    def __delitem__(self, path: NotePath) -> None:
        del self._notes[path]

    def __iter__(self) -> Iterator[NotePath]:
        return iter(self._notes)

    def __len__(self) -> int:
        return len(self._notes)

    def __contains__(self, path: object) -> bool:
        return path in self._notes
