"""Something that was surely meant as a link and is none.

An empty link (`[[]]`), one that is not closed on its line, a block reference without `#` (`[[Dune^intro]]`), a name
with characters that no file of a vault can be linked by.
"""

from vaultkit.lint.problem_rule import problem_rule

link_malformed = problem_rule("link-malformed", __doc__)
