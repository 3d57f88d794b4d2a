"""A plan, and what became of a target, as plain data with stable names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vaultkit.model.note import NotePath
    from vaultkit.model.standing import Reason
    from vaultkit.publish.outcome import Outcome
    from vaultkit.publish.plan import Plan, Refusal
    from vaultkit.publish.select import State


_NAMES = ("new", "changed", "unchanged", "unselected")
_ITEMS = ("held", "withheld", "denied", "scheduled", "withdrawn", "notices")


def outcome_json(item: Outcome) -> dict[str, Any]:
    """What became of a target as plain data: its plan, and why it failed, if it did."""
    error = item.error and {"message": item.error.what, "where": item.error.where, "help": item.error.do}
    plan = as_json(item.plan, item.output) if item.plan else {"output": item.output}
    return {**plan, "name": item.target.name, "kind": item.target.kind, "error": error}


def only_of(told: dict[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """A plan as plain data, of some notes alone."""
    if "urls" not in told:
        return told
    chosen = set(paths)
    names = {key: [path for path in told[key] if path in chosen] for key in _NAMES}
    items = {key: [item for item in told[key] if item["path"] in chosen] for key in _ITEMS}
    return {**told, **names, **items, "urls": {path: url for path, url in told["urls"].items() if path in chosen}}


def as_json(plan: Plan, output: str) -> dict[str, Any]:
    """The plan as plain data, with stable names."""
    states: tuple[State, ...] = ("held", "withheld", "denied")
    return {
        "output": output,
        "refused": plan.refusal and _refused(plan, plan.refusal),
        "new": list(plan.new),
        "changed": list(plan.changed),
        "unchanged": list(plan.unchanged),
        **{state: [_judged(item.path, item.reasons) for item in plan.by_state(state)] for state in states},
        "scheduled": [
            _judged(item.path, item.reasons) | {"due": _utc(item.due)} for item in plan.by_state("scheduled")
        ],
        "unselected": [item.path for item in plan.by_state("unselected")],
        "withdrawn": [item._asdict() | {"reasons": _reasons(plan, item.path)} for item in plan.withdrawn],
        "urls": {path: record.url for path, record in plan.manifest.notes.items()},
        "redirects": dict(plan.sent) if not plan.refusal else {},
        "write": list(plan.files.write),
        "delete": list(plan.files.delete),
        "keep": len(plan.files.unchanged),
        "delivered": list(plan.delivered),
        "conflicts": [item._asdict() for item in plan.conflicts],
        "notices": [item._asdict() for item in plan.notices],
    }


def _refused(plan: Plan, refusal: Refusal) -> dict[str, Any]:
    return {
        "message": refusal.what,
        "help": refusal.do,
        "missing": list(refusal.notes),
        "reasons": {path: _reasons(plan, path) for path in refusal.notes},
        "still_public": list(refusal.denied),
    }


def _reasons(plan: Plan, path: NotePath) -> list[dict[str, str]]:
    """Why a note that was published is not to be any more."""
    return [reason._asdict() for reason in plan.notes.verdicts[path].reasons]


def _utc(moment: datetime | None) -> str | None:
    """A moment in ISO 8601, in UTC."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _judged(path: NotePath, reasons: Iterable[Reason]) -> dict[str, Any]:
    return {"path": path, "reasons": [reason._asdict() for reason in reasons]}
