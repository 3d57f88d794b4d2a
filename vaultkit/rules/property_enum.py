"""A property has a value that is not among those the schema allows.

This is about `enum` and `const`. Values are compared as typed, letter case included. When the value differs from an
allowed one by letter case alone the fix is safe; when it is merely near, unsafe.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.property_findings import property_findings
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("property-faults",), fixable="safe or unsafe")
def property_enum(ctx: Context) -> Iterator[Diagnostic]:
    """Report values that are not allowed."""
    yield from property_findings(ctx)
