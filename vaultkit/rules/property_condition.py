"""The values of two properties do not go together.

This is about `required-if` (a property is required when others have certain values) and `compare` (one must be
before, after, or the same as another). Dates are compared as moments, numbers as numbers, text by its characters.
When one of the properties has another finding, or has no value, they are not compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.property_findings import property_findings
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("property-faults",))
def property_condition(ctx: Context) -> Iterator[Diagnostic]:
    """Report properties that contradict each other."""
    yield from property_findings(ctx)
