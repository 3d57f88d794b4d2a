"""What a reader sees of Markdown: text without its markup, without its comments.

The facts say what stands where; here they are replaced by what is shown of them, and the signs between are dropped.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from vaultkit.model.expression import expression
from vaultkit.model.note import Code, Comment, Facts, Link
from vaultkit.model.text import Span
from vaultkit.parse import html
from vaultkit.parse.grammar import ENTITY, character, image_size, shown, unnamed
from vaultkit.parse.lines import Lines
from vaultkit.parse.scanner import Scanner

__all__ = ["plain", "shown", "without_comments"]

Piece = tuple[Span, str]
"""A part of the text and what stands in its place. One of no length is a place across which no emphasis reaches."""

_MARKUP = expression(r"[\\`*_\[<$%=~^&:]")
_SIGN = expression(rf"\\([!-/:-@\[-`{{-~])|\\(?=\r?\n(?![ \t]*+\r?(?:\n|\Z)))|<{html.TAG}|{ENTITY.pattern}")
_UNSEEN = expression(r"<(/?)(?:script|style)(?![\w-])", re.IGNORECASE)
_CODE_LINE_END = expression(r"\r?\n[ \t]*(?:>[ \t]?)*")
_SIZE = expression(r"\|[0-9]+(?:x[0-9]+)?\Z")
_PUNCTUATION = frozenset("\0!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_MARK = expression(r"[^>\s]")
_RUN = expression(r"\*+|_+|~~|==")


def without_comments(text: str, facts: Facts) -> str:
    """The body of a note with its comments gone; from a comment that is never closed on, nothing is left."""
    body = Span(facts.frontmatter.span.end, len(text))
    parts, at = [], body.start
    for start, end in sorted(comment.span for comment in facts.comments):
        parts.append(text[at:start])
        at = max(at, end)
    return "".join(parts) + text[at:]


def emptied(text: str, comments: Iterable[Comment], start: int, end: int) -> str:
    """A stretch of a text with nothing in those of its comments that begin there; of each an empty one stays, but of
    one that begins in another. One that is a block stays a block: two signs on lines of their own."""
    parts: list[str] = []
    at = start
    for kind, block, closed, span in comments:
        if start <= span.start < end and span.end > at:
            if span.start >= at:
                sign = "%%%%" if block or kind == "percent" else "<!---->"
                if block and closed and (kind == "html" or "\n" in text[slice(*span)]):
                    before = text[text.rfind("\n", 0, span.start) + 1 : span.start]
                    sign = f"%%\n{_MARK.sub(' ', before)}%%"
                parts += (text[at : span.start], sign)
            at = min(span.end, end)
    return "".join(parts) + text[at:end]


def plain(text: str) -> str:
    """A heading's or title's text without inline markup: `**x**` and `==x==` are x, `[[a|b]]` is b."""
    if not _MARKUP.search(text):
        return text
    return with_pieces(text, inline_pieces(text, Scanner(Lines(text, 0))))


def _words(link: Link) -> str:
    """The text that is shown for a link, without the size that an embed may have."""
    text = link.display
    if text and link.width is not None and image_size(text)[0] is not None:
        text = text.rpartition("|")[0].strip()
    return text or unnamed(link)


def _label(link: Link) -> str:
    """What a wikilink shows. No block has its id there."""
    text = _words(link)
    if not _MARKUP.search(text):
        return text
    found = Scanner(Lines(text, 0))
    found.blocks.clear()
    return with_pieces(text, inline_pieces(text, found))


def inline_pieces(text: str, facts: Facts | Scanner) -> Iterator[Piece]:
    """What a reader sees of whatever is written in signs: links, code, formulas, comments."""
    for comment in facts.comments:
        yield comment.span, ""
    for code in facts.code:
        yield code.span, _code(text[slice(*code.span)], code)
    for formula in facts.math:
        yield formula.span, formula.tex
    for link in facts.links:
        if text.startswith(("[[", "![["), link.span.start):
            yield link.span, _label(link) if not link.property else ""
        elif link.display and link.display[0].isdigit() and _words(link) != link.display:
            yield link.span, unnamed(link)
        elif link.display is not None:
            yield from _around(link.span, text.index("[", link.span.start) + 1, len(link.display))
    for address in facts.external:
        if text[address.span.start] in "[!":
            label = text.index("[", address.span.start) + 1
            end = text.rindex("](", *address.span)
            size = _SIZE.search(text, label, end) if address.image else None
            yield from _around(address.span, label, (size.start() if size else end) - label)
        else:
            yield address.span, address.url
    for block in facts.blocks:
        yield block.id_span, ""
    for note in facts.footnotes:
        if note.kind == "reference":
            yield note.span, ""
        elif note.kind == "inline":
            yield Span(note.span.start, note.span.start + 2), " ("
            yield Span(note.span.end - 1, note.span.end), ")"


def _around(span: Span, start: int, length: int) -> Iterator[Piece]:
    """What stands around a label."""
    yield Span(span.start, start), ""
    yield Span(start + length, span.end), ""


def _code(source: str, code: Code) -> str:
    if code.kind == "inline":
        inner = _CODE_LINE_END.sub(" ", source.strip("`"))
        return inner[1:-1] if inner.strip() and inner[0] == inner[-1] == " " else inner
    if code.kind == "indented":
        return source
    lines = source.split("\n")[1:]
    if lines and not lines[-1].strip(" \t>`~\r"):
        lines.pop()
    return "\n".join(lines)


def with_pieces(text: str, pieces: Iterable[Piece]) -> str:
    """The text with the pieces in their places, and between them without the signs of Markdown.

    What has its shape becomes a NUL first, so that nothing in it can be mistaken for a sign.
    """
    text = text.replace("\0", "\ufffd")
    parts: list[str] = []
    kept: list[str] = []
    stops: list[int] = []
    length = at = 0

    def keep(sign: re.Match[str]) -> str:
        if sign[0].startswith("<"):
            unseen = _UNSEEN.match(sign[0])
            kept.append((_SEEN if unseen[1] else _HIDE) if unseen else "\n" if sign[0][:3].lower() == "<br" else "")
        elif sign[0] == "\\":
            kept.append("")  # before a line end it is a break
        else:
            kept.append(sign[1] or character(sign))
        return "\0"

    def read_to(end: int) -> None:
        nonlocal at, length
        parts.append(_SIGN.sub(keep, text[at:end]))
        length += len(parts[-1])
        at = end

    for (start, end), instead in sorted(pieces):
        if start < at:
            at = max(at, end)
            continue
        read_to(start)
        if start == end:
            stops.append(length)
        else:
            kept.append(instead)
            parts.append("\0")
            length, at = length + 1, end
    read_to(len(text))
    return _restored(_without_emphasis("".join(parts), stops), kept)


_HIDE, _SEEN = "\0<", "\0>"
"""In the place of tags between which nothing is shown."""


def _restored(text: str, kept: list[str]) -> str:
    """The text with what was kept in the place of each NUL, without scripts and styles."""
    first, *others = text.split("\0")
    parts, seen = [first], True
    for piece, following in zip(kept, others, strict=True):
        if piece in (_HIDE, _SEEN):
            seen = piece == _SEEN
        elif seen:
            parts.append(piece)
        if seen:
            parts.append(following)
    return "".join(parts)


class _Run:
    """A run of equal signs that may begin emphasis. What is left of it is from `start` to `end`, `length` is all."""

    __slots__ = ("closes", "end", "length", "start")

    def __init__(self, start: int, end: int, length: int, closes: bool) -> None:
        self.start = start
        self.end = end
        self.length = length
        self.closes = closes


def _without_emphasis(text: str, stops: list[int]) -> str:
    """The text without the signs of emphasis, strike-through and highlight that find their partner before a stop."""
    drop: list[tuple[int, int]] = []
    openers: list[_Run] = []
    bottoms: dict[tuple[str, bool, int], int] = {}
    passed = 0
    for found in _RUN.finditer(text):
        start, end = found.span()
        if passed < (passed := bisect_right(stops, start)):
            openers.clear()
            bottoms.clear()
        char = text[start]
        opens, closes = _flanks(char, text[start - 1 : start], text[end : end + 1])
        length = end - start
        kind = (char, opens, length % 3)
        while closes and start < end:
            index = _opener(text, openers, bottoms.get(kind, 0), char, (length, opens))
            if index < 0:
                bottoms[kind] = len(openers)
                break
            opener = openers[index]
            used = 2 if min(end - start, opener.end - opener.start) >= 2 else 1
            drop += ((opener.end - used, opener.end), (start, start + used))
            start += used
            opener.end -= used
            del openers[index + (opener.end > opener.start) :]
            for other, bottom in bottoms.items():
                bottoms[other] = min(bottom, len(openers))
        if opens and start < end:
            openers.append(_Run(start, end, length, closes))
    parts, at = [], 0
    for start, end in sorted(drop):
        parts.append(text[at:start])
        at = end
    return "".join(parts) + text[at:]


def _opener(text: str, openers: list[_Run], bottom: int, char: str, closer: tuple[int, bool]) -> int:
    """The nearest run that a closing one of this length fits, -1 if there is none (CommonMark's rules 9 and 10)."""
    length, opens = closer
    for index in range(len(openers) - 1, bottom - 1, -1):
        run = openers[index]
        if text[run.start] == char:
            odd = (opens or run.closes) and (run.length + length) % 3 == 0 and (run.length % 3 or length % 3)
            if not odd or char in "~=":
                return index
    return -1


def _flanks(char: str, before: str, after: str) -> tuple[bool, bool]:
    """Whether a run of signs can open and close emphasis, by what stands around it (CommonMark 0.31 §6.2); beside `==`
    and `~~` only white space counts."""
    space_before, space_after = not before.strip(), not after.strip()
    if char in "=~":
        return not space_after, not space_before
    sign_before, sign_after = before in _PUNCTUATION, after in _PUNCTUATION
    left = not space_after and (not sign_after or space_before or sign_before)
    right = not space_before and (not sign_before or space_after or sign_after)
    if char == "_":
        return left and (not right or sign_before), right and (not left or sign_after)
    return left, right
