"""Which file of the vault a link opens: Obsidian's `getFirstLinkpathDest`, in time that grows with the candidates only.

The rule, with `p` the link's path without letter case, in Unicode NFC, with no-break spaces as spaces:

- `./x`, `../x` are joined with the source's folder, `/x` with the root: that very file, or it with `.md`, or none.
- The file at `p` from the root, then at `p` + `.md`.
- Else the files whose path ends with `/p`, then those with `/p.md`; the ones below the source's folder come before
  the others, and then the shorter path string comes first.

Aliases, titles, folders and other endings than `.md` are never tried.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from vaultkit.index.filed import Filed
from vaultkit.model.note import Block, Footnote, Heading, NotePath
from vaultkit.model.path import composed
from vaultkit.model.record import NamedTuple

Key = tuple[str, ...]
"""A question that was put to the index: its kind and what it was about. Texts only, so that it can be stored."""

Place = Heading | Block | Footnote

WHITE = (
    "\t\n\x0b\x0c\r \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What JavaScript's `\\s` and `trim` take for white space."""

_KNOWN_AT_ONCE = 30_000
"""So many answers are kept for whoever asks again: those of a vault of 10,000 notes."""

_FEW = 8
"""So many files of one name are told apart one by one."""

_GAPS = dict.fromkeys(map(ord, """!"#$%&()*+,.:;<=>?@^`{|}~/[]\\""" + WHITE), " ")
_NO_BREAK = str.maketrans({"\u00a0": " ", "\u202f": " "})


class Resolution(NamedTuple):
    """What a link opens.

    `path` is the file or None; `candidates` are all files that fit, the chosen one first, or that one alone where it is
    beyond doubt. `place` is the heading, block or footnote that the subpath names. `place_ok`: the file is there, and
    so is the place if one is named; None when that cannot be known (a page of a PDF, a note whose text is not at hand).
    `ambiguous`: nothing but the length of the paths, or not even that, speaks for the chosen file.
    """

    path: NotePath | None
    candidates: tuple[NotePath, ...]
    place: Place | None
    place_ok: bool | None
    ambiguous: bool


class Found(NamedTuple):
    """A resolution without a subpath, and the question whose answer it is."""

    resolution: Resolution
    key: Key


class Placed(NamedTuple):
    """The place that a subpath names, whether it is there (None: not known), and the questions whose answer it is."""

    place: Place | None
    place_ok: bool | None
    keys: tuple[Key, ...]


NOTHING = Resolution(None, (), None, False, False)


def trim(text: str) -> str:
    """The text without white space at its ends, as JavaScript's `trim` sees it."""
    return text.strip(WHITE)


@lru_cache(maxsize=1 << 16)
def strip(heading: str) -> str:
    """A heading as links compare it: signs become spaces, runs of white space one, no letter case (`stripHeading`)."""
    return " ".join(filter(None, heading.translate(_GAPS).split(" "))).lower()


