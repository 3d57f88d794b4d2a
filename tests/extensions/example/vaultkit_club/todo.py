"""A word that says that something is left to do stands in a note.

What is unfinished is easily forgotten, and looks careless once it is public. Do it, or note it down as a task.

The fix (safe) makes a task of a line that begins with the word.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from vaultkit import Context, Diagnostic, Fix, Severity, Span, TextEdit, rule


class Options(NamedTuple):
    """`words`: the words that are looked for, in capital letters."""

    words: tuple[str, ...] = ("TODO",)

    def check(self) -> None:
        """Raise ValueError for a word that could not be found."""
        for word in self.words:
            if not re.fullmatch("[A-Z]+", word):
                raise ValueError(f"`{word}` is no word in capital letters")


@rule(severity=Severity.WARNING, options=Options, fixable="safe")
def club_todo(ctx: Context) -> Iterator[Diagnostic]:
    """Report the words outside of code."""
    words = "|".join(ctx.options.words)
    code = [item.span for item in ctx.facts.code]
    for found in re.finditer(rf"(?m)(?P<start>^)?\b(?:{words})\b:? ?", ctx.text) if words else ():
        span = Span(found.start(), found.start() + len(found[0].rstrip(": ")))
        if not any(start <= span.start < end for start, end in code):
            edit = TextEdit(Span(*found.span()), "- [ ] ")
            fix = Fix("make it a task", (edit,), safe=True) if found["start"] is not None else None
            yield ctx.report(span, f"`{ctx.text[slice(*span)]}` says that something is left to do", fix=fix)
