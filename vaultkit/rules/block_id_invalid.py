"""The id of a block has characters that Obsidian does not take: only letters, digits and dashes can be in it.

The block cannot be linked to, and the id is shown as text. Write `^first-law` for `^first_law`.
"""

from vaultkit.lint.problem_rule import problem_rule
from vaultkit.model.diagnostic import Severity

block_id_invalid = problem_rule("block-id-invalid", __doc__, severity=Severity.WARNING)
