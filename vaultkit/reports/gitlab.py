"""For GitLab: a code quality report, which merge requests show as what is new and what is gone.

Paths are relative to the folder where the command runs, which is the repository's root in a pipeline. A finding is
known by its fingerprint, so one that only moved is not new.
"""

from __future__ import annotations

from typing import Any

from vaultkit.model.diagnostic import CheckResult, Diagnostic, Severity
from vaultkit.reports._data import as_json, exact, numbered_fingerprints, readable
from vaultkit.reports._look import Lines, Look, sentence

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def gitlab(result: CheckResult, look: Look) -> str:
    """The findings as a JSON list in the form of GitLab's code quality reports."""
    lines = Lines(result.text)
    known_by = numbered_fingerprints(result, lines)
    return as_json([_entry(item, name, lines, look) for item, name in zip(result.diagnostics, known_by, strict=True)])


def _entry(item: Diagnostic, fingerprint: str, lines: Lines, look: Look) -> dict[str, Any]:
    begin, end = (lines[item.path].position(offset).line for offset in item.span)
    return {
        "description": sentence(item),
        "check_name": item.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[item.severity],
        "location": {"path": exact(look.prefix) + readable(item.path), "lines": {"begin": begin, "end": end}},
    }
