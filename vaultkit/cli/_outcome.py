"""What becomes of each of several targets: one that fails does not stop the others."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from vaultkit.errors import TargetError, VaultkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vaultkit.config import TargetConfig
    from vaultkit.model.note import NotePath
    from vaultkit.publish.plan import Plan


class Outcome(NamedTuple):
    """What became of a target: the plan, if one was made, and why it was not done, if it was not."""

    target: TargetConfig
    output: str
    plan: Plan | None
    error: VaultkitError | None = None


def outcome(act: Callable[[TargetConfig, str], Plan], target: TargetConfig, output: str) -> Outcome:
    """What becomes of a target when something is done with it."""
    from vaultkit.publish.place import Undelivered
    from vaultkit.publish.plan import Refused

    try:
        plan = act(target, output)
    except Undelivered as error:
        return Outcome(target, output, error.plan, error)
    except VaultkitError as error:
        return Outcome(target, output, None, error)
    except OSError as error:
        why = TargetError(error.strerror or str(error), where=os.fsdecode(error.filename or ""))
        return Outcome(target, output, None, why)
    return Outcome(target, output, plan, Refused(plan, output) if plan.refusal else None)


def document(made: Iterable[Outcome], paths: list[NotePath] | None = None) -> str:
    """What became of the targets, as one JSON document; of all notes, or of those given."""
    from vaultkit.cli._plan import as_json

    targets = []
    for item in made:
        error = item.error and {"message": item.error.what, "where": item.error.where, "help": item.error.do}
        plan = as_json(item.plan, item.output, paths) if item.plan else {"output": item.output}
        targets.append({**plan, "name": item.target.name, "kind": item.target.kind, "error": error})
    return json.dumps({"version": 1, "targets": targets}, indent=2) + "\n"


def complain_of(item: Outcome, several: bool) -> None:
    """Say why a target failed, and which of several it is."""
    from vaultkit.cli._door import complain

    assert item.error
    where = ": ".join(filter(None, (item.target.name if several else "", item.error.where)))
    complain(item.error.what, where, item.error.do)
