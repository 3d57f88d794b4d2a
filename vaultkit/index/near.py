"""Did you mean: names within a few typing errors of a name, found without looking at all of them.

Names are compared as their letters and digits alone, without case and accents, and only with names of the same digits:
`2024-05-02` is not a slip for `2024-05-03`. A text is cut into three pieces; whatever lies within two edits of it holds
one of the pieces unchanged, at most two places off (the partition scheme of Pass-Join, Li et al. 2011). So pieces are
dictionary keys, and also the keys by which a new file finds the questions that it answers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from vaultkit.index.file_kinds import stem_of
from vaultkit.index.filed import Filed
from vaultkit.index.resolve import Key
from vaultkit.model.expression import expression
from vaultkit.model.note import NotePath

_EDITS = 2

Piece = tuple[str, int, int, str]
"""The digits of a text and its length, which piece of it this is, and its letters."""

_OTHER = expression(r"[^a-z0-9]+")


def letters(name: str) -> str:
    """The letters and digits of a name, without case and accents."""
    if not name.isascii():
        name = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
        return "".join(filter(str.isalnum, name.lower()))
    return _OTHER.sub("", name.lower())


def distance(left: str, right: str, limit: int) -> int:
    """Insertions, deletions and replacements between two texts; anything above `limit` is `limit` + 1. Where only one
    slip is allowed, two letters changed over count as one."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    start = 0
    shortest = min(len(left), len(right))
    while start < shortest and left[start] == right[start]:
        start += 1
    end = 0
    while end < shortest - start and left[-1 - end] == right[-1 - end]:
        end += 1
    left, right = left[start : len(left) - end], right[start : len(right) - end]
    if not left or not right:
        return min(len(left) + len(right), limit + 1)
    return _rows(left, right, limit)


def _rows(left: str, right: str, limit: int) -> int:
    """The rest of `distance`, row by row of the table."""
    older: list[int] = []
    old = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(old[j] + 1, row[-1] + 1, old[j - 1] + (a != b))
            if limit == 1 and i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        older, old = old, row
    return min(old[-1], limit + 1)


def allowed(text: str) -> int:
    """How many slips in a text of this length are still the same word."""
    return 0 if len(text) < 4 else 1 if len(text) < 16 else _EDITS


def slips(wanted: str, text: str) -> int | None:
    """How many slips lie between what was wanted and another text; None for another word. Digits are never slips, and
    the first letter of a short word is seldom one."""
    if _digits(wanted) != _digits(text) or (len(wanted) < 8 and wanted[:1] != text[:1]):
        return None
    found = distance(wanted, text, allowed(wanted))
    return found if found <= allowed(wanted) else None


@lru_cache(maxsize=512)
def _cuts(length: int) -> tuple[tuple[int, int], ...]:
    """Where the three pieces of a text of this length start and end."""
    third, rest = divmod(length, 3)
    first, second = third, 2 * third + (rest > 1)
    return (0, first), (first, second), (second, length)


def _digits(text: str) -> str:
    return "" if text.isalpha() else "".join(filter(str.isdigit, text))


def _filed_under(text: str) -> Iterator[Piece]:
    """The pieces under which a text of `letters` is filed."""
    digits, length = _digits(text), len(text)
    for number, (start, end) in enumerate(_cuts(length)):
        yield digits, length, number, text[start:end]


def _looked_for(text: str) -> Iterator[Piece]:
    """The pieces of all texts within two edits of a text of `letters`, and of some others."""
    digits = _digits(text)
    for length in range(max(1, len(text) - _EDITS), len(text) + _EDITS + 1):
        for number, (start, end) in enumerate(_cuts(length)):
            for at in range(max(0, start - _EDITS), min(len(text) - (end - start), start + _EDITS) + 1):
                yield digits, length, number, text[at : at + end - start]


def _question(piece: Piece) -> Key:
    digits, length, number, part = piece
    return "near", digits, f"{length}.{number}.{part}"


def pieces(text: str) -> Iterator[Key]:
    """The questions for the pieces under which a text of `letters` is filed."""
    return map(_question, _filed_under(text))


def probes(text: str) -> Iterator[Key]:
    """The questions for the pieces of all texts within two edits of a text of `letters`, and of some others."""
    return map(_question, _looked_for(text))


class NearNames:
    """The names of files, filed by the hashes of their pieces: what shares a hash by chance is not near."""

    def __init__(self, files: Collection[NotePath]) -> None:
        texts = [letters(stem_of(path)) for path in files]
        self._paths: Filed[str, NotePath] = Filed(texts, files)
        filed = [(hash(piece), text) for text in dict.fromkeys(texts) for piece in _filed_under(text)]
        self._texts: Filed[int, str] = Filed([key for key, _ in filed], [text for _, text in filed])

    def add(self, path: NotePath) -> None:
        """File a file."""
        text = letters(stem_of(path))
        if text not in self._paths:
            for key in map(hash, _filed_under(text)):
                self._texts.add(key, text)
        self._paths.add(text, path)

    def remove(self, path: NotePath) -> None:
        """Forget a file."""
        text = letters(stem_of(path))
        self._paths.remove(text, path)
        if text not in self._paths:
            for key in map(hash, _filed_under(text)):
                self._texts.remove(key, text)

    def find(self, name: str) -> list[tuple[int, NotePath]]:
        """The files whose name is near `name`, with the number of slips between them, in no order."""
        wanted = letters(stem_of(name))
        if not wanted:
            return []
        keys = _looked_for(wanted) if allowed(wanted) else _filed_under(wanted)
        near: set[str] = set()
        for key in map(hash, keys):
            near.update(self._texts.get(key))
        found = [(count, text) for text in near if (count := slips(wanted, text)) is not None]
        return [(count, path) for count, text in found for path in self._paths.get(text)]


def near_texts(wanted: str, known: Sequence[str], most: int = 3) -> tuple[str, ...]:
    """The texts of a short list that resemble the one wanted, best first: the same letters, the same words in another
    number or order, or much of it in common."""
    target = letters(wanted)
    scored = []
    for number, text in enumerate(dict.fromkeys(known)):
        other = letters(text)
        from difflib import SequenceMatcher

        matcher = SequenceMatcher(None, other, target, autojunk=False)
        if target and other and matcher.real_quick_ratio() >= 0.7 and matcher.quick_ratio() >= 0.7:
            ratio = matcher.ratio()
            if ratio >= 0.7:
                scored.append((-ratio, number, text))
    return tuple(text for _, _, text in sorted(scored)[:most])
