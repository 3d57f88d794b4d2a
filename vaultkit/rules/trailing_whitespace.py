"""Spaces or tabs at the end of a line.

Off by default. Nobody sees them, and they show up in every comparison of two versions. Some mean something, and stay:

- two spaces at the end of a line of text are a line break in Markdown. Between two lines of text they are right; more
  than two are cut to two
- one space behind the sign of an empty list item (`- `) or the box of an empty task (`- [ ] `), which the app does not
  take for one without it, or behind a backslash
- what stands in code, and in the properties

The fix (safe) takes the others away.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix
from vaultkit.model.expression import expression
from vaultkit.model.note import Facts
from vaultkit.model.text import Span, TextEdit

_LINE = expression(r"([^\r\n]*)(?:\r\n|\n|\r|\Z)")
_ITEM = expression(r"[ \t>]*(?:[-*+]|[0-9]{1,9}[.)])(?:[ \t]+\[[^\]]\])?\Z")
_MARKS = " \t>"


@rule(severity=None, fixable="safe")
def trailing_whitespace(ctx: Context) -> Iterator[Diagnostic]:
    """Report white space at line ends that has no meaning."""
    text, facts = ctx.text, ctx.facts
    for line, below in pairwise((*_LINE.finditer(text, facts.frontmatter.span.end), None)):
        assert line
        words = line[1].rstrip(" \t")
        space = line[1][len(words) :]
        if not space or _is_code(facts, line.end(1)):
            continue
        if words == "---":
            continue
        if words.endswith("\\") or _ITEM.match(words):
            wanted = space[0]
        else:
            wanted = "  " if below and _is_break(facts, line, words, space, below[1]) else ""
        if wanted != space:
            span = Span(line.end(1) - len(space), line.end(1))
            fix = Fix("remove what is too much" if wanted else "remove it", (TextEdit(span, wanted),), safe=True)
            yield ctx.report(span, "this line has white space at its end", label="white space", fix=fix)


def _is_break(facts: Facts, line: re.Match[str], words: str, space: str, below: str) -> bool:
    """Whether the space is a line break: two spaces between two lines of text, not behind a heading."""
    if not (space.endswith("  ") and words.strip(_MARKS) and below.strip(_MARKS)):
        return False
    index = bisect_left(facts.headings, line.start(), key=lambda heading: heading.span.end)
    return not (index < len(facts.headings) and facts.headings[index].span.start < line.end(1))


def _is_code(facts: Facts, at: int) -> bool:
    """Whether a line that ends here is one of a block of code."""
    index = bisect_right(facts.code, at, key=lambda item: item.span.start) - 1
    return index >= 0 and at <= facts.code[index].span.end and facts.code[index].kind != "inline"
