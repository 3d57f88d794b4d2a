"""What links to a page, and the words around the link, as a reader of the linking page sees them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from operator import itemgetter

from vaultkit.model.note import Facts, Link, NotePath
from vaultkit.parse.inline import plain, shown
from vaultkit.publish.jobs import JobMaker, last_part
from vaultkit.publish.page import Backlink
from vaultkit.publish.select import PublishedNote, PublishSet

_Replaced = tuple[int, int, str]
"""From where to where, and what is shown instead."""

_CONTEXT = 280
_SIGNS = re.compile(r"(?m)^[ \t]*(?:(?:>[ \t]?)+|#{1,6}[ \t]|(?:[-*+]|\d+[.)])[ \t](?:\[.\][ \t])?)+")


def mentions(
    notes: PublishSet, texts: ShownTexts, sources: Iterable[NotePath] | None = None
) -> dict[NotePath, tuple[Backlink, ...]]:
    """For each page the pages that link to it (all, or those of the `sources`), with the words around their first
    link."""
    found: dict[NotePath, dict[NotePath, Backlink]] = {}
    for path in notes.notes if sources is None else sources:
        for link in notes.notes[path].facts.links:
            if link.hidden or link.property:
                continue
            target = texts.maker.target(link, path)
            if target is None or target == path or target not in notes.notes or path in found.get(target, ()):
                continue
            found.setdefault(target, {})[path] = Backlink(path, texts.around(notes.notes[path], link))
    return {path: tuple(links.values()) for path, links in found.items()}


class ShownTexts:
    """The texts of published notes as they are shown: without comments and embeds, and with the words of links in place
    of the links."""

    def __init__(self, maker: JobMaker) -> None:
        self.maker = maker
        self._known: dict[NotePath, list[_Replaced]] = {}

    def whole(self, note: PublishedNote) -> str:
        """All that the body of a note says by itself."""
        return self._part(note, note.facts.frontmatter.span.end, len(note.text))

    def around(self, note: PublishedNote, link: Link) -> str:
        """The words around a link, on one line."""
        line = _SIGNS.sub("", self._part(note, *_around(note.text, link.span.start, note.facts)))
        return " ".join(plain(line).replace("|", " ").split())

    def _part(self, note: PublishedNote, start: int, end: int) -> str:
        if note.path not in self._known:
            self._known[note.path] = _one_by_one(sorted(_replaced(note, self.maker)))
        replaced = self._known[note.path]
        pieces: list[str] = []
        at = start
        for low, high, words in replaced[bisect_left(replaced, start, key=itemgetter(1)) :]:
            if low >= end:
                break
            if low >= at:
                pieces += (note.text[at:low], words)
            at = max(at, high)
        return "".join(pieces) + note.text[at:end]


def _one_by_one(replaced: Iterable[_Replaced]) -> list[_Replaced]:
    """Without what stands within another, such as a block's id in a comment."""
    kept: list[_Replaced] = []
    for item in replaced:
        if not kept or item[0] >= kept[-1][1]:
            kept.append(item)
    return kept


def _around(text: str, offset: int, facts: Facts) -> tuple[int, int]:
    """The line of a link, or as much before and behind it as is worth showing, cut between words."""
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    ends = [at for at in (text.find("\n", offset), text.find("\r", offset)) if at >= 0]
    end = min(ends, default=len(text))
    if offset - start > _CONTEXT // 2:
        start = text.find(" ", offset - _CONTEXT // 2, offset) + 1 or offset
    if end - offset > _CONTEXT:
        space = text.rfind(" ", offset, offset + _CONTEXT)
        end = space if space >= 0 else offset + _CONTEXT
    return max(start, facts.frontmatter.span.end), end


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
