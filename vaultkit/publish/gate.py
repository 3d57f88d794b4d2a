"""The findings that hold notes back: those at or above the gate of the configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from vaultkit.config import severity
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.note import NotePath
from vaultkit.model.standing import Reason
from vaultkit.publish.page import NOTHING
from vaultkit.publish.renewed import renewed

if TYPE_CHECKING:
    from vaultkit.publish.select import Decided

Findings = Mapping[NotePath, Mapping[Reason, None]]
"""What holds notes back, each sentence once."""


def at_gate(told: Mapping[NotePath, Sequence[Diagnostic]], gate: str, decided: Decided | None) -> Findings:
    """The findings that hold a note back, each sentence once; where nothing else was told, as `decided`."""
    limit = severity(gate)
    if limit is None:
        return {}
    known: Mapping[NotePath, Sequence[Diagnostic]] = decided.told if decided else NOTHING
    fresh = renewed(known, told)
    found = {path: item for path, item in decided.findings.items() if path in told} if decided else {}
    for path in fresh:
        reasons = {Reason(item.rule, item.message): None for item in told[path] if item.severity >= limit}
        if reasons:
            found[path] = reasons
        else:
            found.pop(path, None)
    return found
