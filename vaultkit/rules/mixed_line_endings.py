"""The lines of a note do not all end in the same way.

Off by default. Lines end with LF (Linux, macOS, Obsidian), with CR LF (Windows) or, in very old files, with CR. Where
they are mixed, some programs show two lines as one, and git shows lines as changed that nobody touched. Which of them a
note has does not matter, as long as it is one.

The fix (safe) writes the line end that most lines have; as many of two kinds: LF.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Fix
from vaultkit.model.expression import expression
from vaultkit.model.text import Span, TextEdit

_LINE_END = expression(r"\r\n|\n|\r")
_CALLED = {"\n": "LF", "\r\n": "CR LF", "\r": "CR"}


@rule(severity=None, fixable="safe")
def mixed_line_endings(ctx: Context) -> Iterator[Diagnostic]:
    """Report a note with two kinds of line ends once, at the first that differs from most."""
    text = ctx.text
    if "\r" not in text:
        return
    ends = list(_LINE_END.finditer(text))
    counts = Counter(end[0] for end in ends)
    if len(counts) < 2:
        return
    wanted = max(_CALLED, key=lambda end: counts[end])
    odd = [Span(*end.span()) for end in ends if end[0] != wanted]
    fix = Fix(f"end every line with {_CALLED[wanted]}", tuple(TextEdit(span, wanted) for span in odd), safe=True)
    first = text[slice(*odd[0])]
    message = f"this line ends with {_CALLED[first]}, and others with {_CALLED[wanted]}"
    yield ctx.report(odd[0], message, label=_CALLED[first], fix=fix)
