"""A paragraph with so many emphasis signs that no Markdown renderer can be trusted to finish with it.

Markdown leaves it to the reader to find out which of thousands of `*` and `_` belong together, and the time for it
grows faster than the text. Such a paragraph is nearly always pasted data: put it in a code block.
"""

from vaultkit.lint.problem_rule import problem_rule

too_complex = problem_rule("too-complex", __doc__)
