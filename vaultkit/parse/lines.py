"""Lines, seen through the containers that are open: quotes, list items and footnotes, nested in each other.

Source: CommonMark 0.31, appendix "A parsing strategy". A line costs its own length, however deep the nesting.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import Any, Literal

from vaultkit.model.expression import expression
from vaultkit.model.note import Block, BlockKind, Callout, Code, Comment, Footnote, Heading, Math, Problem, Table, Task
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span

make = tuple.__new__
"""Makes a fact of the tuple of all its fields. Facts come by the hundred thousand, and this is three times as fast."""

EMPTY_LINE = expression(r"\n[ \t]*\r?\n")
_LINE_END = expression(r"\n")
_SPACES = expression(r"[ \t]*")


class Container:
    """An open quote, list item or footnote, from offset `start`; its `end` is known once it is closed.

    A `flat` list is closed when it is met: items of one line each, all but the last.

    `least` is the indentation in columns that continues it, `width` how much of that is its own; a quote has neither.
    `fact` is the list and the index of the fact that speaks of it and gets its span when it closes.
    """

    __slots__ = ("end", "fact", "kind", "least", "start", "width")

    def __init__(
        self, kind: Literal["quote", "item", "note", "flat"], start: int, width: int = 0, least: int = 0
    ) -> None:
        self.kind = kind
        self.start = start
        self.end = start
        self.width = width
        self.least = least
        self.fact: tuple[list[Any], int] | None = None


class Hole(NamedTuple):
    """A part of the text that is not read as inline text; `hidden`: a comment, where links and tags count still."""

    start: int
    end: int
    hidden: bool


class Root(NamedTuple):
    """A block outside all containers. `mark` tells lists apart."""

    kind: BlockKind
    start: int
    end: int
    mark: str


class Lines:
    """The current line, the open containers, the open paragraph, and what was found so far.

    The line runs from `line` to `end`, the next one starts at `next`. Behind the marks and the indentation of the
    containers that it continues (`matched` of them), its content begins at `at`, in column `column`; the containers
    take up the columns before `base`. Nothing inline reaches across an edge or an empty line.
    """

    column = base = matched = 0
    paragraph = -1
    """Where the open paragraph starts, or some place before that; -1 when none is open."""
    before = -1
    """Where the content of the line before starts, if that line was looked at."""
    hollow = -1
    """The line behind a list mark that has nothing behind it."""
    untitled = -1
    """The line below the head of a callout: with all its marks it begins the body, and goes on with no paragraph."""
    no_rule = -1
    """Up to here this line is known to hold no thematic break."""
    _walked = (-1, -1)
    """The line for which the start of its paragraph was looked for last, and that start."""
    _ended = (0, -1)
    """From where the end of a comment was looked for last, and that end."""
    _counted = (-1, False)
    """Up to where `%%` were counted in a paragraph, and whether their number is odd."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.size = len(text)
        self.line = self.next = self.at = self.end = start
        self.written = start
        """The end of the last line with something on it, while a container is open."""
        self.last = Root("paragraph", start, start, "")
        """The last block outside all containers that is more than a paragraph."""
        self.seen = start
        """How far the text behind the last block is known to hold nothing but block ids."""
        self.stack: list[Container] = []
        self.quotes: list[int] = []
        """Where in the stack the quotes are."""
        self.edges: list[int] = [start]
        self.owners: dict[int, Container] = {}
        """By edge: the outermost quote or else the innermost container that what follows it belongs to."""
        self.holes: list[Hole] = []
        self.headings: list[Heading] = []
        self.blocks: list[Block] = []
        self.callouts: list[Callout] = []
        self.tasks: list[Task] = []
        self.code: list[Code] = []
        self.math: list[Math] = []
        self.tables: list[Table] = []
        self.comments: list[Comment] = []
        self.footnotes: list[Footnote] = []
        self.problems: list[Problem] = []
        self.awaiting = ""
        """Of an unclosed block whose closing signs may still come, outside its container: what stands before it on its
        line, and its sign; "" when there is none."""

    def enter(self, line: int) -> int:
        """Read the line that starts at `line`; the number of open containers that it continues."""
        text = self.text
        end = text.find("\n", line)
        self.line = line
        if end < 0:
            self.next = end = self.size
        else:
            self.next = end + 1
        if end > line and text[end - 1] == "\r":
            end -= 1
        self.end = end
        at, column, base, depth = line, 0, 0, 0
        if line < end and text[line] in " \t":
            at, column = self.spaces(line, 0)
        for container in self.stack:
            if at >= end:
                depth = self._continued_by_nothing(depth)
                break
            if container.least:
                if column - base < container.least:
                    break
                base = min(base + container.width, column)
            elif text[at] != ">" or column - base > 3:
                break
            else:
                at, column, base = self.inside_quote(at, column)
            depth += 1
        self.at, self.column, self.base = at, column, base
        return depth

    def _continued_by_nothing(self, depth: int) -> int:
        """An empty line continues everything up to the next quote."""
        quote = bisect_left(self.quotes, depth)
        return self.quotes[quote] if quote < len(self.quotes) else len(self.stack)

    def spaces(self, at: int, column: int) -> tuple[int, int]:
        """The offset and column behind the spaces and tabs at `at`."""
        found = _SPACES.match(self.text, at, self.end)
        end = found.end() if found else at
        if self.text.find("\t", at, end) < 0:
            return end, column + end - at
        for char in self.text[at:end]:
            column += 4 - column % 4 if char == "\t" else 1
        return end, column

    def inside_quote(self, at: int, column: int) -> tuple[int, int, int]:
        """The offset and column of the content behind the `>` at `at`, and the column where the inside begins."""
        base = column + 1
        at, column = self.spaces(at + 1, base)
        return at, column, base + 1 if column > base else base

    def advance(self) -> bool:
        """Go to the next line if it continues all open containers."""
        line = self.next
        if line >= self.size:
            return False
        if self.enter(line) < len(self.stack):
            self.next = line
            return False
        if self.at < self.end:
            self.written = self.end
        return True

    def find(self, sign: str, start: int) -> int:
        """Where `sign` stands from `start` on, in lines that continue all open containers; -1 when they end before."""
        if not self.stack:
            return self.text.find(sign, start)
        found = self.text.find(sign, start, self.end)
        while found < 0 and self.advance():
            found = self.text.find(sign, self.at, self.end)
        return found

    def open(self, container: Container) -> None:
        """Something inside the containers that this line continues begins with a container."""
        self.close(self.matched)
        self.paragraph = -1
        if container.kind == "quote":
            self.quotes.append(len(self.stack))
        self.stack.append(container)
        self.matched = len(self.stack)

    def close(self, depth: int) -> None:
        """Close all containers but the outermost `depth`."""
        stack = self.stack
        while len(stack) > depth:
            container = stack.pop()
            container.end = max(self.written, container.start)
            if container.kind == "quote":
                self.quotes.pop()
            if container.fact:
                facts, index = container.fact
                facts[index] = facts[index]._replace(span=Span(container.start, container.end))
            if not stack:
                self._closed(container)

    def _closed(self, container: Container) -> None:
        """The outermost container was closed: a quote, a footnote, or an item of a list that may go on."""
        end = container.end
        if container.kind == "item":
            self.last = self.last._replace(end=end)
        else:
            kind: BlockKind = "paragraph" if container.kind == "note" else "callout" if container.fact else "blockquote"
            self.last = Root(kind, container.start, end, "")
        self.seen = end
        self.edge(self.line)

    def edge(self, at: int) -> None:
        """Nothing inline reaches across `at`."""
        self.edges.append(at)
        if self.stack:
            self.owners[at] = self.stack[self.quotes[0]] if self.quotes else self.stack[-1]
        else:
            self.owners.pop(at, None)

    def leave(self) -> None:
        """Something begins here that is no paragraph and no container."""
        if self.matched < len(self.stack):
            self.close(self.matched)
        self.paragraph = -1
        self.written = self.end
        self.edge(self.at)

    def finish(self, kind: BlockKind, start: int, end: int) -> int:
        """A block ended, and its line with it; the start of the line to go on with."""
        self.written = end
        if not self.stack:
            self.edge(self.next)
            self.last = Root(kind, start, end, "")
            self.seen = end
        return self.next

    def resume(self, kind: BlockKind, start: int, end: int) -> int:
        """A block ended, maybe inside a line; what follows it there is a paragraph."""
        if end > self.end:
            self.enter(end)
        rest, _ = self.spaces(end, 0)
        following = self.finish(kind, start, end)
        if rest < self.end:
            if not self.stack:
                self.edges.pop()
            self.edge(end)
            self.paragraph = self.before = rest
            self.written = self.end
        return following

    def bounds(self) -> list[int]:
        """The places across which nothing inline reaches, in order: edges, empty lines, ends of items of one line."""
        found = {*self.edges, *(empty.end() for empty in EMPTY_LINE.finditer(self.text))}
        for start, after in pairwise([*self.edges, self.size]):
            owner = self.owners.get(start)
            if owner and owner.kind == "flat":
                found.update(end.end() for end in _LINE_END.finditer(self.text, start, after))
        return sorted(found)

    def skip(self, line: int) -> None:
        """Pass over plain lines up to `line`; a paragraph is open behind them if the last one is not blank."""
        self.before = -1
        if self.blank_above(line):
            self.paragraph = -1
        elif self.paragraph < 0:
            self.paragraph = self.next

    def blank_above(self, line: int) -> bool:
        """Whether the line above the one that starts at `line` has nothing on it."""
        last = self.text[line - 2 : line - 1]
        if last not in "\r \t":
            return last == "\n"
        above = self.text[self.text.rfind("\n", 0, line - 1) + 1 : line - 1]
        return not above.removesuffix("\r").strip(" \t")

    @property
    def in_paragraph(self) -> bool:
        """Whether this line would continue the open paragraph with the marks of all containers in place."""
        return self.paragraph >= 0 and self.matched == len(self.stack)

    def start_of_paragraph(self) -> int:
        """Where the open paragraph starts that this line would continue."""
        line = self.line
        known, start = self._walked
        while line > self.paragraph and not self.blank_above(line):
            if line == known and start >= self.paragraph:
                line = start
                break
            line = max(self.text.rfind("\n", 0, line - 1) + 1, self.paragraph)
        self._walked = (self.line, line)
        return line

    def comment_end(self, start: int) -> int:
        """Where a comment of HTML ends whose paragraph or block ends before it, at `start`. Markdown takes it for none,
        but nothing of it is to be shown; and without an end nothing that follows."""
        asked, end = self._ended
        if not asked <= start <= end - 3:
            close = self.text.find("-->", start)
            end = self.size if close < 0 else close + 3
            self._ended = start, end
        return end

    def comment_is_open(self) -> bool:
        """Whether a `%%` in the open paragraph waits for its second."""
        at, odd = self._counted
        start = self.start_of_paragraph()
        if at < start:
            at, odd = start, False
        if self.text.count("%%", at, self.line) % 2:
            odd = not odd
        self._counted = (self.line, odd)
        return odd
