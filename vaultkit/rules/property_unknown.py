"""A property is not named in a schema that allows no others.

Only schemas with `additionalProperties: false` say so. When several schemas govern a note, what any of them names is
known, and so is `vaultkit`, where findings are turned off. When a property of a similar name is known and not there
yet, the fix (unsafe) renames it, and that property is not reported as missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.property_findings import property_findings
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("property-faults",), fixable="unsafe")
def property_unknown(ctx: Context) -> Iterator[Diagnostic]:
    """Report properties that a closed schema does not name."""
    yield from property_findings(ctx)
