"""What a look at a vault can tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vaultkit.model.record import NamedTuple

if TYPE_CHECKING:
    from vaultkit.errors import VaultkitError
    from vaultkit.model.diagnostic import CheckResult
    from vaultkit.publish.outcome import Outcome
    from vaultkit.session import Session
    from vaultkit.vault.watched import Trouble


class Noticed(NamedTuple):
    """Something about how the vault is watched that a person should know: a sentence, told once."""

    words: str


class Hearing(NamedTuple):
    """How changes are noticed from now on: told by the system, or, for the reason `unwatched`, looked for all the time.

    `unwatched` is "" when the system tells.
    """

    unwatched: str


class Away(NamedTuple):
    """The vault is not there (unmounted, renamed, emptied; `vault.watched` tells which): nothing is done until it is
    back."""

    root: str
    why: Trouble


class Stuck(NamedTuple):
    """The look ended early. What was good before goes on; the next look tries again."""

    error: VaultkitError


class Renewed(NamedTuple):
    """The configuration or a schema changed: everything is checked again. With an `error` it cannot be used, and the
    last good one goes on."""

    error: VaultkitError | None = None


class Checked(NamedTuple):
    """What was checked at this look: everything at the first, later what changed and the notes that it concerns."""

    session: Session
    result: CheckResult


class Published(NamedTuple):
    """What became of each target; told only when there was something to publish."""

    session: Session
    outcomes: tuple[Outcome, ...]

    @property
    def changed(self) -> bool:
        """Whether anything public is another now."""
        return any(item.plan is not None and bool(item.plan.changes) for item in self.outcomes)

    @property
    def failed(self) -> bool:
        """Whether a target did not do what it should."""
        return any(item.error is not None for item in self.outcomes)


Event = Noticed | Hearing | Away | Stuck | Renewed | Checked | Published
Listener = Callable[[Event], object]
