"""How a watched vault stands, as plain data: kept up to date by what the looks tell, read by whoever asks.

standing = Standing(root)
standing(event)          # a listener
standing.document()      # for `vaultkit status`, the page of the server, hooks; from any thread
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from vaultkit._version import VERSION as PROGRAM
from vaultkit.publish.plan_json import outcome_json
from vaultkit.watching.events import Away, Checked, Event, Hearing, Published, Renewed, Stuck
from vaultkit.watching.news import Change, News

if TYPE_CHECKING:
    from vaultkit.errors import VaultkitError
    from vaultkit.model.diagnostic import Diagnostic
    from vaultkit.model.note import NotePath
    from vaultkit.vault.watched import Trouble

VERSION = 1
RECENT = 50
"""So many changes are remembered."""

_AWAY: dict[Trouble, str] = {
    "away": "the vault is not there (unmounted, renamed?)",
    "another": "another folder stands in the vault's place",
    "emptied": "the vault's folder has lost what marks it as one",
}
_LISTS = ("held", "withheld", "denied", "scheduled", "unselected")
_Known = tuple[tuple[str, str], ...]


def _utc() -> datetime:
    return datetime.now(UTC)


class Standing:
    """How the vault at `root` stands. `clock` tells the time, with a time zone.

    The document:

        version     of this document: 1
        program     the version of vaultkit that watches
        vault       the vault's root, a path
        pid, since  the process that watches, and when it began
        mode        `watching`; `scanning` where the system tells of no changes; `paused` while the vault is away
        why         of the last two, a sentence
        looked      when the vault was last seen whole, or null
        trouble     what ended the last look early, or is wrong with the configuration, so that the last good one
                    goes on: `message`, `where`, `help`; or null
        notes       `all` that are checked, and how many have findings (`found`)
        findings    how many `error`, `warning` and `info`
        published   when something public changed last since it began, or null
        states      how many notes are `published`, `held`, … at the first target; {} when nothing is published
        targets     of each target what a publish would do now, as `vaultkit status --json` tells it
        changes     the last ones, newest first: `at`, `path`, `what` (`found`, `mended`, `gone`; `new`, `changed`,
                    `withdrawn`, `held`, `withheld`), `why`

    Times are ISO 8601 in UTC, to the second.
    """

    def __init__(self, root: str, clock: Callable[[], datetime] = _utc) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._news = News()
        self._found: dict[NotePath, _Known] | None = None
        self._unwatched = ""
        self._unusable: VaultkitError | None = None
        self._changes: deque[dict[str, str]] = deque(maxlen=RECENT)
        self._facts: dict[str, Any] = {
            "version": VERSION,
            "program": PROGRAM,
            "vault": os.path.abspath(root),
            "pid": os.getpid(),
            "since": self._now(),
            "mode": "watching",
            "why": "",
            "looked": None,
            "trouble": None,
            "notes": {"all": 0, "found": 0},
            "findings": {"error": 0, "warning": 0, "info": 0},
            "published": None,
            "states": {},
            "targets": [],
        }

    def __call__(self, event: Event) -> None:
        """Take in what a look told."""
        with self._lock:
            match event:
                case Hearing(unwatched):
                    self._unwatched = unwatched
                    if self._facts["mode"] != "paused":
                        self._set_mode()
                case Away(_, why):
                    self._facts["mode"] = "paused"
                    self._facts["why"] = f"{_AWAY[why]}; nothing is withdrawn"
                case Renewed(error):
                    self._unusable = error
                    self._set_trouble(error)
                case Stuck(error):
                    self._set_trouble(error)
                case Checked():
                    self._take_findings(event)
                case Published():
                    self._take_outcomes(event)

    def document(self) -> dict[str, Any]:
        """How the vault stands at this moment."""
        with self._lock:
            return {**self._facts, "changes": list(self._changes)}

    def _now(self) -> str:
        return self._clock().isoformat(timespec="seconds").replace("+00:00", "Z")

    def _set_mode(self) -> None:
        self._facts["mode"] = "scanning" if self._unwatched else "watching"
        self._facts["why"] = self._unwatched

    def _set_trouble(self, error: VaultkitError | None) -> None:
        self._facts["trouble"] = error and {"message": error.what, "where": error.where, "help": error.do}

    def _take_findings(self, checked: Checked) -> None:
        session, result = checked
        self._set_mode()
        self._set_trouble(self._unusable)
        self._facts["looked"] = self._now()
        if self._found is not None and not session.changed and not result.paths:
            return
        whole = session.diagnostics()
        found = {path: _known(items) for path, items in groupby(whole.diagnostics, lambda item: item.path)}
        if self._found is not None:
            self._remember(_differences(self._found, found, frozenset(result.paths)))
        self._found = found
        counts = {"error": 0, "warning": 0, "info": 0}
        for item in whole.diagnostics:
            counts[item.severity.label] += 1
        self._facts["findings"] = counts
        self._facts["notes"] = {"all": len(whole.paths), "found": len(found)}

    def _take_outcomes(self, published: Published) -> None:
        self._remember(self._news.of(published))
        if published.changed:
            self._facts["published"] = self._now()
        self._facts["targets"] = targets = [settled(outcome_json(item)) for item in published.outcomes]
        first = next((target for target in targets if "urls" in target), {})
        states = {"published": len(first.get("urls", ()))} | {key: len(first.get(key, ())) for key in _LISTS}
        self._facts["states"] = states if first else {}

    def _remember(self, changes: Iterable[Change]) -> None:
        at = self._now()
        self._changes.extendleft({"at": at, **change._asdict()} for change in changes)


def settled(target: dict[str, Any]) -> dict[str, Any]:
    """What a publish would do of a target right after one that did what this tells: nothing of that again."""
    if "urls" not in target or target["refused"]:
        return target
    return {
        **target,
        "new": [],
        "changed": [],
        "unchanged": sorted(target["urls"]),
        "withdrawn": [item for item in target["withdrawn"] if item["still_public"]],
        "write": [],
        "delete": [],
        "keep": target["keep"] + len(target["write"]),
        "delivered": [],
    }


def _known(items: Iterable[Diagnostic]) -> _Known:
    """What is said of a note, wherever in it."""
    return tuple(sorted((item.rule, item.message) for item in items))


def _differences(
    before: dict[NotePath, _Known], now: dict[NotePath, _Known], checked: frozenset[NotePath]
) -> list[Change]:
    """The notes of which something else is said than before."""
    other = [Change(path, "found", known[0][1]) for path, known in now.items() if before.get(path) != known]
    return other + [Change(path, "mended" if path in checked else "gone") for path in before if path not in now]
