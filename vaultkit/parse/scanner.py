"""What stands inside the lines of a note: links, tags, code, formulas, comments, footnotes, addresses, block ids.

One pattern jumps from sign to sign over the whole text; each of its alternatives begins with a literal character, so
that everything between is passed over at the speed of C. Whatever may go over a line end stays inside its paragraph,
and what is found to have no partner there is remembered, so that it is looked for once: time grows with the text alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Literal

from vaultkit.model.expression import expression
from vaultkit.model.note import Block, Code, Comment, External, Footnote, Link, Math, Problem, Tag
from vaultkit.model.text import Span
from vaultkit.parse import html, links
from vaultkit.parse.grammar import TAG
from vaultkit.parse.leaves import EOL, tex, unclosed_comment
from vaultkit.parse.lines import EMPTY_LINE, Lines, make

_TOKEN = expression(
    # 1-3: a wikilink of the usual form
    r"\[\[(?!\[)([^\[\]|#\n\\]*+)(#[^\[\]|\n\\]*+)?+(?:\|([^\[\]\n\\]++))?+\]\]"
    # 4-6: a Markdown link of the usual form
    r"|\[((?:[^\[\]\\`<$%#^\n]++|<(?!!))*+)\]"
    r"\((([A-Za-z][A-Za-z0-9+.\-]++:)?+[^\s()<>\\]*+)(?:[ ]++\"[^\"\\\n]*+\")?+\)"
    r"|%%(?:(?:[^%\n\[#]++|%(?!%))*+%%())?+"  # 7: a comment without links and tags
    r"|`(?:[^`\n]++`(?!`)()|(`*+))"  # 8: code of the usual form, 9
    r"|\[(?:\^([^\[\]\s]++)\]|())"  # 10: a footnote's reference, 11: a bracket
    r"|<(?:!--(?!-?>)(?:(?:[^-<\n]++|-(?!->)|<(?!!--))*+-->()|())"  # 12: a comment on one line, 13: another
    r"|([A-Za-z][A-Za-z0-9+.\-]++:[^\s<>]*+)>|([A-Za-z/]))"  # 14, 15: what may be a tag of HTML
    rf"|#({TAG}++)"  # 16
    r"|\$(?:\$()|(?![\s$])((?:[^$\\\n]++|\\.)++)\$)"  # 17, 18
    r"|\\([!-/:-@\[-`{-~])"  # 19
    rf"|\^(?:\[()|([A-Za-z0-9-][\w-]*+)[ \t]*+{EOL})"  # 20, 21
    r"|:(//)"  # 22
    r"|\]()"  # 23
)
_TICKS = expression(r"`+")
_ID = expression(r"[A-Za-z0-9-]+\Z")
_WHITE = frozenset(" \t\n\r\f\v\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029"
                   "\u202f\u205f\u3000\ufeff")  # fmt: skip


class Scanner:
    """Reads what the blocks of a note leave, and adds what it finds to the facts that are blocks."""

    nest = (-1, 0)
    """Where the last label began that might hold others, and how many levels there are in it."""
    hidden = False
    limit = _low = _high = 0
    """Where the text that is being read ends; some place in the paragraph that was looked at last, and its end."""
    _paragraph = (-1, 0)
    """The end and the start of the paragraph whose start was looked for last."""
    escaped = -1
    """Behind the last backslash escape."""
    linked = 0
    """No `[` before this begins a link: links hold no links."""
    _ticks: tuple[int, dict[int, list[int]]] = (-1, {})
    """For the paragraph with this end, where the runs of backticks begin, by length."""
    pair = 0
    """Where the next `]]` or the end of the line is."""
    _no_formula = _no_html = 0
    """Up to here it is known that no `$$`, no `-->` closes."""

    def __init__(self, lines: Lines) -> None:
        self.text = lines.text
        self.lines = lines
        self.links: list[Link] = []
        self.tags: list[Tag] = []
        self.external: list[External] = []
        self.blocks = lines.blocks
        self.code = lines.code
        self.math = lines.math
        self.comments = lines.comments
        self.footnotes = lines.footnotes
        self.problems = lines.problems
        self.brackets: list[tuple[int, str, int]] = []
        """Open `[`, `![` (as `!`) and `^[` (as `^`): offset, kind, end of the paragraph."""
        at = lines.edges[0]
        for start, end, hidden in lines.holes:
            if at < start:
                self._read(at, start)
            if hidden:
                self._read_comment(start + 2, end - 2)
            at = end
        self._read(at, lines.size)

    def _read(self, at: int, end: int) -> None:
        self.limit = end
        while at < end:
            for found in _TOKEN.finditer(self.text, at, end):
                after = _FOUND[found.lastindex or 0](self, found)
                if after:
                    at = after
                    break
            else:
                return

    def _read_comment(self, start: int, end: int) -> None:
        """Links and tags count in a comment, nothing else does."""
        around = self.limit, self._low, self._high, self._ticks, self.brackets
        self._low, self._high, self.brackets, self.hidden = start, end, [], True
        self._read(start, end)
        self.limit, self._low, self._high, self._ticks, self.brackets = around
        self.hidden = False

    def paragraph_end(self, at: int) -> int:
        """The end of the paragraph around `at`."""
        if not self._low <= at < self._high:
            edges = self.lines.edges
            index = bisect_right(edges, at)
            high = edges[index] if index < len(edges) else len(self.text)
            owner = self.lines.owners.get(edges[index - 1])
            if owner and owner.kind == "flat":
                stop = self.text.find("\n", at, high)
                high = stop if stop >= 0 else high
            elif empty := EMPTY_LINE.search(self.text, at, min(high, self.limit)):
                high = empty.start()
            self._low, self._high = at, min(high, self.limit)
        return self._high

    # Each of these looks at what was found. It returns where to go on, or nothing: right behind it.

    def _percent(self, found: re.Match[str]) -> int | None:
        """A comment with something in it; unclosed in its paragraph, it hides all the rest from readers."""
        start, end = found.span()
        if self.hidden:
            return None
        close = self.text.find("%%", end, self.paragraph_end(start))
        if close < 0:
            self.problems.append(unclosed_comment(start))
            self._comment("percent", start, len(self.text), closed=False)
            return None
        self._comment("percent", start, close + 2)
        self._read_comment(end, close)
        return close + 2

    def _whole_comment(self, found: re.Match[str]) -> None:
        if not self.hidden:
            where = make(Span, found.span())
            kind = "percent" if found.lastindex == 7 else "html"
            block = where[0] == 0 or self.text[where[0] - 1] == "\n"
            self.comments.append(make(Comment, (kind, block, True, where)))

    def _comment(self, kind: Literal["percent", "html"], start: int, end: int, closed: bool = True) -> None:
        block = start == 0 or self.text[start - 1] == "\n"
        self.comments.append(Comment(kind, block, closed, Span(start, end)))

    def _open_html_comment(self, found: re.Match[str]) -> int | None:
        start, end = found.span()
        if start < self._no_html or self.hidden:
            return None
        paragraph = self.paragraph_end(start)
        close = self.text.find("-->", start + 2, paragraph)
        if close < 0:
            self._no_html = paragraph
            message = "the comment that begins here is never closed by `-->` in its paragraph"
            self.problems.append(Problem("comment-unclosed", Span(start, end), message))
            self._comment("html", start, self.lines.comment_end(paragraph), closed=False)
            return None
        self._comment("html", start, close + 3)
        return close + 3

    def _short_code(self, found: re.Match[str]) -> int | None:
        """Code between two single backticks on one line."""
        start, end = found.span()
        if self._leaves_cell(found):
            return start + 1
        if not self.hidden:
            self.code.append(make(Code, ("inline", "", make(Span, (start, end)))))
        return None

    def _leaves_cell(self, found: re.Match[str]) -> bool:
        """Whether the line is a row of a table, and this goes over the end of a cell."""
        return bool(self.lines.tables) and "|" in found[0] and self.paragraph_end(found.start()) < found.end()

    def _code(self, found: re.Match[str]) -> int | None:
        """Code: to the next run of as many backticks in the paragraph."""
        start, end = found.span()
        close = self._closing_ticks(end - start, end, self.paragraph_end(start))
        if close < 0:
            return None
        after = close + end - start
        if not self.hidden:
            self.code.append(make(Code, ("inline", "", make(Span, (start, after)))))
        return after

    def _closing_ticks(self, length: int, at: int, paragraph: int) -> int:
        text, (known, runs) = self.text, self._ticks
        if known != paragraph:
            close = text.find("`" * length, at, paragraph)
            if close >= 0 and text[close + length : close + length + 1] != "`":
                return close
            runs = {}
            for run in _TICKS.finditer(text, at, paragraph):
                runs.setdefault(run.end() - run.start(), []).append(run.start())
            self._ticks = (paragraph, runs)
        candidates = runs.get(length, [])
        index = bisect_left(candidates, at)
        return candidates[index] if index < len(candidates) else -1

    def _note_reference(self, found: re.Match[str]) -> None:
        if not self.hidden:
            self.footnotes.append(Footnote("reference", found[10], Span(*found.span())))

    def _html(self, found: re.Match[str]) -> int | None:
        """A tag of HTML: nothing in it counts, unless it goes over the end of its paragraph."""
        start = found.start()
        tag = html.INLINE.match(self.text, start + 1, self.limit)
        whole = tag and ("\n" not in tag[0] or tag.end() <= self.paragraph_end(start))
        return tag.end() if tag and whole else None

    def _tag(self, found: re.Match[str]) -> None:
        """A tag stands behind white space, the start of a line or a cell, an escape, or signs of emphasis that begin a
        word."""
        start, end = found.span()
        if start and self.text[start - 1] not in _WHITE and self.escaped != start and not self._begins_word(start):
            return
        name = found[16]
        if not name.isdecimal():
            self.tags.append(make(Tag, (name, make(Span, (start, end)), self.hidden)))
        elif not self.hidden:
            message = f"`#{name}` is no tag: one of its characters must not be a digit"
            self.problems.append(Problem("tag-invalid", Span(start, end), message))

    def _begins_word(self, at: int) -> bool:
        signs = "> \t" if self.text[at - 1] == ">" else "*_~="
        while at and self.text[at - 1] in signs:
            at -= 1
        before = self.text[at - 1 : at]
        if before == "|" and self.lines.tables:
            edges = self.lines.edges
            return edges[bisect_right(edges, at) - 1] == at
        return not before or (before == "\n" if signs[0] == ">" else before in _WHITE)

    def _formula(self, found: re.Match[str]) -> int | None:
        start, end = found.span()
        if start < self._no_formula:
            return None
        paragraph = self.paragraph_end(start)
        close = self.text.find("$$", end, paragraph)
        if close < 0:
            self._no_formula = paragraph
            return None
        if close > end and not self.hidden:
            self.math.append(Math("block", tex(self.text[start : close + 2]), Span(start, close + 2)))
        return close + 2

    def _inline_formula(self, found: re.Match[str]) -> int | None:
        """`$…$` on one line and in one cell: no space inside next to the signs, no digit behind them."""
        start, end = found.span()
        source = found[18]
        if source[-1] in _WHITE or self.text[end : end + 1].isdigit() or self._leaves_cell(found):
            return start + 1
        if not self.hidden:
            self.math.append(Math("inline", source, Span(start, end)))
        return None

    def _escape(self, found: re.Match[str]) -> None:
        self.escaped = found.end()

    def _block_id(self, found: re.Match[str]) -> None:
        """`^id` at the end of a line, behind white space; also right behind a wikilink, as in the app's help."""
        start, end = found.span()
        text = self.text
        begins = not start or text[start - 1] in _WHITE or (start > 1 and text.startswith("]]", start - 2))
        if self.hidden or not begins or text[end : end + 1].strip("\r\n"):
            return
        name = found[21]
        id_span = Span(start, found.end(21))
        block = self._named(name, id_span)
        if block and _ID.match(name):
            self.blocks.append(block)
        elif block and not text[end : self.paragraph_end(start)].strip():
            message = f"`^{name}` is no block id: only letters from a to z, digits and hyphens may stand in one"
            self.problems.append(Problem("block-id-invalid", id_span, message))

    def _named(self, name: str, id_span: Span) -> Block | None:
        """The block that an id here names; None inside quotes, callouts and tables, whose parts have no ids."""
        edges, start = self.lines.edges, id_span.start
        low = edges[bisect_right(edges, start) - 1]
        owner = self.lines.owners.get(low)
        if owner and owner.kind == "quote":
            return None
        if owner and owner.kind == "item":
            return Block(name, "listItem", Span(owner.start, owner.end), id_span)
        if owner and owner.kind == "flat":
            line = max(self.text.rfind("\n", 0, start) + 1, low)
            return Block(name, "listItem", Span(line, id_span.end), id_span)
        tables = self.lines.tables
        index = bisect_right(tables, start, key=lambda table: table.span.start) - 1
        if index >= 0 and start < tables[index].span.end:
            return None
        return Block(name, "paragraph", Span(self._start(start, low), id_span.end), id_span)

    def _start(self, at: int, low: int) -> int:
        """The start of the paragraph around `at`, not before `low`."""
        text, end = self.text, self.paragraph_end(at)
        if self._paragraph[0] != end:
            line = max(text.rfind("\n", low, at) + 1, low)
            while line > low and not self.lines.blank_above(line):
                line = max(text.rfind("\n", low, line - 1) + 1, low)
            while text[line : line + 1] in (" ", "\t"):
                line += 1
            self._paragraph = (end, line)
        return self._paragraph[1]


_FOUND: tuple[Callable[[Scanner, re.Match[str]], int | None], ...] = (
    Scanner._percent,
    *(links.wikilink,) * 3,
    *(links.markdown,) * 3,
    Scanner._whole_comment,
    Scanner._short_code,
    Scanner._code,
    Scanner._note_reference,
    links.bracket,
    Scanner._whole_comment,
    Scanner._open_html_comment,
    links.autolink,
    Scanner._html,
    Scanner._tag,
    Scanner._formula,
    Scanner._inline_formula,
    Scanner._escape,
    links.inline_note,
    Scanner._block_id,
    links.address,
    links.closing_bracket,
)
"""By the number of the group in `_TOKEN` that was the last to match; without one it is a `%%`."""
