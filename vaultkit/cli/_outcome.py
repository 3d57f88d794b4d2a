"""What became of the targets, in words and as JSON, for the commands that publish."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaultkit.publish.outcome import Outcome


def document(made: Iterable[Outcome]) -> str:
    """What became of the targets, as one JSON document."""
    from vaultkit.publish.plan_json import outcome_json

    return as_document([*map(outcome_json, made)])


def as_document(told: list[dict[str, Any]]) -> str:
    """The same of what is told of each target as plain data."""
    return json.dumps({"version": 1, "targets": told}, indent=2) + "\n"


def complain_of(item: Outcome, several: bool) -> None:
    """Say why a target failed, and which of several it is."""
    from vaultkit.cli._door import complain

    assert item.error
    where = ": ".join(filter(None, (item.target.name if several else "", item.error.where)))
    complain(item.error.what, where, item.error.do)
