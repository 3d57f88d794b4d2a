"""Something that looks like a note and cannot be read as one.

A folder or pipe called `x.md`, a symbolic link (vaultkit follows none, so that nothing from outside the vault can be
published), a file without permission to read. Nothing else is known of it, so nothing else is checked.
"""

from vaultkit.lint.problem_rule import problem_rule

unreadable = problem_rule("unreadable", __doc__)
