"""Blocks that hold no other blocks. Each function looks whether its block begins at the current place.

It returns NO_BLOCK when it does not, else it reads the block and returns the start of the line to go on with.
"""

from __future__ import annotations

import re

from vaultkit.model.expression import expression
from vaultkit.model.note import Code, Comment, Heading, Math, Problem, Table
from vaultkit.model.text import Span
from vaultkit.parse import html
from vaultkit.parse.lines import Hole, Lines, make

NO_BLOCK = -1

EOL = r"(?=\r?(?:\n|\Z))"
STARTS = (
    r"(?:#{1,6}(?:[ \t\r\n]|\Z)|>|[-+*](?:[ \t\r\n]|\Z)|[0-9]{1,9}[.)](?:[ \t\r\n]|\Z)|```|~~~|\$\$"
    rf"|%%(?:[^%\n]++|%(?!%))*+(?!%%)|\*[* \t]*{EOL}|_[_ \t]*{EOL}|\[\^|\^[A-Za-z0-9-]+[ \t]*{EOL})"
)
"""What may begin a block in the middle of a paragraph, but HTML."""
_COMMENT_LINE = r"<!--(?:[^-\n]++|-(?!->))*+-->[ \t]*+\r?(?=\n)"
NEXT = expression(
    rf"\n(?=[ \t#>+*0-9`~$<%_\[^|:=-])(?: {{0,3}}(?:(#{{1,6}})[ \t]++([^\n]++)"
    rf"|{_COMMENT_LINE}(?:\n {{0,3}}{_COMMENT_LINE})*+()|<!--(?:[^-]++|-(?!->))*+-->()[ \t]*+\r?(?=\n))"
    rf"|(?=[ \t]*+(?:{STARTS}|[-|:=][-|: \t=]*{EOL}|{html.MAY_START})"
    r"|(?: {4}| {0,3}\t)[ \t]*+(?:[^ \t\r\n]|\r(?!\n))))"
)
"""A line end and behind it a line that may be more than plain text of a paragraph.

Simple blocks are read at once: a heading (1 signs, 2 title), lines that are comments of HTML (3), one over lines (4).
"""
_ENDS_TABLE = expression(STARTS.replace(r"\[\^|", r"\[\^[^\[\]\s]++\]:|") + rf"|-(?:[ \t]*+-){{2,}}+[ \t]*+{EOL}")
_HEADING = expression(r"(#{1,6})(?:[ \t]+|(?=[\r\n]|\Z))")
_UNDERLINE = expression(rf"(?:=+|-+)[ \t]*{EOL}")
_RULE = {char: expression(rf"(?:{re.escape(char)}[ \t]*+)++") for char in "*-_"}
_FENCE = expression(r"`{3,}(?=[^`\n]*(?:\n|\Z))|~{3,}")
_FORMULA = expression(r"\$\$(?:[^$\n]++|\$(?!\$)|\n(?![ \t]*\r?(?:\n|\Z)))*+\$\$")
_MARKS = expression(r"\n[ \t]*(?:>[ \t]?)*")
_DELIMITER = expression(rf"(?=[|: \t]*+-)\|?(?:[ \t]*:?-+:?[ \t]*\|)*+[ \t]*(?::?-+:?[ \t]*)?{EOL}")
_COMMENTS = expression(rf"(?:%%(?:[^%\n]++|%(?!%))*+%%[ \t]*+)++{EOL}")
_PIPE = expression(r"(?<!\\)\|")


def heading(lines: Lines) -> int:
    """A line of up to six `#`, white space and a title. Only outside all containers it is a heading of the note."""
    signs = _HEADING.match(lines.text, lines.at)
    if signs is None:
        return NO_BLOCK
    lines.leave()
    if not lines.stack:
        lines.headings.append(titled(signs.start(1), signs[1], signs.end(), lines.text[signs.end() : lines.end]))
    return lines.finish("paragraph", lines.at, lines.end)


def titled(at: int, signs: str, start: int, source: str) -> Heading:
    """The heading of the signs at `at` and of what stands behind them from `start` to the line's end.

    Its text has no white space around it and not the signs that close it.
    """
    title = source.strip()
    if not title:
        return Heading(len(signs), "", Span(at, at + len(signs)), at + len(signs))
    if title[0] != source[0]:
        start += len(source) - len(source.lstrip())
    span = make(Span, (at, start + len(title)))
    if title[-1] == "#":
        bare = title.rstrip("#")
        if not bare or bare[-1] in " \t":
            title = bare.rstrip()
    return make(Heading, (len(signs), title, span, start))


def underline(lines: Lines) -> int:
    """A line of `=` or `-` makes a heading of the paragraph above it, unless that is nothing but comments."""
    if not lines.in_paragraph or not _UNDERLINE.match(lines.text, lines.at):
        return NO_BLOCK
    start = lines.start_of_paragraph()
    source = lines.text[start : lines.line]
    parts = source.split("%%")
    if len(parts) % 2 and not any(part.strip() for part in parts[::2]):
        return NO_BLOCK
    level = 1 if lines.text[lines.at] == "=" else 2
    lines.leave()
    start += len(source) - len(source.lstrip())
    if not lines.stack:
        lines.headings.append(Heading(level, source.strip(), Span(start, lines.end), start))
    return lines.finish("paragraph", start, lines.end)


