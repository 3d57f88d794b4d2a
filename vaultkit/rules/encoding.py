"""A note that is not UTF-8 text.

Obsidian writes UTF-8 and reads nothing else. Text in another encoding (UTF-16, Latin-1), a NUL character or a byte
order mark in the middle are signs of a damaged file or of a file that is no note; nothing else in it is checked. A byte
order mark at the very start is fine.
"""

from vaultkit.lint.problem_rule import problem_rule

encoding = problem_rule("encoding", __doc__)
