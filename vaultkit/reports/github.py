"""For GitHub Actions: one workflow command per finding, which GitHub shows as an annotation on the changed line.

Paths are relative to the folder where the command runs, which is the repository's root in a workflow.
"""

from __future__ import annotations

from vaultkit.model.diagnostic import CheckResult, Diagnostic, Severity
from vaultkit.reports._look import Lines, Look, asked_by, show

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github(result: CheckResult, look: Look) -> str:
    """The findings as workflow commands, one a line."""
    lines = Lines(result.text)
    return "".join(_command(item, lines, look) for item in result.diagnostics)


def _command(item: Diagnostic, lines: Lines, look: Look) -> str:
    start, end = (lines[item.path].position(offset) for offset in item.span)
    path = look.path(item.path)
    place = {"file": path, "line": start.line, "endLine": end.line}
    if start.line == end.line:  # GitHub refuses columns on a range of lines
        place |= {"col": start.column, "endColumn": max(start.column, end.column - 1)}
    place["title"] = f"vaultkit ({item.rule})"
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in place.items())
    return (
        f"::{_COMMANDS[item.severity]} {properties}::{_data(f'{path}:{start.line}:{start.column}: {_words(item)}')}\n"
    )


def _words(item: Diagnostic) -> str:
    words = show(item.message)
    if item.origin:
        words += f" ({asked_by(item.origin)})"
    return words + (f"\n{show(item.hint)}" if item.hint else "")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
