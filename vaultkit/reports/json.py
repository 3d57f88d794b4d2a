"""For programs: one JSON document, in ASCII, whose keys stay. `schemas/diagnostics.schema.json` says what is in it."""

from __future__ import annotations

from vaultkit.model.diagnostic import CheckResult
from vaultkit.reports._data import as_json
from vaultkit.reports._finding import document
from vaultkit.reports._look import Look


def json(result: CheckResult, look: Look) -> str:
    """The findings as one JSON document."""
    return as_json(document(result))