def rule(lines: Lines) -> int:
    """A thematic break: three or more `*`, `-` or `_`, with or without spaces between them."""
    if lines.at < lines.no_rule:
        return NO_BLOCK
    char = lines.text[lines.at]
    run = _RULE[char].match(lines.text, lines.at, lines.end)
    stop = run.end() if run else lines.at
    if stop < lines.end or lines.text.count(char, lines.at, stop) < 3:
        lines.no_rule = stop
        return NO_BLOCK
    lines.leave()
    return lines.finish("paragraph", lines.at, lines.end)


def fence(lines: Lines) -> int:
    """Fenced code: to a line of at least as many signs, else to the end of its container or of the note."""
    opening = _FENCE.match(lines.text, lines.at)
    if opening is None:
        return NO_BLOCK
    lines.leave()
    start, end, signs = lines.at, lines.end, opening[0]
    info = lines.text[opening.end() : end].split(None, 1)
    closed = False
    while not closed and lines.advance():
        line = lines.text[lines.at : lines.end].rstrip(" \t")
        closed = line.startswith(signs) and not line.strip(signs[0]) and lines.column - lines.base < 4
        end = lines.end if line else end
    if closed:
        lines.awaiting = ""
    else:
        where = Span(start, start + len(signs))
        _unclosed(lines, Problem("fence-unclosed", where, "the code block that begins here is never closed"), not info)
    lines.code.append(Code("fence", info[0] if info else "", Span(start, end)))
    lines.holes.append(Hole(start, end, False))
    return lines.finish("code", start, end)


def indented(lines: Lines) -> int:
    """Code that is set in by four columns."""
    lines.leave()
    start, end = lines.at, lines.end
    while lines.advance():
        if lines.at < lines.end:
            if lines.column - lines.base < 4:
                lines.next = lines.line
                break
            end = lines.end
    lines.code.append(Code("indented", "", Span(start, end)))
    lines.holes.append(Hole(start, end, False))
    return lines.finish("code", start, end)


def html_block(lines: Lines) -> int:
    """HTML that Markdown leaves alone: to its own end, or to an empty line."""
    kind, opened = html.block_start(lines.text, lines.at, lines.end)
    if not kind or (kind == html.ANY_TAG and lines.paragraph >= 0):
        return NO_BLOCK
    lines.leave()
    if kind == html.COMMENT_BLOCK:
        return _html_comment(lines)
    start, end = lines.at, lines.end
    closing = html.ENDS.get(kind)
    inside = not (closing and closing.search(lines.text, opened, end))
    while inside and lines.advance():
        if lines.at < lines.end:
            end = lines.end
        elif closing is None:
            break
        inside = not (closing and closing.search(lines.text, lines.at, lines.end))
    for found in html.COMMENT.finditer(lines.text, start, end):
        closed = found[1] is not None
        if not closed:
            message = "the comment that begins here is not closed by `-->` before the empty line that ends its HTML"
            lines.problems.append(Problem("comment-unclosed", Span(found.start(), found.start() + 4), message))
        stop = found.end() if closed else lines.comment_end(end)
        lines.comments.append(Comment("html", False, closed, Span(found.start(), stop)))
    lines.holes.append(Hole(start, end, False))
    return lines.finish("paragraph", start, end)


def _html_comment(lines: Lines) -> int:
    start = lines.at
    close = lines.find("-->", start + 2)
    if close >= 0:
        end = close + 3
    else:
        where = Span(start, start + 4)
        lines.problems.append(Problem("comment-unclosed", where, "the comment that begins here is never closed"))
        if not lines.stack:
            lines.next = lines.written = lines.size
        end = lines.written
    lines.comments.append(Comment("html", True, close >= 0, Span(start, end)))
    lines.holes.append(Hole(start, end, False))
    return lines.finish("paragraph", start, end) if close < 0 else lines.resume("paragraph", start, end)


def comment(lines: Lines) -> int:
    """`%%` at the start of a line, with no second one on it: a comment to the next `%%`, over empty lines.

    It may also end a comment that began in the paragraph. When there is no next one, what is behind it is read as if it
    were not there: nothing is lost to the checks. But it is not to be shown, so the comment reaches to the note's end.
    """
    text, start, line = lines.text, lines.at, lines.line
    if not text.startswith("%%", start) or text.find("%%", start + 2, lines.end) >= 0:
        return NO_BLOCK
    if lines.in_paragraph and lines.comment_is_open():
        return NO_BLOCK
    lines.leave()
    close = lines.find("%%", start + 2)
    end = close + 2
    if close < 0:
        lines.enter(line)
        end = start + 2
        lines.problems.append(unclosed_comment(start))
    lines.comments.append(Comment("percent", True, close >= 0, Span(start, end if close >= 0 else lines.size)))
    lines.holes.append(Hole(start, end, True))
    return lines.resume("paragraph", start, end)


