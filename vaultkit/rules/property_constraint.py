"""A property has a value of the right type that the schema still does not allow.

Length, pattern, range, number of items, repetition and format are told by JSON Schema's words: `minLength`,
`maxLength`, `pattern`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, `minItems`,
`maxItems`, `uniqueItems`, `format` (`uri`, `email`, `date`, `date-time`, `time`, `uuid`).

A pattern is looked for anywhere in the value unless it is anchored by `^` and `$`. It runs in linear time, so it
knows no look-around and no back-references; `\\d` means the digits of every script, `[0-9]` those ten. A value that
breaks several constraints is reported for the first of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.property_findings import property_findings
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR)
def property_constraint(ctx: Context) -> Iterator[Diagnostic]:
    """Report values outside of what the schema allows."""
    yield from property_findings(ctx)
