"""A property that the schema requires is absent or empty.

Null, blank text and a list with nothing in it are empty; `false` and `0` are values. When a property of a similar
name stands there, the finding is about that one, and the fix (unsafe) renames it.

Where the schema gives a `default`, the fix (safe) writes it. A note without any properties gets
`frontmatter-missing` instead, one whose properties cannot be read gets that finding alone, and a property with a
wrong value is not missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.property_findings import property_findings
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("property-faults",), fixable="safe or unsafe")
def property_missing(ctx: Context) -> Iterator[Diagnostic]:
    """Report required properties without a value."""
    yield from property_findings(ctx)
