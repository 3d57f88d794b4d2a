"""One file per rule, named as the rule; the file's docstring is its page (`vaultkit explain`).

Other packages bring rules by entry points of the group `vaultkit.rules`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vaultkit.extensions import Provider
    from vaultkit.lint.rule import Rule


def taken_in(found: Any, name: str, provider: Provider) -> Rule:
    """A rule of another package, guarded. Raises SetupError when it is none."""
    from vaultkit.lint.foreign import guarded

    return guarded(found, name, provider)
