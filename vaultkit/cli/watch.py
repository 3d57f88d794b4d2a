"""`vaultkit watch`: checks everything once, then whatever is saved; publishes and shows the site when asked to."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from vaultkit.cli._command import Command
from vaultkit.cli._vault import config_of, look, root_of, say

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.model.diagnostic import CheckResult, Diagnostic
    from vaultkit.model.note import NotePath
    from vaultkit.server.preview import Preview
    from vaultkit.session import Session


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `watch`."""
    add = parser.add_argument
    add("--publish", action="store_true", help="publish the notes that pass, after each change")
    add("--serve", action="store_true", help="show the published site on this machine and reload open pages")
    add("--output", metavar="DIR", help="where to publish (default: as configured, else VAULT-site beside the vault)")
    add("--trust-vault-config", action="store_true", help="agree to the commands that the configuration names")
    add("--port", metavar="N", type=int, default=0, help="the port of --serve (default: any free one)")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)")
    parser.set_defaults(paths=[], output_format="text", baseline=None, quiet=False)


def run(args: argparse.Namespace) -> int:
    """Watch until SIGINT or SIGTERM; the exit code is 0 then."""
    from vaultkit.cli.publish import published_to

    root = root_of(args)
    return keep_watching(args, root, lambda: published_to(config_of(args, root), root, args.output))


def keep_watching(args: argparse.Namespace, root: str, config: Callable[[], Config]) -> int:
    """Watch the vault at `root` until SIGINT or SIGTERM, for `watch` or `check --watch`; the exit code is 0 then.

    Raises SetupError for what is wrong at the start; later it is said, and the watch goes on.
    """
    from vaultkit.vault.settings import output_folders
    from vaultkit.vault.watch import Watcher

    watch_run = _Watch(args, root, config)
    watcher = Watcher(root, ignored=output_folders(root, watch_run.config))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: watcher.stop())
    with watch_run:
        for wake in watcher:
            if wake == "start" and watcher.unwatched:
                say(f"This system cannot watch the vault ({watcher.unwatched}): looking every two seconds instead.")
            watch_run.look()
    say("Stopped.")
    return 0


class _Watch:
    """What `watch` does at every look at the vault."""

    def __init__(self, args: argparse.Namespace, root: str, read: Callable[[], Config]) -> None:
        self.config = read()
        self._read = read
        self._args = args
        self._root = root
        self._sources: tuple[str, ...] = tuple(sorted(self.config.sources()))
        self._stamp = self._now()
        self._session = self._open()
        self._said: dict[NotePath, tuple[Diagnostic, ...]] = {}
        self._told: dict[str, object] = {}
        self._trouble = ""
        self._seen = False
        self._unpublished = True
        self._preview = self._serve() if args.serve else None

    def __enter__(self) -> _Watch:
        if self._preview:
            self._preview.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._preview:
            self._preview.stop()

    def look(self) -> None:
        """Check what changed since the last look, say so, and publish."""
        from vaultkit.errors import VaultkitError

        if not self._session.present():
            self._say_once(
                "The vault is not there any more (unmounted, renamed?): nothing is withdrawn, waiting for it."
            )
            return
        try:
            fresh = self._take_in_settings()
            result = self._session.refresh()
            if not self._session.present():
                return
            self._tell(result)
            self._unpublished = fresh or self._session.changed or self._unpublished
            if (self._args.publish or self._args.serve) and self._unpublished:
                self._unpublished = not self._publish()
            self._trouble = ""
        except VaultkitError as error:
            if not self._seen:
                raise
            self._say_once(f"vaultkit: {error}")

    def _take_in_settings(self) -> bool:
        """Whether the session is a new one: the first, or one with a changed configuration.

        A configuration that cannot be used is said once, and the last good one goes on.
        """
        stamp = self._now()
        if stamp == self._stamp:
            return not self._seen
        self._stamp = stamp
        self.config = self._read()
        self._session = self._open()
        say("The configuration changed: checking everything again.")
        return True

    def _tell(self, result: CheckResult) -> None:
        """Report the notes whose findings are not what was said of them before."""
        from vaultkit import registry
        from vaultkit.cli._baseline import Baseline
        from vaultkit.cli.check import summary
        from vaultkit.model.diagnostic import CheckResult
        from vaultkit.reports._look import show

        known = Baseline(self._session, self._args.baseline)
        fresh = known.new(result)
        found: dict[NotePath, tuple[Diagnostic, ...]] = dict.fromkeys(self._wanted(fresh.paths), ())
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
            now = known.new(self._session.diagnostics(self._wanted(self._session.diagnostics().paths)))
            self._remark(summary(now, known=known.remark()) + ("" if self._seen else " Watching."))
        self._seen = True

    def _wanted(self, paths: tuple[NotePath, ...]) -> list[NotePath]:
        """Those of the notes that were named, at the start or later; all when none was."""
        from vaultkit.cli._paths import inside, notes_at, those_in

        if not self._args.paths:
            return list(paths)
        if not self._seen:
            for given in self._args.paths:
                list(notes_at(given, self._root, self._session))
        places = {inside(given, self._root) for given in self._args.paths}
        return list(paths) if "" in places else those_in(places, paths)

    def _remark(self, words: str) -> None:
        if not self._args.quiet:
            say(words)

    def _publish(self) -> bool:
        """Whether everything was published; what was not is tried again at the next look."""
        from vaultkit.cli.publish import publish_session

        changed, whole = publish_session(self._session, self._args, self._told)
        if changed and self._preview:
            self._preview.reload()
        return whole

    def _serve(self) -> Preview:
        from vaultkit.cli.publish import output_of
        from vaultkit.server.preview import Preview

        preview = Preview(output_of(self._session), self._args.port)
        say(f"The site is shown at {preview.url}")
        return preview

    def _open(self) -> Session:
        from vaultkit.session import Session

        session = Session.open(self._root, self.config)
        if session.setup.sources != self._sources:
            self._sources = session.setup.sources
            self._stamp = self._now()
        return session

    def _now(self) -> str:
        from vaultkit.vault.stamp import stamp

        return stamp(self._root, [*self._sources, *filter(None, [self._args.config])])

    def _say_once(self, words: str) -> None:
        if words != self._trouble:
            say(words)
        self._trouble = words


watch = Command("check and publish whatever is saved", arguments, run)
