"""A wikilink in a table whose `|` would end the cell.

In a table, the sign between a link's target and its display text is written `\\|`, and so is the one before an image's
size.

```md
| Book             | Rating |
| ---------------- | ------ |
| [[Dune|the sand]] | 9      |
```

The fix writes the backslash.
"""

from vaultkit.lint.problem_rule import problem_rule
from vaultkit.lint.rule import Context
from vaultkit.model.diagnostic import Fix
from vaultkit.model.note import Problem
from vaultkit.model.text import Span, TextEdit


def _escape(ctx: Context, problem: Problem) -> Fix | None:
    pipe = ctx.text.find("|", *problem.span)
    if pipe < 0 or ctx.text[pipe - 1 : pipe] == "\\":
        return None
    return Fix("write `\\|`", (TextEdit(Span(pipe, pipe), "\\"),), safe=True)


link_unescaped_pipe = problem_rule("link-unescaped-pipe", __doc__, _escape)