def fold(path: str) -> str:
    """A path as links compare it: NFC, no-break spaces as spaces, no letter case."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", path.translate(_NO_BREAK)).lower()


def folder_of(path: str) -> str:
    """The folder of a file of the vault; "" at the root."""
    return path.rpartition("/")[0]


def name_keys(path: str) -> tuple[Key, ...]:
    """The questions about names that the coming or going of a file answers anew."""
    name = fold(path).rpartition("/")[2]
    return (("name", name), ("name", name[:-3])) if name.endswith(".md") else (("name", name),)


class FileTable:
    """The files of a vault by folded name, and where many share one by folded path too. Files that differ only in
    letter case or Unicode form are kept side by side."""

    def __init__(self, files: Iterable[NotePath] = ()) -> None:
        self.files: dict[NotePath, None] = dict.fromkeys(files)
        names = [path.rpartition("/")[2] for path in self.files]
        folded = [name.lower() if name.isascii() else fold(name) for name in names]
        self._by_name: Filed[str, NotePath] = Filed(folded, self.files)
        self._by_path: Filed[str, NotePath] | None = None
        """Made when somebody asks for a path whose name many files have."""
        self._found_anywhere: dict[str, Found] = {}
        self.known: Callable[[str], Found | None] = self._found_anywhere.get
        """What a path part opens from every folder, if somebody asked for it before."""
        self._found_from: dict[tuple[str, str], Found] = {}
        self._fitting_files: dict[str, tuple[NotePath, ...]] = {}
        self._ordered_files: dict[str, list[NotePath]] = {}

    def add(self, path: NotePath) -> bool:
        """Take in a file; whether it is new."""
        if path in self.files:
            return False
        folded = fold(path)
        self.files[path] = None
        if self._by_path is not None:
            self._by_path.add(folded, path)
        self._by_name.add(folded.rpartition("/")[2], path)
        self._forget_answers()
        return True

    def remove(self, path: NotePath) -> bool:
        """Forget a file; whether it was there."""
        if path not in self.files:
            return False
        folded = fold(path)
        del self.files[path]
        if self._by_path is not None:
            self._by_path.remove(folded, path)
        self._by_name.remove(folded.rpartition("/")[2], path)
        self._forget_answers()
        return True

    def _forget_answers(self) -> None:
        self._found_anywhere.clear()
        self._found_from.clear()
        self._fitting_files.clear()
        self._ordered_files.clear()

    def _with_path(self, folded: str) -> Sequence[NotePath]:
        """The files with this folded path."""
        near = self._by_name.get(folded.rpartition("/")[2])
        if len(near) <= _FEW:
            return [path for path in near if fold(path) == folded]
        if self._by_path is None:
            self._by_path = Filed(list(map(fold, self.files)), self.files)
        return self._by_path.get(folded)

    def alone(self, path: NotePath) -> bool:
        """Whether no other file bears the name of this one, whatever the letter case."""
        return len(self._by_name.get(fold(path).rpartition("/")[2])) <= 1

    def named(self, name: str) -> tuple[NotePath, ...]:
        """The files of a name (with its ending), without letter case, in order of path."""
        return tuple(sorted(self._by_name.get(fold(name))))

    def same_elsewhere(self, path: str) -> tuple[NotePath, ...]:
        """The other files whose path is this one where letter case and Unicode form do not matter."""
        near = self._with_path(fold(path))
        if len(near) < 2:
            return ()
        form = unicodedata.normalize("NFC", path).lower()
        return tuple(
            sorted(item for item in near if item != path and unicodedata.normalize("NFC", item).lower() == form)
        )

    def at(self, path: str) -> Found:
        """The file at exactly this path, as canvas files name theirs; only the Unicode form may differ."""
        form = composed(path)
        same = [item for item in self._with_path(fold(path)) if composed(item) == form]
        resolution = _resolution(same, path) if same else NOTHING
        return Found(resolution, ("name", fold(path).rpartition("/")[2]))

    def find(self, target: str, folder: str) -> Found:
        """What a link's path part opens from a note in `folder`. The target must not be empty."""
        return self.known(target) or self._found_from.get((folder, target)) or self._look_up(target, folder)

    def _look_up(self, target: str, folder: str) -> Found:
        wanted = trim(target if target.isascii() else target.translate(_NO_BREAK))
        relative = wanted.startswith(("/", "./", "../"))
        wanted = _joined(wanted, folder) if relative else wanted
        wanted = composed(wanted)
        lower = wanted.lower()
        resolution, everywhere = None if relative or "/" in lower else self._only(lower), not relative
        resolution = resolution or self._exact(wanted, lower)
        if not resolution and not relative:
            resolution, everywhere = self._search(wanted, lower, folder)
        resolution = resolution or NOTHING
        found = Found(resolution, ("name", lower.rpartition("/")[2]))
        if len(self._found_anywhere) + len(self._found_from) >= _KNOWN_AT_ONCE:
            self._found_anywhere.clear()
            self._found_from.clear()
        if everywhere:
            self._found_anywhere[target] = found
        else:
            self._found_from[folder, target] = found
        return found

    def shortest(self, path: NotePath, folder: str) -> str:
        """The shortest link text by which a note in `folder` opens a file beyond doubt."""
        whole = path[:-3] if path.endswith(".md") else path
        for text in (whole.rpartition("/")[2], whole):
            resolution = self.find(text, folder).resolution
            if resolution.path == path and (len(resolution.candidates) == 1 or text == whole):
                return text
        return path if self.find(path, folder).resolution.path == path else "/" + path

    def _only(self, name: str) -> Resolution | None:
        """What a name opens that fits one file of the vault alone, wherever that is."""
        fitting = (*self._by_name.get(name), *self._by_name.get(name + ".md"))
        return Resolution(fitting[0], fitting, None, True, False) if len(fitting) == 1 else None

    def _exact(self, wanted: str, lower: str) -> Resolution | None:
        for end in ("", ".md"):
            if same := self._with_path(lower + end):
                return _resolution(same, wanted + end)
        return None

    def _search(self, wanted: str, lower: str, folder: str) -> tuple[Resolution, bool]:
        """What a path opens by its end, and whether that holds for every folder."""
        for end in (wanted, wanted + ".md"):
            fitting = self._fitting(end.lower())
            if len(fitting) == 1:
                return Resolution(fitting[0], fitting, None, True, False), True
            if fitting:
                return (self._nearest(fitting, folder, end) if folder else _doubtful(fitting)), False
        return NOTHING, True

    def _fitting(self, ending: str) -> tuple[NotePath, ...]:
        """The files whose folded path ends so, at the boundary of a folder; the shortest path first."""
        found = self._by_name.get(ending.rpartition("/")[2])
        if len(found) < 2:
            return tuple(path for path in found if "/" not in ending or fold(path).endswith("/" + ending))
        fitting = self._fitting_files.get(ending)
        if fitting is None:
            fits = [path for path in found if "/" not in ending or fold(path).endswith("/" + ending)]
            fitting = self._fitting_files[ending] = tuple(sorted(fits, key=lambda path: (len(path), path)))
        return fitting

    def _in_order(self, ending: str) -> list[NotePath]:
        """The same files in order of path: those below a folder stand together."""
        ordered = self._ordered_files.get(ending)
        if ordered is None:
            ordered = self._ordered_files[ending] = sorted(self._fitting(ending))
        return ordered

    def _nearest(self, fitting: tuple[NotePath, ...], folder: str, end: str) -> Resolution:
        """One of several files: that beside the source, or the only one below it, is beyond doubt."""
        inside = folder + "/"
        if beside := [path for path in self._with_path(fold(inside + end)) if path.startswith(inside)]:
            return _resolution(beside, inside + end)
        in_order = self._in_order(end.lower())
        first = bisect_left(in_order, inside)
        after = bisect_left(in_order, folder + "0")  # the character behind "/"
        if after - first == 1:
            return Resolution(in_order[first], (in_order[first],), None, True, False)
        if after == first:
            return _doubtful(fitting)
        return _doubtful(tuple(sorted(fitting, key=lambda path: (not path.startswith(inside), len(path), path))))


def _joined(wanted: str, folder: str) -> str:
    """A path from the root for one that starts with `/`, `./` or `../`; "" when it leaves the vault."""
    parts = [] if wanted.startswith("/") or not folder else folder.split("/")
    for part in wanted.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _resolution(same: Sequence[NotePath], spelled: str) -> Resolution:
    """Files of one folded path: the one spelled like the link, else it is open which one is meant."""
    if len(same) == 1:
        return Resolution(same[0], (same[0],), None, True, False)
    ordered = tuple(sorted(same, key=lambda path: (path != spelled, path)))
    return Resolution(ordered[0], ordered, None, True, len(ordered) > 1 and ordered[0] != spelled)


def _doubtful(fitting: tuple[NotePath, ...]) -> Resolution:
    return Resolution(fitting[0], fitting, None, True, True)
