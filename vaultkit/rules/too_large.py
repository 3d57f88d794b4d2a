"""A note that is too large to be read (more than 2 MiB).

Such a file is a dump or a mistake rather than a note, and slows down Obsidian as well. Split it, or leave it out under
`notes.exclude`.
"""

from vaultkit.lint.problem_rule import problem_rule

too_large = problem_rule("too-large", __doc__)
