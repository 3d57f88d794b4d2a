"""`vaultkit watch`: checks everything once, then whatever is saved; publishes and shows the site when asked to."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING

from vaultkit.cli._command import Command
from vaultkit.cli._vault import config_of, look, root_of, say

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.model.diagnostic import CheckResult, Diagnostic
    from vaultkit.model.note import NotePath
    from vaultkit.publish.outcome import Outcome
    from vaultkit.server.preview import Preview
    from vaultkit.session import Session
    from vaultkit.vault.watched import Trouble
    from vaultkit.watching.events import Event, Listener, Published
    from vaultkit.watching.keeper import Publish


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `watch`."""
    add = parser.add_argument
    add("--publish", action="store_true", help="publish the notes that pass, after each change")
    add("--serve", action="store_true", help="show the published site on this machine and reload open pages")
    add("--output", metavar="DIR", help="where to publish (default: as configured, else VAULT-site beside the vault)")
    add("--accept-root", action="store_true", help="go on with another folder that takes the vault's place")
    add("--trust-vault-config", action="store_true", help="agree to the commands that the configuration names")
    add("--port", metavar="N", type=int, default=0, help="the port of --serve (default: any free one)")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)")
    parser.set_defaults(paths=[], output_format="text", baseline=None, quiet=False)


def run(args: argparse.Namespace) -> int:
    """Watch until SIGINT or SIGTERM; the exit code is 0 then, or 1 when something could not be published."""
    from vaultkit.cli.publish import published_to

    root = root_of(args)
    return keep_watching(args, root, lambda: published_to(config_of(args, root), root, args.output))


def keep_watching(args: argparse.Namespace, root: str, config: Callable[[], Config]) -> int:
    """Watch the vault at `root` until SIGINT or SIGTERM, for `watch` or `check --watch`; the exit code is 0 then, or 1
    when something that was to be published is not.

    Raises SetupError for what is wrong at the start; later it is said, and the watch goes on.
    """
    from vaultkit.vault.settings import output_folders
    from vaultkit.vault.watch import Watcher
    from vaultkit.watching.events import Hearing, Noticed
    from vaultkit.watching.keeper import Keeper
    from vaultkit.watching.signals import obeying

    keeper = Keeper(root, config, publishing(args), filter(None, [args.config]), accept_root=args.accept_root)
    watcher = Watcher(root, ignored=output_folders(root, keeper.config))
    with obeying(watcher), ExitStack() as stack:
        stack.callback(keeper.close)
        listeners: list[Listener] = [Teller(args, root)]
        if args.serve:
            listeners.append(previewed(args, keeper.session, stack).heard)
        for _ in watcher:
            for event in chain(map(Noticed, watcher.news()), [Hearing(watcher.unwatched)], keeper.look()):
                for listener in listeners:
                    listener(event)
            if (wait := keeper.wait()) is not None:
                watcher.soon(wait)
    say("Stopped.")
    return 1 if keeper.owes else 0


def publishing(args: argparse.Namespace) -> Publish | None:
    """What is done with a checked vault. Nothing is brought elsewhere without `--publish`; what needs to be agreed to
    is asked about once."""
    if not (args.publish or args.serve):
        return None
    from vaultkit.cli.publish import carried_out
    from vaultkit.publish.place import staying_here

    asked = False

    def publish(session: Session) -> list[Outcome]:
        nonlocal asked
        ask, asked = not asked, True
        return carried_out(
            session,
            args,
            lambda target, output: session.publish(target if args.publish else staying_here(target), output),
            ask,
        )

    return publish


def previewed(args: argparse.Namespace, session: Session, stack: ExitStack) -> Preview:
    """A preview of the published site, shown until the stack ends."""
    from vaultkit.cli.publish import output_of
    from vaultkit.server.preview import Preview

    preview = Preview(output_of(session), args.port)
    say(f"The site is shown at {preview.url}")
    preview.start()
    stack.callback(preview.stop)
    return preview


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
        from vaultkit.cli.publish import tell

        for item in published.outcomes:
            plan, trouble = item.plan, str(item.error or "")
            troubles = plan and (plan.held, plan.by_state("withheld"), plan.conflicts)
            known, complained = self._told.get(item.output, (None if any(troubles or ()) else troubles, ""))
            if plan and (plan.changes or plan.delivered or troubles != known):
                tell(plan, item.output, self._args)
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


watch = Command("check and publish whatever is saved", arguments, run)
