"""When two headings say the same, and when one is nearly the other."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from vaultkit.parse.inline import plain

FAR = 99
"""How near one heading comes to quite another."""


@lru_cache(maxsize=8192)
def cleaned(text: str) -> str:
    """A heading's source without inline markup, trailing `#`s and white space around and doubled within."""
    return " ".join(plain(text).rstrip().rstrip("#").split())


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """What is compared of a heading: cleaned, without a trailing colon, in lower case, accents composed."""
    return unicodedata.normalize("NFC", cleaned(text).rstrip(":：").rstrip().lower())


def letters(name: str) -> str:
    """A name without all that is neither letter nor digit: `take-aways` and `takeaways` are one, and so are `&` and
    `and`."""
    return "".join(filter(str.isalnum, name.replace("&", "and")))


def closeness(name: str, wanted: str) -> int:
    """How near a heading comes to a wanted one, both normal: the number of slips between them, FAR when it is another.

    A slip is a letter added, left out, changed or swapped with its neighbour. A short name allows one, from eight
    letters on two; white space and punctuation are no slip.
    """
    left, right = letters(name), letters(wanted)
    if left == right:
        return 0 if left else FAR
    allowed = 2 if len(right) >= 8 else 1
    if len(right) < 4 or abs(len(left) - len(right)) > allowed:
        return FAR
    slips = _slips(left, right)
    return slips if slips <= allowed else FAR


def _slips(left: str, right: str) -> int:
    """The optimal string alignment distance."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left):
        two, before, row = before, row, [i + 1]
        for j, b in enumerate(right):
            cost = min(before[j] + (a != b), before[j + 1] + 1, row[j] + 1)
            if i and j and a == right[j - 1] and left[i - 1] == b:
                cost = min(cost, two[j - 1] + 1)
            row.append(cost)
    return row[-1]
