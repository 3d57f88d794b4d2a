"""What is told of a target that leaves nothing to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaultkit.publish.place import destination
from vaultkit.publish.plan_json import outcome_json

if TYPE_CHECKING:
    from vaultkit.publish.outcome import Outcome


def nothing_left(item: Outcome) -> dict[str, Any] | None:
    """What the next publish would tell of a target if nothing changed until then, as plain data. None when it would
    have something to do or to look at all the same: what waits for its time, is in conflict, or is brought elsewhere.
    """
    plan = item.plan
    if plan is None or item.error or plan.refusal or plan.conflicts or plan.by_state("scheduled"):
        return None
    goal = destination(item.target)
    if goal.place or plan.manifest.absent or not type(goal.form).__module__.startswith("vaultkit."):
        return None
    kept = plan.files._replace(write={}, delete=())
    quiet = plan._replace(files=kept, new=(), changed=(), withdrawn=(), delivered=())
    return outcome_json(item._replace(plan=quiet))
