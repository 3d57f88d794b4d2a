"""Stretches of published texts: what a page or an embed shows of a note."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from vaultkit.model.expression import expression
from vaultkit.model.note import Link
from vaultkit.model.record import NamedTuple
from vaultkit.parse.inline import emptied
from vaultkit.publish.select import PublishedNote

_FENCE = expression(r"[ \t>]*(?:`{3,}|~{3,})[ \t]*\Z")


class Piece(NamedTuple):
    """A stretch of a published note's text."""

    note: PublishedNote
    start: int
    end: int

    def holds(self, offset: int) -> bool:
        return self.start <= offset < self.end


def body_of(note: PublishedNote) -> Piece:
    """A note's whole text, front matter excepted."""
    return Piece(note, note.facts.frontmatter.span.end, len(note.text))


def in_comment(piece: Piece) -> bool:
    """Whether a comment reaches over an end of a piece: it could not be told as one there."""
    spans = [comment.span for comment in piece.note.facts.comments]
    return any(start < offset < end for start, end in spans for offset in (piece.start, piece.end))


def text_of(piece: Piece) -> str:
    """The text of a piece with nothing in its comments. A block that is indented where it stands begins at the margin
    here."""
    text = piece.note.text
    part = emptied(text, piece.note.facts.comments, piece.start, piece.end)
    indent = piece.start - max(text.rfind("\n", 0, piece.start), text.rfind("\r", 0, piece.start)) - 1
    if not indent or text[piece.start - indent : piece.start].strip():
        return part
    return re.sub(rf"(?m)^[ \t]{{1,{indent}}}", "", part)


def links_of(piece: Piece) -> list[Link]:
    """The links in a piece that a reader sees."""
    return [
        link
        for link in piece.note.facts.links
        if not link.property and not link.hidden and piece.holds(link.span.start)
    ]


def bases_of(piece: Piece) -> Iterator[str]:
    """The texts of the bases among the code blocks of a piece, as they would be in files."""
    text = piece.note.text
    for code in piece.note.facts.code:
        if code.kind == "fence" and code.language.lower() == "base" and piece.holds(code.span.start):
            before = text[text.rfind("\n", 0, code.span.start) + 1 : code.span.start]
            _, *lines = text[slice(*code.span)].splitlines()
            if lines and _FENCE.match(lines[-1]):
                lines.pop()
            quotes = re.compile(rf"(?:[ \t]*>[ \t]?){{{before.count('>')}}}")
            yield textwrap.dedent("\n".join(quotes.sub("", line, count=1) for line in lines))
