"""The ids that headings and blocks get on a page, so that whoever writes an address needs no renderer.

The three kinds can never collide: a heading's id holds letters, digits, `-` and `_`, a block's id begins with `^`, and
the renderer's own ids for footnotes hold a `:`. In an address an id is percent-encoded like any other text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from vaultkit.parse import grammar
from vaultkit.parse.inline import plain

_LINK = re.compile(rf"(!?){grammar.WIKILINK.pattern}")
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
    """What a heading's id is made of its text; `section` when nothing is left.

    A link without a text of its author's gives its last part and an embed gives nothing, whether the target is
    published or not: an id must not tell a path.
    """
    words = " ".join(plain(_LINK.sub(_words, _COMMENT.sub("", text))).lower().split())
    return _DROPPED.sub(_mark, words).replace(" ", "-") or "section"


def _words(link: re.Match[str]) -> str:
    parts = grammar.wikilink(link[2])
    if parts is None:
        return link[0]
    if parts.display is not None:
        return parts.display
    name = parts.target.rpartition("/")[2].removesuffix(".md") or parts.subpath.rpartition("#")[2]
    return "" if link[1] else name


def _mark(match: re.Match[str]) -> str:
    """Combining marks belong to the letter before them, though `\\w` leaves them out."""
    return match[0] if unicodedata.category(match[0]).startswith("M") else ""
