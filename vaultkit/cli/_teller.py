"""Tells a person at a terminal, or whoever reads the log, what is news at every look of a watch."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from vaultkit.cli._vault import look, say

if TYPE_CHECKING:
    from vaultkit.cli._plan import Line
    from vaultkit.model.diagnostic import CheckResult, Diagnostic
    from vaultkit.model.note import NotePath
    from vaultkit.session import Session
    from vaultkit.vault.watched import Trouble
    from vaultkit.watching.events import Event, Published


_AWAY: dict[Trouble, str] = {
    "away": "The vault is not there any more (unmounted, renamed?): nothing is withdrawn, waiting for it.",
    "another": "The vault is not there any more: another folder stands in its place. Nothing is withdrawn, waiting for "
    "the vault. If this is the vault, copied back, start the watch again; with --accept-root it goes on by itself.",
    "emptied": "The vault is not there any more: its folder has lost what marks it as one. Nothing is withdrawn, "
    "waiting for it.",
}
"""What is said of a vault that is not there."""


class Teller:
    """Tells the person at the terminal what is news at every look."""

    def __init__(self, args: argparse.Namespace, root: str) -> None:
        self._args = args
        self._root = root
        self._said: dict[NotePath, tuple[Diagnostic, ...]] = {}
        self._told: dict[str, tuple[object, str]] = {}
        self._lines: dict[str, list[Line]] = {}
        self._trouble = ""
        self._seen = False

    def __call__(self, event: Event) -> None:
        """Say what is to be said of it."""
        from vaultkit.watching.events import Away, Checked, Noticed, Published, Renewed, Stuck

        match event:
            case Noticed(words):
                say(words)
            case Away(_, why):
                self._say_once(_AWAY[why])
            case Renewed(None):
                say("The configuration changed: checking everything again.")
            case Renewed(error):
                say(f"vaultkit: {error}\nThe last good configuration goes on.")
            case Checked(session, result):
                if self._trouble in _AWAY.values():
                    say("The vault is back.")
                self._trouble = ""
                self._tell(session, result)
            case Published():
                self._tell_published(event)
            case Stuck(error):
                self._say_once(f"vaultkit: {error}")

    def _tell(self, session: Session, result: CheckResult) -> None:
        """Report the notes whose findings are not what was said of them before."""
        from vaultkit import registry
        from vaultkit.cli._baseline import Baseline
        from vaultkit.cli.check import summary
        from vaultkit.model.diagnostic import CheckResult
        from vaultkit.reports._look import show

        known = Baseline(session, self._args.baseline)
        fresh = known.new(result)
        found: dict[NotePath, tuple[Diagnostic, ...]] = dict.fromkeys(self._wanted(session, fresh.paths), ())
        for item in fresh.diagnostics:
            if item.path in found:
                found[item.path] = (*found[item.path], item)
        news = [path for path in found if found[path] != self._said.get(path, ())]
        if news:
            report = registry.load("vaultkit.reports", self._args.output_format)
            said = tuple(item for path in news for item in found[path])
            sys.stdout.write(report(CheckResult(said, tuple(news), fresh.text), look(self._args, self._root)))
            sys.stdout.flush()
        for path in news:
            if not found[path]:
                self._remark(f"{show(path)}: nothing wrong any more.")
        self._said.update(found)
        if not self._seen or news:
            now = known.new(session.diagnostics(self._wanted(session, session.diagnostics().paths)))
            self._remark(summary(now, known=known.remark()) + ("" if self._seen else " Watching."))
        self._seen = True

    def _wanted(self, session: Session, paths: tuple[NotePath, ...]) -> list[NotePath]:
        """Those of the notes that were named, at the start or later; all when none was."""
        from vaultkit.cli._paths import inside, notes_at, those_in

        if not self._args.paths:
            return list(paths)
        if not self._seen:
            for given in self._args.paths:
                list(notes_at(given, self._root, session))
        places = {inside(given, self._root) for given in self._args.paths}
        return list(paths) if "" in places else those_in(places, paths)

    def _tell_published(self, published: Published) -> None:
        """Say what became of the targets, as far as it is news."""
        from vaultkit.cli._outcome import complain_of
        from vaultkit.cli.publish import tell_news

        for item in published.outcomes:
            plan, trouble = item.plan, str(item.error or "")
            troubles = plan and (plan.held, plan.by_state("withheld"), plan.conflicts)
            known, complained = self._told.get(item.output, (None if any(troubles or ()) else troubles, ""))
            if plan and (plan.changes or plan.delivered or troubles != known):
                lines = tell_news(plan, item.output, self._args, self._lines.get(item.output, ()))
                self._lines[item.output] = lines
            if item.error and trouble != complained:
                complain_of(item, len(published.outcomes) > 1)
            self._told[item.output] = troubles, trouble

    def _remark(self, words: str) -> None:
        if not self._args.quiet:
            say(words)

    def _say_once(self, words: str) -> None:
        if words != self._trouble:
            say(words)
        self._trouble = words
