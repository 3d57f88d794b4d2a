"""What the status page shows, kept up to date by what the looks tell."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from vaultkit.errors import VaultkitError
from vaultkit.model.record import NamedTuple
from vaultkit.watching.events import Checked, Event, Published

if TYPE_CHECKING:
    from vaultkit.model.diagnostic import Diagnostic
    from vaultkit.model.note import NotePath
    from vaultkit.publish.select import Verdict
    from vaultkit.session import Session
    from vaultkit.watching.standing import Standing

_MISSING = frozenset(("link-broken", "embed-broken", "property-broken-link"))


def _utc() -> datetime:
    return datetime.now(UTC)


class Since(NamedTuple):
    """Since when a note is held. `exact` is false when it may have been before."""

    moment: datetime
    exact: bool


class Known(NamedTuple):
    """All that the page knows at a moment; nothing in it changes.

    `document` is that of `Standing`. `findings` has the notes that have some. `missing` has of each note the targets
    that its links name and that are not there. `verdicts` is what was decided about every note when it was last
    published, `urls` the addresses of those that are public, `since` has those that are held. `text` gives the decoded
    text of a note as it is by now.
    """

    document: Mapping[str, Any]
    paths: tuple[NotePath, ...] = ()
    findings: Mapping[NotePath, tuple[Diagnostic, ...]] = {}
    missing: Mapping[NotePath, tuple[str, ...]] = {}
    verdicts: Mapping[NotePath, Verdict] = {}
    urls: Mapping[NotePath, str] = {}
    since: Mapping[NotePath, Since] = {}
    text: Callable[[NotePath], str] = lambda path: ""


class Board:
    """A listener; `now` may be asked from any thread. `standing` is a listener that hears of everything before it."""

    def __init__(self, standing: Standing, clock: Callable[[], datetime] = _utc) -> None:
        self._standing = standing
        self._clock = clock
        self._lock = threading.Lock()
        self._known = Known({})

    def __call__(self, event: Event) -> None:
        """Take in what a look told."""
        match event:
            case Checked(session, result):
                found = _findings(session, result.paths, self._known)
            case Published():
                found = self._published(event)
            case _:
                found = self._known
        with self._lock:
            self._known = found

    def now(self) -> Known:
        """What is known at this moment."""
        with self._lock:
            return self._known._replace(document=self._standing.document())

    def _published(self, published: Published) -> Known:
        """What was decided at the first target of which anything could be decided."""
        done = next((item for item in published.outcomes if item.plan), None)
        if done is None or done.plan is None:
            return self._known
        held = {verdict.path for verdict in done.plan.held}
        since = {path: moment for path, moment in self._known.since.items() if path in held}
        seen = held & self._known.verdicts.keys() - since.keys()
        since |= dict.fromkeys(seen, Since(self._clock(), True))
        if held - since.keys():
            try:
                kept = published.session.publisher.generations(done.target, done.output)
            except (VaultkitError, OSError):
                kept = []
            history = [(_moment(item.written), {p for p, r in item.manifest.notes.items() if r.held}) for item in kept]
            since |= {path: _since(path, history, self._clock()) for path in held - since.keys()}
        urls = {path: record.url for path, record in done.plan.manifest.notes.items()}
        return self._known._replace(verdicts=done.plan.notes.verdicts, urls=urls, since=since)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _since(path: NotePath, history: list[tuple[datetime, set[NotePath]]], now: datetime) -> Since:
    """Since when a note is held, by the editions that are kept, newest first."""
    found, exact = now, False
    for written, held in history:
        if path not in held:
            return Since(found, True)
        found, exact = written, False
    return Since(found, exact)


def _findings(session: Session, checked: tuple[NotePath, ...], before: Known) -> Known:
    whole = session.diagnostics()
    found = {path: tuple(items) for path, items in groupby(whole.diagnostics, lambda item: item.path)}
    anew = set(checked)
    missing = {}
    for path, items in found.items():
        if any(item.rule in _MISSING for item in items):
            known = before.missing.get(path)
            missing[path] = _targets(session, path, items) if known is None or path in anew else known
    return before._replace(paths=whole.paths, findings=found, missing=missing, text=whole.text)


def _targets(session: Session, path: NotePath, found: tuple[Diagnostic, ...]) -> tuple[str, ...]:
    """What the broken links of a note name, each once, in their order."""
    spans = {item.span for item in found if item.rule in _MISSING}
    links = session.index.notes[path].facts.links if path in session.index.notes else ()
    return tuple(dict.fromkeys(link.target for link in links if link.span in spans))
