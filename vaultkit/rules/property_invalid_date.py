"""A date is not in the calendar, or is not a date.

A property of type `date` or `datetime` is written as Obsidian does, `2024-11-21` or `2024-11-21T09:30:00`, or as
Jekyll does, `2024-11-21 0:00:00 -0400`. Month, day, hour, minute, second and time zone must exist: there is no 30
February, and no month 13. Either type takes a day with or without a time.

A day or month of one digit, such as `2024-3-1`, gets its zero (safe); `2024/03/01` and `20240301` are rewritten
(unsafe).
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.property_findings import property_findings
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("property-faults",), fixable="safe or unsafe")
def property_invalid_date(ctx: Context) -> Iterator[Diagnostic]:
    """Report dates that do not exist."""
    yield from property_findings(ctx)
