"""When to look at the vault again. Events are hints; a scan by the session is the truth.

    for wake in Watcher(root):
        session.refresh()

Any event only sets a flag; the path that it names says no more than where to look first. After a quiet moment, or at
the latest after a short while, the loop wakes; it also wakes at the start, every half minute without any event, after
the machine slept, when the system says that it lost events, and when it is asked to. So whatever is lost costs delay
and never truth. While things happen faster than they can be heard it does not listen: a look that is held up by
thousands of events would come too late. What watches is looked after: a thread that died is replaced. Where the system
cannot watch at all, or not every folder, looking every two seconds takes its place.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from vaultkit.vault import watchable
from vaultkit.vault.bell import Bell
from vaultkit.vault.observation import Observation, identity

_GLANCE = 1.0
"""Seconds between glances at the root, the clock and the threads."""

_SLEPT = 2.0
"""Seconds that the clocks may drift apart before it is taken for sleep."""

_RESTARTS = (0.5, 60.0)
"""Seconds to wait before what died is started again: at first, and at most."""

_TOO_MANY = 500
_NEVER = -(1 << 60)
"""So many events are heard during a look; more would hold it up. Between looks there is time to hear them all."""

_FEW = 20
"""Where so many events named a path, it pays to look there first."""

_SHARE = 20
"""Where it must be looked often, looking takes at most this part of the time."""

Wake = Literal["start", "events", "sweep", "overflow", "sleep", "asked"]


class Watcher:
    """Iterates over the moments to look again; ends after `stop()`. All times are seconds.

    `quiet`: how long nothing must happen before a look; `longest`: the longest wait while things keep happening;
    `sweep`: a look without any event; `blind`: the same where watching is not possible. `ignored` are vault folders
    whose events do not matter (outputs). `pulse` is called every second while it waits. `unwatched` says why the system
    does not tell of every change, "" when it does. `named` are the vault paths that the events before a wake named,
    when these were few: what is there by now may be seen first.
    """

    def __init__(
        self,
        root: str,
        *,
        quiet: float = 0.2,
        longest: float = 2.0,
        sweep: float = 30.0,
        blind: float = 2.0,
        ignored: Iterable[str] = (),
        pulse: Callable[[], object] = lambda: None,
    ) -> None:
        self._root = root.rstrip("/")
        self._pulse = pulse
        self._quiet, self._longest, self._sweep, self._blind = quiet, longest, sweep, blind
        self._ignored = tuple(folder + "/" for folder in ignored)
        self._dirty = Bell()
        self._stopped = False
        self._why: Wake | None = None
        self._soonest = sweep
        self._observation: Observation | None = None
        self._patience, self._again = _RESTARTS[0], 0.0
        self._deaf = False
        self._heard = _NEVER
        """Events that came during a look."""
        self._uncounted = False
        self._surplus = False
        """Whether more is watched than there is: a folder that was moved out of the vault still is."""
        self._root_seen: tuple[int, int] | None = None
        self._ahead = _ahead()
        self._named: list[str] = []
        self.named: tuple[str, ...] = ()
        self._news: list[str] = []
        self._told: set[str] = set()
        self.unwatched = ""

    def __iter__(self) -> Iterator[Wake]:
        try:
            yield from self._wakes()
        finally:
            self._close()

    def _wakes(self) -> Iterator[Wake]:
        self._open()
        wake: Wake = "start"
        while not self._stopped:
            self._dirty.hush()
            named, self._named = self._named, []
            self.named = tuple(dict.fromkeys(named)) if len(named) <= _FEW else ()
            began, self._heard = time.monotonic(), 0
            yield wake
            wake = self._next(time.monotonic() - began)

    def stop(self) -> None:
        """End the iteration soon; safe to call from a signal handler or another thread."""
        self._stopped = True
        self._dirty.ring()

    def nudge(self, why: Wake = "asked") -> None:
        """Look again soon, as after an event; safe to call from a signal handler or another thread."""
        self._why = why
        self._dirty.ring()

    def soon(self, seconds: float) -> None:
        """Look again in so many seconds at the latest, once."""
        self._soonest = seconds

    def news(self) -> tuple[str, ...]:
        """What a person should know of how the vault is watched: sentences, each of which is given out once."""
        news, self._news = tuple(self._news), []
        return news

    def _next(self, took: float) -> Wake:
        """Wait for the next wake. `took` is how long the last look lasted: where it must be looked often, a vault that
        takes long is looked at less often."""
        usual = max(self._blind, took * _SHARE) if self.unwatched else self._sweep
        if self._deaf:
            self._listen_again()
        self._heard = _NEVER
        wake = self._wait(min(usual, self._soonest))
        self._soonest = usual
        if wake == "events" and not self._settles():
            self._deaf = True
            self._close()
        why, self._why = self._why or wake, None
        if not self._stopped and not self._deaf:
            self._tend(why)
        return why

    def _listen_again(self) -> None:
        """Listen after a look that was not to be disturbed. What happened meanwhile is not known, so look again."""
        self._close()
        self._deaf = False
        self._patience = _RESTARTS[0]
        self._open()
        self._dirty.ring()

    def _wait(self, longest: float) -> Wake:
        """Wait for an event; a root that came, went or was replaced counts as one, because it may not tell itself."""
        latest = time.monotonic() + longest
        while not self._stopped and (left := latest - time.monotonic()) > 0:
            self._pulse()
            if self._dirty.heard(min(left, _GLANCE)) or self._root_changed():
                return "events"
            if self._slept():
                return "sleep"
            if self._is_dead() and time.monotonic() >= self._again:
                return "sweep"
        return "events" if self._dirty.rings() else "sweep"

    def _settles(self) -> bool:
        """Wait for a quiet moment, but not too long; whether it came."""
        latest = time.monotonic() + self._longest
        while (left := latest - time.monotonic()) > 0 and not self._stopped:
            self._dirty.hush()
            if not self._dirty.heard(min(self._quiet, left)):
                return True
        return self._stopped

    def _root_changed(self) -> bool:
        """Whether another folder stands at the root, or none, since this was asked last."""
        before, self._root_seen = self._root_seen, identity(self._root)
        return self._root_seen != before

    def _slept(self) -> bool:
        """Whether the machine slept since this was asked last."""
        before, self._ahead = self._ahead, _ahead()
        return self._ahead - before > _SLEPT

    def _is_dead(self) -> bool:
        return self._observation is None or not self._observation.is_alive()

    def _tend(self, wake: Wake) -> None:
        """Start what watches again when it died, later each time, or when it watches another folder by now; count the
        folders when there may be more."""
        now, observed, dead = time.monotonic(), self._observation, self._is_dead()
        elsewhere = observed is not None and observed.root != identity(self._root)
        if elsewhere or (not dead and observed and wake == "sweep" and (observed.is_blind() or self._stays_surplus())):
            self._patience, self._again = _RESTARTS[0], 0.0
        elif not dead:
            if now >= self._again + _RESTARTS[1]:
                self._patience = _RESTARTS[0]
            if self._uncounted:
                self._count(again=True)
            return
        elif observed:
            self._tell("What watches the vault died and was started again; nothing is missed.")
        if now >= self._again:
            self._close()
            self._open()

    def _open(self) -> None:
        """Let the system watch. What cannot be is tried again, later each time."""
        self._again = time.monotonic() + self._patience
        self._patience = min(2 * self._patience, _RESTARTS[1])
        self._root_seen = identity(self._root)
        if self._root_seen is None:
            self._again = 0.0  # nothing is wrong with watching, and when the root is back there is something to watch
            return
        try:
            self._observation = Observation(self._root, self._hint, self._lost)
        except (OSError, RuntimeError) as error:
            words = f"This system cannot watch the vault ({error}): looking every two seconds instead."
            self._watch_less(str(error), words)
            return
        self._count()

    def _count(self, again: bool = False) -> None:
        """See whether the system tells of changes in every folder, and say so once when it does not. Folders that are
        as new as their events may not be watched yet: so it takes two counts to be sure."""
        assert self._observation
        sure, self._uncounted = not (again and not self.unwatched), False
        kind = watchable.file_system(os.path.realpath(self._root))
        if watchable.changes_elsewhere(kind):
            self._watch_less(
                f"it lies on {kind}, where files change unseen",
                f"The vault lies on {kind}, where files change unseen: looking every two seconds.",
            )
            return
        watches = self._observation.watches()
        folders = watchable.count_folders(self._root) if watches else 0
        self._surplus = watches > folders
        if watches >= folders:
            self.unwatched = ""
            return
        self.unwatched = f"the system watches only {watches} of {folders} folders"
        self._uncounted = not sure
        if sure:
            most = watchable.most_watches()
            self._tell(
                f"The system watches only {watches} of {folders} folders (fs.inotify.max_user_watches is {most}; "
                f"`sysctl fs.inotify.max_user_watches={max(8 * most, 524288)}` raises it): looking every two seconds.",
                once="limit",
            )

    def _stays_surplus(self) -> bool:
        """Whether more was watched than there is at the last count, and still is long after."""
        if self._surplus:
            self._count(again=True)
        return self._surplus

    def _watch_less(self, reason: str, words: str) -> None:
        self.unwatched = reason
        self._tell(words)

    def _tell(self, words: str, once: str = "") -> None:
        if (once or words) not in self._told:
            self._told.add(once or words)
            self._news.append(words)

    def _lost(self, overflow: bool) -> None:
        """The system says that something went wrong: what it told may not be all that happened."""
        if overflow:
            self._tell("More happened at once than the system could tell of: looking at everything.")
        self.nudge("overflow" if overflow else "events")

    def _hint(self, paths: tuple[str, ...], are_folders: bool) -> None:
        self._heard += 1
        if self._heard > _TOO_MANY and not self._deaf and self._observation:
            self._deaf = True
            self._observation.hush()
        named, full = self._named, len(self._named) > _FEW
        if self._dirty.rings() and self._uncounted and full:
            return
        inside = [path.removeprefix(self._root).lstrip("/") for path in paths]
        if any(map(self._matters, inside)):
            if not full:
                named += inside
            self._uncounted = self._uncounted or are_folders
            self._dirty.ring()

    def _matters(self, inside: str) -> bool:
        hidden = inside.startswith(".") or "/." in inside
        return (not hidden or inside.startswith(".obsidian/")) and not (inside + "/").startswith(self._ignored)

    def _close(self) -> None:
        if self._observation is not None:
            self._observation.close()
            self._observation = None


def _ahead() -> float:
    """By how much the clock that counts sleep is ahead of the one that does not."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(clock) - time.monotonic() if clock is not None else 0.0