def unclosed_comment(start: int) -> Problem:
    """What to say of a `%%` without a second one."""
    message = "the comment that begins here is never closed by a second `%%`"
    return Problem("comment-unclosed", Span(start, start + 2), message)


def _unclosed(lines: Lines, problem: Problem, is_bare: bool) -> None:
    """Report a block that is never closed. When a quote or list ended before its closing signs, these open one more
    block, which is no second mistake: they are bare, the next of their kind, and no deeper."""
    start = problem.span.start
    marks = "".join(lines.text[lines.text.rfind("\n", 0, start) + 1 : start].split())
    before, lines.awaiting = lines.awaiting, ""
    if is_bare and before and before[-1] == lines.text[start] and before[:-1].startswith(marks):
        return
    lines.awaiting = marks + lines.text[start]
    lines.problems.append(problem)


def formula(lines: Lines) -> int:
    """`$$` at the start of a line: to the next `$$`. When it stands alone, over empty lines and to the container's end.

    Without a next `$$` the signs are text.
    """
    text, start, line = lines.text, lines.at, lines.line
    if not text.startswith("$$", start):
        return NO_BLOCK
    if text[start : lines.end].rstrip(" \t") == "$$":
        lines.leave()
        close = lines.find("$$", start + 2)
        if close < 0:
            lines.enter(line)
            message = "the formula that begins here is never closed by a second `$$`"
            _unclosed(lines, Problem("math-unclosed", Span(start, start + 2), message), True)
            lines.holes.append(Hole(start, start + 2, False))
            return lines.finish("paragraph", start, lines.end)
        end = close + 2
    else:
        end = _formula_end(lines)
        if end < 0:
            return NO_BLOCK
        lines.leave()
    source = _MARKS.sub("\n", text[start:end]) if lines.stack else text[start:end]
    lines.awaiting = ""
    if end - start > 4:
        lines.math.append(Math("block", tex(source), Span(start, end)))
    lines.holes.append(Hole(start, end, False))
    return lines.resume("math", start, end)


def _formula_end(lines: Lines) -> int:
    """Where a formula ends that begins here with more behind its signs: on this line, or on one that continues the same
    containers, with no empty line before it; -1 when it does not."""
    text, line, start = lines.text, lines.line, lines.at
    if not lines.stack:
        whole = _FORMULA.match(text, start, lines.size)
        return whole.end() if whole else -1
    close = text.find("$$", start + 2, lines.end)
    while close < 0 and lines.next < lines.size:
        if lines.enter(lines.next) < lines.matched or lines.at >= lines.end:
            break
        close = text.find("$$", lines.at, lines.end)
    lines.enter(line)
    return close + 2 if close >= 0 else -1


def tex(source: str) -> str:
    """What stands between two `$$`, without the line ends next to them."""
    return source[2:-2].removeprefix("\r").removeprefix("\n").removesuffix("\n").removesuffix("\r")


def table(lines: Lines) -> int:
    """A row of hyphens and pipes below a row of as many cells; more rows to an empty line or another block. A line of
    comments alone is none."""
    text = lines.text
    if not lines.in_paragraph or not _DELIMITER.match(text, lines.at) or text.find("|", lines.at, lines.end) < 0:
        return NO_BLOCK
    start = lines.before
    if start < 0:
        start, _ = lines.spaces(text.rfind("\n", 0, lines.line - 1) + 1, 0)
    columns = _columns(text[lines.at : lines.end])
    if _columns(text[start : lines.line]) != columns or text.find("|", start, lines.line) < 0:
        return NO_BLOCK
    header, lines.at, at = lines.line, start, lines.at
    lines.leave()
    lines.at = at
    _cells(lines, start, header)
    rows, end = 0, lines.end
    while lines.advance():
        if _ends_table(lines):
            lines.next = lines.line
            break
        lines.edge(lines.at)
        _cells(lines, lines.at, lines.end)
        rows, end = rows + (not _COMMENTS.match(text, lines.at)), lines.end
    lines.tables.append(Table(columns, rows, Span(start, end)))
    return lines.finish("table", start, end)


def _ends_table(lines: Lines) -> bool:
    text, at, end = lines.text, lines.at, lines.end
    if at >= end or lines.column - lines.base >= 4:
        return True
    return bool(_ENDS_TABLE.match(text, at) or html.block_start(text, at, end)[0])


def _columns(row: str) -> int:
    row = row.strip(" \t\r\n").removeprefix("|")
    return len(_PIPE.findall(row)) + (not row.endswith("|") or row.endswith("\\|"))


def _cells(lines: Lines, start: int, end: int) -> None:
    for pipe in _PIPE.finditer(lines.text, start, end):
        lines.edge(pipe.end())
