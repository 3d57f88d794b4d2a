"""A comment (`%%` or `<!--`) that is never closed.

What Obsidian hides then is not certain: perhaps nothing, perhaps the whole rest of the note. Nothing behind it is
published. Write the closing `%%` or `-->`.
"""

from vaultkit.lint.problem_rule import problem_rule

comment_unclosed = problem_rule("comment-unclosed", __doc__)
