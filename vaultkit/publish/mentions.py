"""What links to a page, and the words around the link, as a reader of the linking page sees them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import overload

from vaultkit.model.expression import expression
from vaultkit.model.note import Facts, Link, NotePath
from vaultkit.parse.inline import plain, shown
from vaultkit.publish.jobs import JobMaker, last_part
from vaultkit.publish.page import Backlink
from vaultkit.publish.select import PublishedNote, PublishSet
from vaultkit.publish.spool import Spool

_Replaced = tuple[int, int, str]
"""From where to where, and what is shown instead."""

_CONTEXT = 280
_LONGEST = 600
"""Characters of a line that are read before and behind a link."""

_SIGNS = expression(
    r"(?m)^[ \t]*(?:(?:>[ \t]?)+|#{1,6}[ \t]|(?:[-*+]|\d+[.)])[ \t](?:\[.\][ \t])?)+"
    r"(?:\[![^\]\r\n]+\][+-]?[ \t\u00a0]*)?"
)
_HERE = "\ue000"
"""Marks the place of a link while the words around it lose their signs."""


class Backlinks(Sequence[Backlink]):
    """The pages that link to one page, in order; the words are put aside until somebody asks."""

    __slots__ = ("_aside", "_paths", "_places")

    def __init__(self, paths: Sequence[NotePath], aside: Spool) -> None:
        self._paths = paths
        self._aside = aside
        self._places = array("Q")
        """Of each the number of its path, and where its words are."""

    def add(self, number: int, words: str) -> None:
        """One more: the number of its path, and the words around its first link."""
        self._places.extend((number, self._aside.put(words.encode("utf-8", "surrogatepass"))))

    def has(self, number: int) -> bool:
        """Whether the last one has the path of this number."""
        return self._places[-2] == number

    def __len__(self) -> int:
        return len(self._places) // 2

    def paths(self) -> Iterator[NotePath]:
        """The pages alone."""
        return (self._paths[number] for number in self._places[::2])

    @overload
    def __getitem__(self, at: int) -> Backlink: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Backlink]: ...
    def __getitem__(self, at: int | slice) -> Backlink | Sequence[Backlink]:
        if isinstance(at, slice):
            return [self[number] for number in range(len(self))[at]]
        place = 2 * range(len(self))[at]
        number, start = self._places[place : place + 2]
        return Backlink(self._paths[number], self._aside.read(start).decode("utf-8", "surrogatepass"))

    def __iter__(self) -> Iterator[Backlink]:
        paths, read = self._paths, self._aside.read
        for number, start in zip(self._places[::2], self._places[1::2], strict=True):
            yield Backlink(paths[number], read(start).decode("utf-8", "surrogatepass"))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(len(self))


def linking(links: Sequence[Backlink]) -> Iterator[NotePath]:
    """The pages that link to a page."""
    return links.paths() if isinstance(links, Backlinks) else (link.path for link in links)


class Mentions:
    """Gathers who links to whom, one linking page after the other: while its job is made, its text and facts are at
    hand. `found` has for each page those that link to it, with the words around their first link."""

    def __init__(self, notes: PublishSet, texts: ShownTexts) -> None:
        self.maker = texts.maker
        self.found: dict[NotePath, Backlinks] = {}
        self._notes = notes.notes
        self._texts = texts
        self._paths: list[NotePath] = []

    def gather(self, path: NotePath) -> None:
        """Take in the links of a page. Pages are taken in their order."""
        number, notes, texts = len(self._paths), self._notes, self._texts
        self._paths.append(path)
        note = notes[path]
        for link in note.facts.links:
            if link.hidden or link.property:
                continue
            target = self.maker.target(link, path)
            if target is None or target == path or target not in notes:
                continue
            known = self.found.get(target)
            if known is None:
                known = self.found[target] = Backlinks(self._paths, texts.aside)
            elif known.has(number):
                continue
            known.add(number, texts.around(note, link))


class ShownTexts:
    """The texts of published notes as they are shown: without comments and embeds, and with the words of links in place
    of the links. Parts of them are put `aside`."""

    def __init__(self, maker: JobMaker, aside: Spool | None = None) -> None:
        self.maker = maker
        self.aside = aside or Spool()
        self._last: tuple[PublishedNote | None, str, list[_Replaced]] = (None, "", [])
        """The note that was asked about last, with its text."""

    def around(self, note: PublishedNote, link: Link) -> str:
        """The words around a link, on one line."""
        if self._last[0] is not note:
            self._last = (note, note.text, _one_by_one(sorted(_replaced(note, self.maker))))
        start, end = _line(self._last[1], link.span.start, note.facts)
        before = self._part(start, link.span.start).replace(_HERE, "")
        behind = self._part(link.span.start, end).replace(_HERE, "")
        words = plain(_SIGNS.sub("", before) + _HERE + behind).replace("\\|", " ").replace("|", " ")
        return _cut(" ".join(words.split()))

    def _part(self, start: int, end: int) -> str:
        """A stretch of that note as it is shown."""
        _, text, replaced = self._last
        pieces: list[str] = []
        at = start
        for number in range(bisect_left(replaced, start, key=itemgetter(1)), len(replaced)):
            low, high, words = replaced[number]
            if low >= end:
                break
            if low >= at:
                pieces += (text[at:low], words)
            at = max(at, high)
        return "".join(pieces) + text[at:end]


def _one_by_one(replaced: Iterable[_Replaced]) -> list[_Replaced]:
    """Without what stands within another, such as a block's id in a comment, or begins in it."""
    kept: list[_Replaced] = []
    for item in replaced:
        if not kept or item[0] >= kept[-1][1]:
            kept.append(item)
        elif item[1] > kept[-1][1]:
            kept[-1] = (kept[-1][0], item[1], kept[-1][2])
    return kept


def _line(text: str, offset: int, facts: Facts) -> tuple[int, int]:
    """The line of a link, as far as it can be of interest."""
    low, high = max(0, offset - _LONGEST - 1), offset + _LONGEST
    start = max(text.rfind("\n", low, offset), text.rfind("\r", low, offset)) + 1
    ends = [at for at in (text.find("\n", offset, high), text.find("\r", offset, high)) if at >= 0]
    end = min(ends, default=len(text))
    start = start if offset - start <= _LONGEST else text.find(" ", offset - _LONGEST, offset) + 1 or offset
    return max(start, facts.frontmatter.span.end), min(end, high)


def _cut(words: str) -> str:
    """As much before and behind the mark as is worth showing, cut between words."""
    before, _, behind = words.partition(_HERE)
    if len(before) > _CONTEXT // 2:
        before = before[-_CONTEXT // 2 :].partition(" ")[2]
    if len(behind) > _CONTEXT:
        behind = behind[:_CONTEXT].rpartition(" ")[0] or behind[:_CONTEXT]
    return (before + behind).strip()


def _replaced(note: PublishedNote, maker: JobMaker) -> Iterator[_Replaced]:
    """What is not shown as it was typed, and what is put there."""
    for comment in note.facts.comments:
        yield (*comment.span, "")
    for link in note.facts.links:
        if not link.property and not link.hidden:
            yield (*link.span, "" if link.kind == "embed" else link_text(link, note.path, maker))
    for block in note.facts.blocks:
        yield (*block.id_span, "")


def link_text(link: Link, source: NotePath, maker: JobMaker) -> str:
    """What a reader sees of a link: the author's text, else what Obsidian shows, and never the way to a note outside
    the set."""
    if link.display:
        return link.display
    return shown(link) if maker.published(maker.target(link, source)) else last_part(link)
