"""The blocks of a note: one pass over its lines.

Blocks are CommonMark's with those that Obsidian adds: callouts, tables, footnotes, `$$` formulas, `%%` comments, block
ids. Lines of plain text outside all containers are never looked at: one pattern jumps from line to line that may begin
something. The inline scanner reads what is left between the holes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from vaultkit.model.expression import expression
from vaultkit.model.note import Block, BlockKind, Callout, Comment, Footnote, Task
from vaultkit.model.text import Span
from vaultkit.parse import html, leaves
from vaultkit.parse.leaves import EOL, NO_BLOCK
from vaultkit.parse.lines import Container, Hole, Lines, Root

_ITEM = expression(rf"(?:[-+*]|([0-9]{{1,9}})[.)])(?:(?=[ \t])|{EOL})")
_TASK = expression(r"\[([^\r\n])\](?=[ \t\r\n]|\Z)[ \t]*")
_CALLOUT = expression(rf"\[!([^\]|\r\n]+)(?:\|([^\]\r\n]*))?\]([+-]?)(?:[ \t\u00a0]+([^\r\n]*))?{EOL}")
_FOOTNOTE = expression(r"\[\^([^\[\]\s]+)\]:")
_OWN_ID = expression(rf"\^([A-Za-z0-9-]+)[ \t]*{EOL}")

_ONE_LINE = (
    rf" {{1,4}}(?![ \t\r\n]|{leaves.STARTS}|{html.MAY_START}|\[[^\r\n]\](?:[ \t\r\n]|\Z))[^\n]++"
    r"(?=\Z|\n(?:\Z|%s {1,4}[^ \t\r\n]|(?:[ \t]*+\r?\n)++(?:[^ \t]|\Z)|#{1,6} |<!--|>|```))\n?"
)
_FLAT = dict.fromkeys("0123456789", "(?:[0-9]{1,9}([.)])" + _ONE_LINE.replace("%s", r"[0-9]{1,9}\1") + ")++")
_FLAT |= dict.fromkeys("-+*", "(?:([-+*])" + _ONE_LINE.replace("%s", r"\1") + ")++")
"""By their first character, items of one line each and of one kind, no deeper inside, that end with their line."""
_compiled = cache(expression)

_few = iter(range(50))
"""So many items are read line by line: for fewer it does not pay to compile what reads a list at once."""

_FLAT_LIST = Container("flat", 0)

_OPENED = 0
"""A container was opened; the line goes on inside it."""


def read_blocks(text: str, start: int) -> Lines:
    """The blocks of `text` from `start` on, the beginning of a line."""
    lines = Lines(text, start)
    at = start or (_line(lines, start) if text else 0)
    search = leaves.NEXT.search
    while at < lines.size:
        if lines.stack:
            at = _flat_list(lines, at) or _line(lines, at)
            continue
        found = search(text, at - 1)
        if found is None:
            break
        line = found.start() + 1
        if found.lastindex:
            at = _SIMPLE[found.lastindex](lines, found, line)
            continue
        if line > at:
            lines.next = at
            lines.skip(line)
        at = _flat_list(lines, line) or _line(lines, line)
    lines.line = lines.size
    lines.close(0)
    return lines


def container_end(text: str, start: int) -> tuple[int, dict[int, int]]:
    """Where the first line stands that is not of the quote or list item that begins at `start`, a line's beginning.

    Without the sign or the indentation of a container a line goes on with an open paragraph alone (CommonMark 0.31, 5.1
    and 5.2). Such lines are told too: where they begin, and by how many columns they would have to be set in inside the
    container to be nothing else.
    """
    lines = Lines(text, start)
    at = _line(lines, start)
    container = lines.stack[:1]
    lazy: dict[int, int] = {}
    while container and at < lines.size:
        start, at = at, _line(lines, at)
        if lines.stack[:1] != container:
            return start, lazy
        if not lines.matched:
            lazy[start] = 4 + sum(inner.width for inner in lines.stack[1:])
    return lines.size, lazy


def _simple_heading(lines: Lines, found: re.Match[str], line: int) -> int:
    """A heading outside all containers."""
    lines.headings.append(leaves.titled(found.start(1), found[1], found.start(2), found[2]))
    lines.paragraph = -1
    after = found.end() + 1
    lines.edges += (line, after)
    return after


def _simple_comment(lines: Lines, found: re.Match[str], line: int) -> int:
    """Lines that are HTML comments, outside all containers. The inline scanner takes them down."""
    lines.paragraph = -1
    after = found.end() + 1
    lines.edges += (line, after)
    return after


def _long_comment(lines: Lines, found: re.Match[str], line: int) -> int:
    """A comment of HTML over several lines, with nothing else on them, outside all containers."""
    lines.paragraph = -1
    after = found.end() + 1
    lines.edges += (line, after)
    start, end = lines.text.index("<", line), found.end(4)
    lines.comments.append(Comment("html", True, True, Span(start, end)))
    lines.holes.append(Hole(start, end, False))
    return after


def _flat_list(lines: Lines, line: int) -> int:
    """Items of one line each that nothing goes on with; 0 when there is none."""
    text = lines.text
    pattern = _FLAT.get(text[line])
    if pattern is None or (lines.paragraph >= 0 and text[line].isdigit() and not lines.stack):
        return 0
    if next(_few, None) is not None:
        return 0
    found = _compiled(pattern).match(text, line)
    if found is None:
        return 0
    end = found.end()
    lines.line = lines.at = line
    lines.close(0)
    lines.paragraph = -1
    _list(lines, found[1])
    lines.edges += (line, end)
    lines.owners[line] = _FLAT_LIST
    lines.owners.pop(end, None)
    lines.last = Root("list", lines.last.start, end - 1, found[1])
    lines.seen = end
    return end


def _line(lines: Lines, line: int) -> int:
    """Read one line; the start of the line to go on with."""
    lines.matched = lines.enter(line)
    if lines.at >= lines.end:
        return _blank(lines)
    if line == lines.untitled and lines.matched == len(lines.stack):
        lines.paragraph = -1
    while True:
        if lines.column - lines.base >= 4:
            if lines.paragraph < 0:
                return leaves.indented(lines)
            break
        begin = _BEGIN.get(lines.text[lines.at])
        after = begin(lines) if begin else NO_BLOCK
        if after == NO_BLOCK:
            break
        if after != _OPENED:
            return after
        if lines.at >= lines.end:
            lines.written = lines.end
            return lines.next
    return _text(lines)


def _blank(lines: Lines) -> int:
    if lines.matched < len(lines.stack):
        lines.close(lines.matched)
    elif lines.hollow == lines.line and lines.stack and lines.stack[-1].kind == "item":
        lines.close(len(lines.stack) - 1)
    lines.paragraph = -1
    return lines.next


def _text(lines: Lines) -> int:
    """A line of a paragraph: a new one, or the open one, even when the line left out the marks of containers."""
    if lines.paragraph < 0:
        lines.close(lines.matched)
        lines.edge(lines.at)
        lines.paragraph = lines.at
    lines.before = lines.at
    lines.written = lines.end
    return lines.next


def _quote(lines: Lines) -> int:
    """A quote; it is a callout when its first line says so."""
    quote = Container("quote", lines.at)
    lines.open(quote)
    lines.at, lines.column, lines.base = lines.inside_quote(lines.at, lines.column)
    callout = _CALLOUT.match(lines.text, lines.at) if lines.at < lines.end else None
    if callout:
        lines.untitled = lines.next
        kind = callout[1].strip().lower()
        title = (callout[4] or "").strip() or kind[:1].upper() + kind[1:]
        quote.fact = (lines.callouts, len(lines.callouts))
        lines.callouts.append(
            Callout(kind, title, callout[3], (callout[2] or "").strip(), Span(quote.start, lines.end))
        )
    return _OPENED


def _item(lines: Lines) -> int:
    """A list item. It breaks into a paragraph only when it has content and, if numbered, begins with 1."""
    text, at = lines.text, lines.at
    mark = _ITEM.match(text, at)
    if mark is None:
        return NO_BLOCK
    stop = mark.end()
    column = lines.column + stop - at
    content, content_column = lines.spaces(stop, column)
    empty = content >= lines.end
    if lines.in_paragraph and (empty or (mark[1] and int(mark[1]) != 1)):
        return NO_BLOCK
    gap = 1 if empty or content_column - column > 4 else content_column - column
    width = column + gap - lines.base
    lines.open(Container("item", at, width, width))
    if len(lines.stack) == 1:
        _list(lines, text[stop - 1])
    lines.base += width
    lines.at, lines.column = content, content_column
    if empty:
        lines.hollow = lines.next
    elif text[content] == "[" and (task := _TASK.match(text, content)):
        lines.tasks.append(Task(task[1], text[task.end() : lines.end].rstrip(" \t"), Span(at, lines.end)))
        lines.holes.append(Hole(content, content + 3, False))
    return _OPENED


def _list(lines: Lines, mark: str) -> None:
    """Go on with the list of the item before, if it is of this kind and nothing stands between them."""
    kind, _, end, before = lines.last
    if kind != "list" or mark != before or lines.text[end : lines.at].strip(" \t\r\n"):
        lines.last = Root("list", lines.at, lines.at, mark)


def _ruled(lines: Lines) -> int:
    """`*` or `_`: a thematic break or an item."""
    found = leaves.rule(lines)
    return found if found != NO_BLOCK or lines.text[lines.at] == "_" else _item(lines)


def _hyphen(lines: Lines) -> int:
    """`-` may be an underline, the second row of a table, a thematic break or an item."""
    if lines.paragraph >= 0:
        found = leaves.underline(lines)
        found = leaves.table(lines) if found == NO_BLOCK else found
        if found != NO_BLOCK:
            return found
    return _ruled(lines)


def _footnote(lines: Lines) -> int:
    """`[^id]:` begins the text of a footnote; lines that are set in go on with it."""
    mark = _FOOTNOTE.match(lines.text, lines.at)
    if mark is None:
        return NO_BLOCK
    note = Container("note", lines.at, 4, 2)
    lines.open(note)
    note.fact = (lines.footnotes, len(lines.footnotes))
    lines.footnotes.append(Footnote("definition", mark[1], Span(*mark.span())))
    lines.holes.append(Hole(*mark.span(), False))
    lines.at, lines.column = lines.spaces(mark.end(), lines.column + mark.end() - lines.at)
    lines.base = lines.column
    return _OPENED


def _own_id(lines: Lines) -> int:
    """`^id` on a line of its own names the block before it, or the quote right above it."""
    found = _OWN_ID.match(lines.text, lines.at)
    if found is None:
        return NO_BLOCK
    if lines.paragraph >= 0:
        if not lines.stack or lines.matched or lines.stack[0].kind != "quote":
            return NO_BLOCK
    elif lines.matched:
        return NO_BLOCK
    lines.leave()
    kind, start, end = _named(lines)
    id_span = Span(lines.at, found.end(1))
    lines.blocks.append(Block(found[1], kind, Span(start, end), id_span))
    lines.holes.append(Hole(*id_span, False))
    lines.edge(lines.next)
    lines.seen = lines.end
    return lines.next


def _named(lines: Lines) -> tuple[BlockKind, int, int]:
    """The block before a block id on its own line: the last one, or the last paragraph behind that."""
    text, line = lines.text, lines.line
    above = len(text[lines.seen : line].rstrip()) + lines.seen
    if above <= lines.seen:
        return lines.last[:3]
    lines.paragraph = lines.seen
    lines.line = text.find("\n", above) + 1
    start = lines.start_of_paragraph()
    lines.line, lines.paragraph = line, -1
    lines.last = Root("paragraph", start, above, "")
    return "paragraph", start, above


_SIMPLE: dict[int, Callable[[Lines, re.Match[str], int], int]] = {
    2: _simple_heading,
    3: _simple_comment,
    4: _long_comment,
}
"""By the number of the last group of `NEXT` that matched."""
_BEGIN: dict[str, Callable[[Lines], int]] = {
    "#": leaves.heading,
    ">": _quote,
    "-": _hyphen,
    "+": _item,
    "*": _ruled,
    "_": leaves.rule,
    "=": leaves.underline,
    "|": leaves.table,
    ":": leaves.table,
    "`": leaves.fence,
    "~": leaves.fence,
    "<": leaves.html_block,
    "%": leaves.comment,
    "$": leaves.formula,
    "[": _footnote,
    "^": _own_id,
    **dict.fromkeys("0123456789", _item),
}
