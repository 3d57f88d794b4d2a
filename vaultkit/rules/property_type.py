"""A property has a value of another type than the schema asks for.

The types are those of Obsidian: `text`, `number`, `checkbox`, `date`, `datetime`, `list`, `tags`, `aliases`, `link`;
and `object` for nested properties, which Obsidian shows but does not edit. With several types, one of them must fit.

Fixes: one value where a list belongs becomes a list (safe); text that YAML takes for a number or a checkbox, such as
`0123` or `true`, is put in quotes (safe); a number, a checkbox value or a link in the wrong notation is rewritten
(unsafe). A text that is no date is `property-invalid-date`, and `[[Note]]` without quotes is
`property-unquoted-link`.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.lint.property_findings import property_findings
from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Severity


@rule(severity=Severity.ERROR, about=("property-faults",), fixable="safe or unsafe")
def property_type(ctx: Context) -> Iterator[Diagnostic]:
    """Report values of the wrong type."""
    yield from property_findings(ctx)
