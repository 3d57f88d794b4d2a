"""A block of math (`$$`) that is never closed.

Write the closing `$$`. For a literal dollar sign write `\\$`.
"""

from vaultkit.lint.problem_rule import problem_rule

math_unclosed = problem_rule("math-unclosed", __doc__)
