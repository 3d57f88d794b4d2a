"""What becomes of each of several targets: one that fails does not stop the others."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from vaultkit.errors import TargetError, VaultkitError
from vaultkit.model.record import NamedTuple
from vaultkit.publish.place import Undelivered
from vaultkit.publish.plan import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaultkit.config import TargetConfig
    from vaultkit.publish.plan import Plan


class Outcome(NamedTuple):
    """What became of a target: the plan, if one was made, and why it was not done, if it was not."""

    target: TargetConfig
    output: str
    plan: Plan | None
    error: VaultkitError | None = None


def outcome(act: Callable[[TargetConfig, str], Plan], target: TargetConfig, output: str) -> Outcome:
    """What becomes of a target when something is done with it."""
    try:
        plan = act(target, output)
    except Undelivered as error:
        return Outcome(target, output, error.plan, error)
    except Refused as error:
        return Outcome(target, output, error.done, error)
    except VaultkitError as error:
        return Outcome(target, output, None, error)
    except OSError as error:
        why = TargetError(error.strerror or str(error), where=os.fsdecode(error.filename or ""))
        return Outcome(target, output, None, why)
    return Outcome(target, output, plan, Refused(plan, output) if plan.refusal else None)
