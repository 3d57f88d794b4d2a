"""What links to a page, and the words around the link, as a reader of the linking page sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultkit.model.note import Facts, Link, NotePath
from vaultkit.parse.inline import plain, shown
from vaultkit.publish.jobs import JobMaker, last_part
from vaultkit.publish.page import Backlink
from vaultkit.publish.select import PublishedNote, PublishSet

_CONTEXT = 280
_SIGNS = re.compile(r"(?m)^[ \t]*(?:(?:>[ \t]?)+|#{1,6}[ \t]|(?:[-*+]|\d+[.)])[ \t](?:\[.\][ \t])?)+")


def mentions(notes: PublishSet, maker: JobMaker) -> dict[NotePath, tuple[Backlink, ...]]:
    """For each page the pages that link to it, with the words around their first link."""
    found: dict[NotePath, dict[NotePath, Backlink]] = {}
    for path, note in notes.notes.items():
        for link in note.facts.links:
            if link.hidden or link.property:
                continue
            target = maker.target(link, path)
            if target is None or target == path or target not in notes.notes or path in found.get(target, ()):
                continue
            found.setdefault(target, {})[path] = Backlink(path, context(note, link, maker))
    return {path: tuple(links.values()) for path, links in found.items()}


def context(note: PublishedNote, link: Link, maker: JobMaker) -> str:
    """The words around a link, as a reader of its page sees them."""
    line = _SIGNS.sub("", _as_shown(note, *_around(note.text, link.span.start, note.facts), maker))
    return " ".join(plain(line).replace("|", " ").split())


def public_text(note: PublishedNote, maker: JobMaker) -> str:
    """All that the body of a published note says by itself: its source, without comments and the ways of its links."""
    return _as_shown(note, note.facts.frontmatter.span.end, len(note.text), maker)


def _as_shown(note: PublishedNote, start: int, end: int, maker: JobMaker) -> str:
    pieces: list[str] = []
    at = start
    for (low, high), words in sorted(_replaced(note, start, end, maker)):
        if low >= at:
            pieces += (note.text[at:low], words)
            at = high
    return "".join(pieces) + note.text[at:end]


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


def _replaced(note: PublishedNote, start: int, end: int, maker: JobMaker) -> Iterator[tuple[tuple[int, int], str]]:
    """What does not stand in the words around a link as it was typed, and what is put there."""
    for comment in note.facts.comments:
        low, high = max(comment.span.start, start), min(comment.span.end, end)
        if low < high:
            yield (low, high), ""
    for link in note.facts.links:
        if not link.property and not link.hidden and link.span.start < end and link.span.end > start:
            span = (max(link.span.start, start), min(link.span.end, end))
            yield span, "" if link.kind == "embed" else link_text(link, note.path, maker)
    for block in note.facts.blocks:
        if start <= block.id_span.start < end:
            yield (block.id_span.start, min(block.id_span.end, end)), ""


def link_text(link: Link, source: NotePath, maker: JobMaker) -> str:
    """What a reader sees of a link: the author's text, else what Obsidian shows, and never the way to a note outside
    the set."""
    if link.display:
        return link.display
    return shown(link) if maker.published(maker.target(link, source)) else last_part(link)
