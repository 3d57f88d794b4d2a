"""For editors and short lists: each finding on one line, its place first."""

from __future__ import annotations

from vaultkit.model.diagnostic import CheckResult, Diagnostic
from vaultkit.reports._look import SEVERITY_COLORS, Lines, Look, fixable, show


def concise(result: CheckResult, look: Look) -> str:
    """The findings as `path:line:column: severity[rule]: message`."""
    lines = Lines(result.text)
    return "".join(_line(item, lines, look) for item in result.diagnostics)


def _line(item: Diagnostic, lines: Lines, look: Look) -> str:
    line, column = lines[item.path].position(item.span.start)
    rule = look.paint(SEVERITY_COLORS[item.severity], f"{item.severity.label}[{look.rule(item.rule)}]")
    return f"{look.path(item.path)}:{line}:{column}: {rule}: {show(item.message)}{look.paint('2', fixable(item))}\n"
