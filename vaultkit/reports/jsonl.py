"""For programs that read line by line: each finding as one line of JSON, with the keys that it has in `json`."""

from __future__ import annotations

from vaultkit.model.diagnostic import CheckResult
from vaultkit.reports._data import as_json
from vaultkit.reports._finding import findings
from vaultkit.reports._look import Look


def jsonl(result: CheckResult, look: Look) -> str:
    """The findings as JSON objects, one a line."""
    return "".join(as_json(item, indent=None) for item in findings(result))
