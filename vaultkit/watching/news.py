"""What is news in a publish, as against the one before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultkit.model.record import NamedTuple

if TYPE_CHECKING:
    from vaultkit.model.note import NotePath
    from vaultkit.publish.plan import Plan
    from vaultkit.publish.select import Verdict
    from vaultkit.watching.events import Published


class Change(NamedTuple):
    """What became of a note: `new`, `changed` or `withdrawn` for readers; `held` or `withheld` as against before."""

    path: NotePath
    what: str
    why: str = ""


class News:
    """Compares each publish with the one before. What was held when the first one came is no news then."""

    def __init__(self) -> None:
        self._failing: dict[str, frozenset[tuple[NotePath, str]]] = {}

    def of(self, published: Published) -> tuple[Change, ...]:
        """What changed, each note and fact once, whatever the number of targets."""
        found: dict[Change, None] = {}
        for item in published.outcomes:
            if item.plan is None or item.plan.refusal:
                continue
            found.update(dict.fromkeys(_public(item.plan)))
            failing = [(verdict, "held") for verdict in item.plan.held]
            failing += [(verdict, "withheld") for verdict in item.plan.by_state("withheld")]
            before = self._failing.get(item.output)
            self._failing[item.output] = frozenset((verdict.path, state) for verdict, state in failing)
            if before is not None:
                news = [one for one in failing if (one[0].path, one[1]) not in before]
                found.update(dict.fromkeys(Change(verdict.path, state, _why(verdict)) for verdict, state in news))
        return tuple(found)


def _public(plan: Plan) -> list[Change]:
    """What readers see of it."""
    held = {verdict.path for verdict in plan.held}
    told = [Change(path, "new") for path in plan.new if path not in held]
    told += [Change(path, "changed") for path in plan.changed if path not in held]
    return told + [Change(item.path, "withdrawn") for item in plan.withdrawn if not item.still_public]


def _why(verdict: Verdict) -> str:
    return "; ".join(reason.message for reason in verdict.reasons)
