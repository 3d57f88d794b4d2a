"""`vaultkit watch`: checks everything once, then whatever is saved; publishes and shows the site when asked to."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from itertools import chain
from typing import TYPE_CHECKING

from vaultkit.cli._command import Command, whole
from vaultkit.cli._vault import config_of, say

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.publish.outcome import Outcome
    from vaultkit.session import Session
    from vaultkit.watching.events import Event, Listener
    from vaultkit.watching.instance import Instance
    from vaultkit.watching.keeper import Publish
    from vaultkit.watching.notify import Notifier
    from vaultkit.watching.standing import Standing


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `watch`."""
    add = parser.add_argument
    add("vaults", nargs="*", metavar="VAULT", help="vaults to watch, each by itself (default: that of --vault)")
    add("--publish", action="store_true", help="publish the notes that pass, after each change")
    add("--serve", action="store_true", help="show the published site on this machine and reload open pages")
    add("--output", metavar="DIR", help="where to publish (default: as configured, else VAULT-site beside the vault)")
    add("--accept-root", action="store_true", help="go on with another folder that takes the vault's place")
    add("--trust-vault-config", action="store_true", help="agree to the commands that the configuration names")
    add("--port", metavar="N", type=whole, default=0, help="the port of --serve (default: any free one)")
    add("--log-file", metavar="FILE", help="say everything into a file that never grows large, not here")
    add("--output-format", choices=("text", "concise"), help="how findings are told (default: concise in a log)")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)")
    add("--until-eof", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(paths=[], baseline=None, quiet=False)


def run(args: argparse.Namespace) -> int:
    """Watch until SIGINT or SIGTERM; the exit code is 0 then, or 1 when something could not be published."""
    from vaultkit.cli._door import complain
    from vaultkit.cli._log import logged
    from vaultkit.cli._several import roots_of, watch_several
    from vaultkit.errors import VaultkitError

    if args.until_eof:
        threading.Thread(target=_end_at_eof, name="end of input", daemon=True).start()
    with logged(args.log_file) as log:
        args.output_format = args.output_format or ("concise" if log else "text")
        try:
            roots = roots_of(args)
            return watch_several(args, roots) if len(roots) > 1 else _watch(args, roots[0])
        except VaultkitError as error:
            return complain(error.what, error.where, error.do)


def _watch(args: argparse.Namespace, root: str) -> int:
    """Watch one vault, as the only one who does."""
    from vaultkit.cli.publish import published_to
    from vaultkit.setup import as_checked
    from vaultkit.vault.user_config import UserSettings, user_file, user_settings
    from vaultkit.watching.hooks import Hooks
    from vaultkit.watching.instance import only_one
    from vaultkit.watching.notify import Notifier
    from vaultkit.watching.standing import Standing

    settings = UserSettings()

    def read() -> Config:
        nonlocal settings
        config = published_to(config_of(args, root), root, args.output)
        config = config if args.publish or args.serve else as_checked(config)
        settings = user_settings(root)
        return config

    with only_one(root) as instance, ExitStack() as stack:
        notifier, standing = Notifier(), Standing(root)
        stack.callback(notifier.stopping)
        hooks = Hooks(root, lambda: settings, say)
        stack.callback(hooks.close)
        stack.enter_context(_asked(instance, root, standing))
        others = (hooks, notifier)
        also = [user_file()]
        return keep_watching(args, root, read, others=others, also=also, notifier=notifier, standing=standing)


@contextmanager
def _asked(instance: Instance, root: str, standing: Standing) -> Iterator[None]:
    """Answer `vaultkit status` meanwhile, if this system lets us."""
    from vaultkit.watching.channel import answering

    with ExitStack() as stack:
        try:
            instance.tell(stack.enter_context(answering(root, standing.document)))
        except OSError as error:
            say(f"`vaultkit status` cannot ask this watch: {error.strerror}.")
        yield


def keep_watching(
    args: argparse.Namespace,
    root: str,
    config: Callable[[], Config],
    *,
    others: Iterable[Listener] = (),
    also: Iterable[str] = (),
    notifier: Notifier | None = None,
    standing: Standing | None = None,
) -> int:
    """Watch the vault at `root` until SIGINT or SIGTERM, for `watch` or `check --watch`; the exit code is 0 then,
    or 1 when something that was to be published is not.

    `standing` and `others` hear of everything before the terminal does, `also` are files that `config` depends on,
    `notifier` is told of every step. Raises SetupError for what is wrong at the start; later it is said, and the watch
    goes on.
    """
    from vaultkit.cli._teller import Teller
    from vaultkit.vault.settings import output_folders
    from vaultkit.vault.watch import Watcher
    from vaultkit.watching.events import Hearing, Noticed
    from vaultkit.watching.keeper import Keeper
    from vaultkit.watching.memory import give_back
    from vaultkit.watching.signals import obeying
    from vaultkit.watching.standing import Standing

    alive = notifier.alive if notifier else lambda: None
    files = filter(None, [args.config, *also])
    publish = publishing(args, notifier)
    keeper = Keeper(root, config, publish, files, accept_root=args.accept_root, seen=lambda at, of: alive())
    watcher = Watcher(root, ignored=output_folders(root, keeper.config), pulse=alive)
    with obeying(watcher), ExitStack() as stack:
        stack.callback(keeper.close)
        standing = standing or Standing(root)
        listeners: list[Listener] = [standing, *others, Teller(args, root)]
        if args.serve:
            listeners.append(previewed(args, keeper.session, standing, stack))
        for wake in watcher:
            if wake == "asked" and notifier:
                notifier.reloading()
            _tell(listeners, map(Noticed, watcher.news()), [Hearing(watcher.unwatched)], keeper.look(watcher.named))
            if (wait := keeper.wait()) is not None:
                watcher.soon(wait)
            give_back()
    say("Stopped.")
    return 1 if keeper.owes else 0


def _tell(listeners: Iterable[Listener], *events: Iterable[Event]) -> None:
    """Tell all of them of each event as it comes; nothing of an event is held afterwards."""
    for event in chain.from_iterable(events):
        for listener in listeners:
            listener(event)


def _end_at_eof() -> None:
    """End the watch when standard input ends."""
    while os.read(0, 4096):  # `sys.stdin` would be locked meanwhile, and a forked worker closes it
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def publishing(args: argparse.Namespace, notifier: Notifier | None = None) -> Publish | None:
    """What is done with a checked vault. Nothing is brought elsewhere without `--publish`; what needs to be agreed to
    is asked about once. Bringing it elsewhere may last, of which the notifier is told."""
    if not (args.publish or args.serve):
        return None
    from vaultkit.cli.publish import carried_out
    from vaultkit.publish.place import staying_here

    asked = False

    def publish(session: Session) -> list[Outcome]:
        nonlocal asked
        ask, asked = not asked, True
        with notifier.patience() if notifier and args.publish else nullcontext():
            return carried_out(
                session,
                args,
                lambda target, output: session.publish(target if args.publish else staying_here(target), output),
                ask,
            )

    return publish


def previewed(args: argparse.Namespace, session: Session, standing: Standing, stack: ExitStack) -> Listener:
    """Show the published site and the status page until the stack ends; the listener that keeps them up to date.
    `standing` hears of everything before it."""
    from vaultkit.cli.publish import site_of
    from vaultkit.server.preview import Preview
    from vaultkit.server.preview.key import MINUTES
    from vaultkit.server.status.board import Board
    from vaultkit.watching.events import Published

    def invite(words: str) -> None:
        say(f"{words}: {preview.invitation} (opens once, within {MINUTES} minutes)")

    def used(in_time: bool) -> None:
        invite(
            "The status page was opened; once more" if in_time else "An address was tried that is too old; a new one"
        )

    preview = Preview(site_of(session), Board(standing), args.port, used)
    say(f"The site is shown at {preview.url}")
    invite("How your notes stand, for you alone")
    preview.start()
    stack.callback(preview.stop)

    def hear(event: Event) -> None:
        if isinstance(event, Published):
            preview.show(site_of(event.session))  # another folder may be configured by now
        preview.heard(event)

    return hear


watch = Command("check and publish whatever is saved", arguments, run)
