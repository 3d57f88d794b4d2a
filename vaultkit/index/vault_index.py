"""The index: every file of the vault, the facts of its notes, and the answers to questions about all of them.

Questions are put through a view (`index.view.IndexView`), which notes down the key of each. `replace`, `add_file` and
`remove_file` return the keys of the questions that may have a new answer (never too few, seldom more), whoever asked
them and whenever. Tables that answer from many notes at once are built when they are first needed and kept true
from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from vaultkit.index.answers import Aliases, answers, folded_aliases, public_facts, value_key
from vaultkit.index.file_kinds import stem_of
from vaultkit.index.notes import Notes, PackedNote
from vaultkit.index.outline import Outline, parts_of, place_keys
from vaultkit.index.resolve import NOTHING, FileTable, Found, Key, Placed, Resolution, fold, folder_of, name_keys
from vaultkit.index.tally import Counts, Tally, sayings
from vaultkit.index.view import IndexView
from vaultkit.model.expression import expression
from vaultkit.model.note import Link, Note, NotePath, Value

if TYPE_CHECKING:
    from vaultkit.index.edges import Edges
    from vaultkit.index.inverted import Inverted
    from vaultkit.index.near import NearNames
    from vaultkit.index.public import PublicNotes
    from vaultkit.model.standing import Publishing

_SLASH = expression("/")
_KNOWN_AT_ONCE = 2_000
"""The places of so many notes are kept for whoever asks again: all those of a large vault would fill the memory."""


class VaultIndex:
    """All files of a vault, and the notes among them. Files that hold links without being Markdown (canvases) may be
    given as notes too; their facts are then those links.

    `files` and `notes` are what is there from the start; nothing is reported about them. `sizes` gives the bytes of
    files that are no notes, as far as they are known; `publishing` gives what tells which notes are meant to be public,
    when it is first needed; None: no note is. `counts` are those of these notes (`index.tally`), `aliases` their
    other names, if they are known.
    """

    def __init__(
        self,
        files: Iterable[NotePath] = (),
        notes: Iterable[Note] | Notes = (),
        sizes: Callable[[], Mapping[NotePath, int]] = dict,
        publishing: Callable[[], Publishing | None] = lambda: None,
        counts: Counts | None = None,
        *,
        aliases: Aliases | None = None,
    ) -> None:
        self._notes = notes if isinstance(notes, Notes) else Notes(notes)
        self._given_sizes = sizes
        self._publishing = publishing
        self._verdicts: dict[str, str] = {}
        self._table = FileTable((*files, *self._notes))
        self._outlines: dict[NotePath, Outline] = {}
        self._places: dict[NotePath, dict[str, Placed]] = {}
        self._first: dict[str, NotePath | None] = {}
        self._near: NearNames | None = None
        self._aliases: Inverted[str] | None = _inverted(aliases.items()) if aliases is not None else None
        self._values: dict[str, Inverted[str]] = {}
        self._tally = Tally(counts) if counts is not None else None
        self._edges: Edges | None = None
        self._deep_edges: Edges | None = None

    @cached_property
    def public(self) -> PublicNotes:
        """Which notes are meant to be public."""
        from vaultkit.index.public import PublicNotes

        return PublicNotes(self._notes, self._publishing)

    @cached_property
    def _sizes(self) -> dict[NotePath, int]:
        return dict(self._given_sizes())

    @property
    def files(self) -> Collection[NotePath]:
        """Every file of the vault, notes included."""
        return self._table.files.keys()

    @property
    def notes(self) -> Mapping[NotePath, Note]:
        """The notes by path."""
        return self._notes

    def glance(self, path: NotePath) -> Note:
        """A note for one look at it: one that is not unpacked yet is not kept unpacked."""
        return self._notes.glance(path)

    def ready(self) -> dict[NotePath, Note | None]:
        """The notes by path, None for those that are not unpacked."""
        return self._notes.ready()

    def is_packed(self, path: NotePath) -> bool:
        """Whether a note is not unpacked yet."""
        return self._notes.is_waiting(path)

    def packed(self, path: NotePath) -> PackedNote:
        """A note as it is kept; for another file a note without facts."""
        return self._notes.packed(path)

    def view(self) -> IndexView:
        """A view that remembers what is asked through it."""
        return IndexView(self)

    def fill(self) -> None:
        """Make the tables that are needed as soon as anything is missing: so a copy of this process shares them."""
        self.near("")
        self.aliased("")

    def let_go(self) -> None:
        """Forget the tables that can be made again from the notes: few will be asked for."""
        self._near = self._aliases = self._edges = self._deep_edges = None
        self._values.clear()
        self._outlines.clear()
        self._places.clear()
        if "public" in self.__dict__:
            self.public.let_go()

    # Changes

    def replace(self, path: NotePath, note: Note | None) -> frozenset[Key]:
        """Take in a note's new state, or its end (None: the file is gone)."""
        old = self._notes.get(path)
        if note is not None and note == old:
            return frozenset()
        same = old is not None and note is not None and public_facts(old) == public_facts(note)
        before = answers(old) | self._links_of(old) | ({} if same else self.public.answers(old))
        if note is None:
            self._notes.pop(path, None)
        else:
            self._notes[path] = note
        self._outlines.pop(path, None)
        self._places.pop(path, None)
        keys = self.remove_file(path) if note is None else self._add(path)
        after = answers(note) | self._links_of(note) | ({} if same else self.public.answers(note))
        self._update_tables(path, note)
        keys |= self._counted(old, note)
        return keys | {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}

    def add_file(self, path: NotePath, size: int = 0) -> frozenset[Key]:
        """Take in a file that is no note, or whose note is not read yet; `size` are its bytes."""
        if path in self._table.files:
            return self._sized(path, size)
        self._sizes[path] = size
        return self._add(path)

    def _add(self, path: NotePath) -> frozenset[Key]:
        """Take in a path, which may be there already."""
        if not self._table.add(path):
            return frozenset()
        if self._near:
            self._near.add(path)
        return self._files_changed(path)

    def remove_file(self, path: NotePath) -> frozenset[Key]:
        """Forget a file that is gone."""
        if path in self._notes:
            return self.replace(path, None)
        if not self._table.remove(path):
            return frozenset()
        self._sizes.pop(path, None)
        if self._near:
            self._near.remove(path)
        return self._files_changed(path)

    def _sized(self, path: NotePath, size: int) -> frozenset[Key]:
        if self._sizes.get(path, 0) == size:
            return frozenset()
        self._sizes[path] = size
        return frozenset((("size", path),))

    def learn(self, verdicts: Mapping[str, str]) -> frozenset[Key]:
        """Take in what is wrong with addresses elsewhere, by URL; "" means nothing."""
        news = {url for url, verdict in verdicts.items() if self._verdicts.get(url, "") != verdict}
        self._verdicts.update(verdicts)
        return frozenset(("online", url) for url in news)

    def _files_changed(self, path: NotePath) -> frozenset[Key]:
        names = name_keys(path)
        for edges in filter(None, (self._edges, self._deep_edges)):
            edges.names_changed(names)
        self._first.clear()
        from vaultkit.index.near import letters, probes

        folders = [("folder", path[: found.start()]) for found in _SLASH.finditer(path)]
        return frozenset((*names, ("path", fold(path)), *folders, *probes(letters(stem_of(path)))))

    def _update_tables(self, path: NotePath, note: Note | None) -> None:
        properties = note.facts.properties if note else {}
        if self._aliases:
            self._aliases.put(path, folded_aliases(properties))
        for name, table in self._values.items():
            table.put(path, _value(properties, name))
        for edges in filter(None, (self._edges, self._deep_edges)):
            edges.put(path, note.facts.links if note else ())
        if "public" in self.__dict__:
            self.public.put(path, note)

    def _counted(self, old: Note | None, note: Note | None) -> frozenset[Key]:
        """The questions for what is usual that have another answer since a note changed; while nothing is counted, all
        that the note speaks of."""
        before, after = sayings(old), sayings(note)
        if before == after:
            return frozenset()
        groups = self._tally.put(before, after) if self._tally else {group for group, _ in before ^ after}
        return frozenset(("usual", group) for group in groups)

    def _links_of(self, note: Note | None) -> dict[Key, object]:
        """What a note's links say to questions about the files that they open."""
        found: dict[Key, object] = {}
        subpaths: dict[Key, set[str]] = {}
        for link in note.facts.links if note else ():
            target = self.find(link, note.path).resolution.path if note else None
            if target is not None:
                found["backlinks", target] = True
                if link.subpath:
                    subpaths.setdefault(("subpaths", target), set()).add(link.subpath)
        return found | subpaths

    # Answers

    def find(self, link: Link, source: NotePath) -> Found:
        """What a link opens, its subpath aside, and the key of the question."""
        if not link.target:
            return Found(Resolution(source, (source,), None, True, False), ("name", ""))
        if link.kind == "path":
            return self._table.at(link.target)
        return self._table.find(link.target, folder_of(source))

    @property
    def known(self) -> Callable[[str], Found | None]:
        """Tells what the target of a note's link opens from everywhere, if somebody asked for it before."""
        return self._table.known

    def look_up(self, target: str, source: NotePath) -> Found:
        """What a link text opens."""
        return self._table.find(target, folder_of(source)) if target else Found(NOTHING, ("name", ""))

    def shortest(self, path: NotePath, source: NotePath) -> str:
        """The shortest link text by which `source` opens a file beyond doubt."""
        return self._table.shortest(path, folder_of(source))

    def having(self, name: str) -> Iterable[tuple[NotePath, Mapping[str, Value]]]:
        """At least the notes that have a property of this name, whatever its letter case, with their properties."""
        return self._notes.properties(name)

    def size(self, path: NotePath) -> int:
        """The bytes of a file that is no note; 0 when they are not known."""
        return self._sizes.get(path, 0)

    def verdict(self, url: str) -> str:
        """What is wrong with an address elsewhere; "" when nothing is, or nobody looked."""
        return self._verdicts.get(url, "")

    def alone(self, path: NotePath) -> bool:
        """Whether no other file bears the name of this one."""
        return self._table.alone(path)

    def named(self, name: str) -> tuple[NotePath, ...]:
        """The files of a name (with its ending), in any folder, without letter case."""
        return self._table.named(name)

    def same_elsewhere(self, path: NotePath) -> tuple[NotePath, ...]:
        """The other files whose path differs by letter case and the encoding of accents alone."""
        return self._table.same_elsewhere(path)

    def first_file_in(self, folder: str) -> NotePath | None:
        """The file of a folder, or of one below it, that comes first in order of path."""
        if folder not in self._first:
            below = (path for path in self._table.files if path.startswith(folder + "/"))
            self._first[folder] = min(below, default=None)
        return self._first[folder]

    def outline(self, path: NotePath) -> Outline | None:
        """The places of a note; None when its text is not known."""
        outline = self._outlines.get(path)
        if outline is None:
            note = self._notes.glance(path) if path in self._notes else None
            if note is None or note.unreadable:
                return None
            if len(self._outlines) >= _KNOWN_AT_ONCE:
                self._outlines.clear()
                self._places.clear()
            outline = self._outlines[path] = Outline(note.facts)
        return outline

    def place(self, path: NotePath, subpath: str) -> Placed:
        """The place in a note that a subpath names, and the keys of the question."""
        placed = self._places.get(path, {}).get(subpath)
        if placed is None:
            outline = self.outline(path)
            place = outline.find(subpath) if outline else None
            place_ok = place is not None or not parts_of(subpath) if outline else None
            placed = Placed(place, place_ok, place_keys(path, subpath))
            self._places.setdefault(path, {})[subpath] = placed
        return placed

    def near(self, name: str) -> list[tuple[int, NotePath]]:
        """Files of a similar name, with the number of slips."""
        if self._near is None:
            from vaultkit.index.near import NearNames

            self._near = NearNames(self._table.files)
        return self._near.find(name)

    def aliased(self, name: str) -> tuple[NotePath, ...]:
        """The notes of which `name` is an alias, without letter case."""
        if self._aliases is None:
            having = self._notes.properties("aliases")
            self._aliases = _inverted((path, folded_aliases(properties)) for path, properties in having)
        return self._aliases.holders(fold(name))

    def holders(self, name: str, value: Value) -> tuple[NotePath, ...]:
        """The notes whose property `name` has just this value."""
        if name not in self._values:
            having = self._notes.properties(name)
            self._values[name] = _inverted((path, _value(properties, name)) for path, properties in having)
        return self._values[name].holders(value_key(value))

    @property
    def counts(self) -> Counts | None:
        """What the notes say and how often, if somebody asked what is usual."""
        return self._tally.counts if self._tally else None

    def usual(self, group: str) -> str:
        """How most notes say something (`index.tally`); "" when none does."""
        if self._tally is None:
            self._tally = Tally.of(self._notes.values())
        return self._tally.usual(group)

    def backlinks(self, path: NotePath) -> tuple[NotePath, ...]:
        """The notes that link to a file, in order of path."""
        if self._edges is None:
            from vaultkit.index.edges import Edges

            self._edges = Edges(self, self._notes.links(""), lambda link: True)
        return self._edges.sources(path)

    def linked_subpaths(self, path: NotePath) -> tuple[str, ...]:
        """The subpaths of all links to a file, sorted, each once."""
        if self._deep_edges is None:
            from vaultkit.index.edges import Edges

            self._deep_edges = Edges(self, self._notes.links('"#'), lambda link: link.subpath)
        return tuple(sorted({link.subpath for link in self._deep_edges.links(path)}))


def _inverted(held: Iterable[tuple[NotePath, Collection[str]]]) -> Inverted[str]:
    from vaultkit.index.inverted import Inverted

    return Inverted(held)


def _value(properties: Mapping[str, Value], name: str) -> tuple[str, ...]:
    return (value_key(properties[name]),) if name in properties else ()
