"""Links as the scanner meets them: wikilinks, Markdown links, footnotes in the text, and addresses.

Each function looks at what was found. It returns where to go on, or nothing: right behind it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vaultkit.model.expression import expression
from vaultkit.model.note import External, Footnote, Link, LinkKind, Problem
from vaultkit.model.text import Span
from vaultkit.parse import grammar
from vaultkit.parse.lines import make

if TYPE_CHECKING:
    from vaultkit.parse.scanner import Scanner

_SCHEME = expression(r"(?<![A-Za-z0-9])(https?|ftp)\Z", re.IGNORECASE)

_HIGHEST = 16
"""So many images, links and footnotes in the labels of each other are told apart."""


def wikilink(scan: Scanner, found: re.Match[str]) -> int | None:
    """A wikilink or embed without brackets and backslashes in it."""
    start, end = found.span()
    path, subpath, display = found.group(1, 2, 3)
    target = path.strip()
    if not target and subpath is None:
        return _other_wikilink(scan, start)
    _add(scan, start, end, (target, subpath.rstrip() if subpath else "", display))
    return None


def _other_wikilink(scan: Scanner, start: int) -> int:
    """A wikilink with brackets or backslashes in it, or nothing; 0 when it is not closed."""
    found = grammar.WIKILINK.match(scan.text, start, scan.limit)
    if found is None:
        _unclosed_wikilink(scan, start)
        return 0
    parts = grammar.wikilink(found[1])
    if parts:
        _add(scan, start, found.end(), parts)
    elif not scan.hidden:
        scan.problems.append(Problem("link-malformed", Span(*found.span()), "this link names no note"))
    return found.end()


def _unclosed_wikilink(scan: Scanner, start: int) -> None:
    """`[[` glued to a word, with less brackets to close it on the line, was meant as a link; said once a line."""
    text = scan.text
    if start < scan.pair or scan.hidden:
        return
    line = text.find("\n", start)
    line = line if line >= 0 else len(text)
    pair = text.find("]]", start, line)
    scan.pair = pair if pair >= 0 else line
    if (
        pair < 0
        and text[start + 2 : start + 3].strip("[]|")
        and text.count("[", start, line) > text.count("]", start, line)
    ):
        message = "the link that begins here is never closed by `]]` on its line"
        scan.problems.append(Problem("link-malformed", Span(start, start + 2), message))


def _add(scan: Scanner, start: int, end: int, parts: tuple[str, str, str | None]) -> None:
    """Take down a wikilink, or an embed when a `!` stands before it."""
    target, subpath, display = parts
    hidden = scan.hidden
    if start and scan.text[start - 1] == "!" and scan.escaped != start:
        width, height = grammar.image_size(display) if display else (None, None)
        span = make(Span, (start - 1, end))
        link = make(Link, ("embed", target, subpath, display, span, "", width, height, hidden))
    else:
        span = make(Span, (start, end))
        link = make(Link, ("wikilink", target, subpath, display, span, "", None, None, hidden))
    scan.links.append(link)


def markdown(scan: Scanner, found: re.Match[str]) -> None:
    """A Markdown link or image whose label holds no brackets, code and the like."""
    where = make(Span, found.span())
    raw, scheme = found.group(5, 6)
    start = where[0]
    image = start > 0 and scan.text[start - 1] == "!" and scan.escaped != start
    if image:
        where = make(Span, (start - 1, where[1]))
    if scheme and ";" not in raw:
        if not image:
            scan.linked = start
        if not scan.hidden:
            scan.external.append(make(External, (raw, where, image)))
    elif raw:
        _linked_to(scan, where, found[4], raw, image)


def _linked_to(scan: Scanner, where: Span, label: str, raw: str, image: bool) -> None:
    """Take down a Markdown link or image, in the vault or out of it."""
    if not image:
        scan.linked = where.start
    if grammar.has_scheme(raw):
        if not scan.hidden:
            scan.external.append(External(grammar.literal(raw), where, image))
        return
    target, subpath, _ = grammar.markdown(raw)
    width, height = grammar.image_size(label) if image else (None, None)
    if width is not None and "|" in label:
        label = label.rpartition("|")[0]
    kind: LinkKind = "embed" if image else "markdown"
    scan.links.append(Link(kind, target, subpath, label, where, "", width, height, scan.hidden))


def bracket(scan: Scanner, found: re.Match[str]) -> int | None:
    """A `[` that begins some other wikilink, or maybe a label."""
    start, end = found.span()
    text = scan.text
    if text[end : end + 1] == "[" != text[end + 1 : end + 2] and (after := _other_wikilink(scan, start)):
        return after
    image = start > 0 and text[start - 1] == "!" and scan.escaped != start
    scan.brackets.append((start, "!" if image else "[", scan.paragraph_end(start)))
    return None


def inline_note(scan: Scanner, found: re.Match[str]) -> None:
    """`^[`, which begins a footnote in the text."""
    start = found.start()
    scan.brackets.append((start + 1, "^", scan.paragraph_end(start)))


def closing_bracket(scan: Scanner, found: re.Match[str]) -> int | None:
    """The end of a label, of an inline footnote, or of nothing."""
    at, end = found.span()
    if not scan.brackets:
        return None
    start, kind, paragraph = scan.brackets.pop()
    if paragraph <= at:
        scan.brackets.clear()
    elif kind == "^":
        if not scan.hidden and _heightened(scan, start):
            scan.footnotes.append(Footnote("inline", scan.text[start + 1 : at], Span(start - 1, end)))
    elif scan.text[end : end + 1] == "(" and (kind == "!" or start >= scan.linked):
        raw, after = grammar.destination(scan.text, end + 1, paragraph)
        if raw and _heightened(scan, start):
            if kind == "[":
                _forget_addresses(scan, start)
            image = kind == "!"
            _linked_to(scan, Span(start - image, after), scan.text[start + 1 : at], raw, image)
            return after
    return None


def _heightened(scan: Scanner, start: int) -> bool:
    """Whether what begins at `start` may be taken down, for all that is nested in it.

    Each level repeats the text of those in it, and the facts shall not grow faster than the note.
    """
    inner, height = scan.nest
    height = height + 1 if inner > start else 1
    if height <= _HIGHEST:
        scan.nest = (start, height)
    return height <= _HIGHEST


def _forget_addresses(scan: Scanner, start: int) -> None:
    """A bare address in a link's label is no link of its own."""
    external = scan.external
    while external and external[-1].span.start > start and scan.text[external[-1].span.start] not in "<[!":
        external.pop()


def autolink(scan: Scanner, found: re.Match[str]) -> None:
    """An address between `<` and `>`, where a backslash is a backslash."""
    if not scan.hidden:
        scan.external.append(External(grammar.without_entities(found[14]), Span(*found.span())))


def address(scan: Scanner, found: re.Match[str]) -> int | None:
    """A bare address, if `http:`, `https:` or `ftp:` stands before the slashes."""
    at, end = found.span()
    scheme = _SCHEME.search(scan.text, max(at - 6, 0), at)
    rest = grammar.URL.match(scan.text, end, scan.limit) if scheme else None
    if scheme is None or rest is None:
        return None
    stop = grammar.bare_end(scan.text, end, rest.end())
    if stop > end and not scan.hidden:
        start = scheme.start(1)
        scan.external.append(External(scan.text[start:stop], Span(start, stop)))
    return stop
