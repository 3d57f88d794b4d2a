"""A plan, and what became of a target, as plain data with stable names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vaultkit.model.note import NotePath
    from vaultkit.model.standing import Reason
    from vaultkit.publish.outcome import Outcome
    from vaultkit.publish.plan import Plan, Refusal
    from vaultkit.publish.select import State


def outcome_json(item: Outcome, only: Iterable[NotePath] | None = None) -> dict[str, Any]:
    """What became of a target as plain data: its plan, and why it failed, if it did. See `as_json`."""
    error = item.error and {"message": item.error.what, "where": item.error.where, "help": item.error.do}
    plan = as_json(item.plan, item.output, only) if item.plan else {"output": item.output}
    return {**plan, "name": item.target.name, "kind": item.target.kind, "error": error}


def as_json(plan: Plan, output: str, only: Iterable[NotePath] | None = None) -> dict[str, Any]:
    """The plan as plain data, with stable names: of all notes, or of those that are `only` to be told of."""
    whole = _whole(plan, output)
    if only is None:
        return whole
    chosen = set(only)
    for key in ("new", "changed", "unchanged", "unselected"):
        whole[key] = [path for path in whole[key] if path in chosen]
    for key in ("held", "withheld", "denied", "scheduled", "withdrawn", "notices"):
        whole[key] = [item for item in whole[key] if item["path"] in chosen]
    whole["urls"] = {path: url for path, url in whole["urls"].items() if path in chosen}
    return whole


def _whole(plan: Plan, output: str) -> dict[str, Any]:
    states: tuple[State, ...] = ("held", "withheld", "denied", "scheduled")
    return {
        "output": output,
        "refused": plan.refusal and _refused(plan.refusal),
        "new": list(plan.new),
        "changed": list(plan.changed),
        "unchanged": list(plan.unchanged),
        **{state: [_judged(item.path, item.reasons) for item in plan.by_state(state)] for state in states},
        "unselected": [item.path for item in plan.by_state("unselected")],
        "withdrawn": [item._asdict() for item in plan.withdrawn],
        "urls": {path: record.url for path, record in plan.manifest.notes.items()},
        "redirects": {item.url: item.to for item in plan.notes.redirects} if not plan.refusal else {},
        "write": list(plan.files.write),
        "delete": list(plan.files.delete),
        "keep": len(plan.files.unchanged),
        "delivered": list(plan.delivered),
        "conflicts": [item._asdict() for item in plan.conflicts],
        "notices": [item._asdict() for item in plan.notices],
    }


def _refused(refusal: Refusal) -> dict[str, Any]:
    return {
        "message": refusal.what,
        "help": refusal.do,
        "missing": list(refusal.notes),
        "still_public": list(refusal.denied),
    }


def _judged(path: NotePath, reasons: Iterable[Reason]) -> dict[str, Any]:
    return {"path": path, "reasons": [reason._asdict() for reason in reasons]}
