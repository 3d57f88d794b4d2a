"""An overview: how many findings each rule has, the most frequent first."""

from __future__ import annotations

from collections import Counter

from vaultkit.model.diagnostic import CheckResult
from vaultkit.reports._look import SEVERITY_COLORS, Look


def statistics(result: CheckResult, look: Look) -> str:
    """One line per rule and severity: the count, the severity, the name."""
    counts = Counter((item.rule, item.severity) for item in result.diagnostics)
    width = len(str(max(counts.values(), default=0)))
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return "".join(
        f"{count:>{width}}  {look.paint(SEVERITY_COLORS[severity], f'{severity.label:<7}')}  {rule}\n"
        for (rule, severity), count in rows
    )
