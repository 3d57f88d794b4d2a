"""The ids that headings and blocks get on a page, so that whoever writes an address needs no renderer.

The three kinds can never collide: a heading's id holds letters, digits, `-` and `_`, a block's id begins with `^`, and
the renderer's own ids for footnotes hold a `:`. In an address an id is percent-encoded like any other text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_DROPPED = re.compile(r"[^\w \-]")
_COMMENT = re.compile(r"%%.*?(?:%%|\Z)", re.DOTALL)


def heading_ids(headings: Iterable[str]) -> list[str]:
    """The ids of a page's headings, given the source texts of all of them in order, as `Facts.headings` has them.

    The ids are GitHub's: lower case, punctuation gone, spaces to hyphens, `-1` and so on behind what was there before.
    """
    ids = HeadingIds()
    return [ids.next(text) for text in headings]


def block_id(name: str) -> str:
    """The id of the block that is named `^name` in its note; letter case is kept."""
    return "^" + name


class HeadingIds:
    """Gives one heading after the other its id."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def next(self, text: str) -> str:
        """The id of the next heading, by its source text."""
        wanted = unique = slug(text)
        while unique in self._seen:
            self._seen[wanted] += 1
            unique = f"{wanted}-{self._seen[wanted]}"
        self._seen[unique] = 0
        return unique


def slug(text: str) -> str:
    """What a heading's id is made of its text; `section` when nothing is left."""
    from vaultkit.parse.inline import plain

    words = " ".join(plain(_COMMENT.sub("", text)).lower().split())
    return _DROPPED.sub(_mark, words).replace(" ", "-") or "section"


def _mark(match: re.Match[str]) -> str:
    """Combining marks belong to the letter before them, though `\\w` leaves them out."""
    return match[0] if unicodedata.category(match[0]).startswith("M") else ""
