"""`python launched.py VARIANT ARGUMENTS`: vaultkit, with a short grace and with a way to kill its threads (SIGUSR1); or
one of the variants that are too simple, which the soak must find out.

    ours         as it is, but that it waits for five seconds and not for sixty
    no-grace     what is missing is withdrawn at once
    trusting     whatever a look at the path finds is the vault, as for a program that polls
    events-only  what the events tell is the vault; it is listed once
"""

import os
import random
import signal
import sys
import threading

from vaultkit.publish.press import Wish
from vaultkit.publisher import Publisher
from vaultkit.vault.files import Listing, Stat, Vault
from vaultkit.vault.watched import Watched
from vaultkit.watching.keeper import Keeper

DIE = "a thread that is to die"


def kill_a_thread(*_):
    """Let one of the threads that watch end, in one of the ways in which they do."""
    from watchdog.utils import BaseThread

    threads = [item for item in threading.enumerate() if isinstance(item, BaseThread)]
    for thread in threads if sys.argv[1] == "events-only" else random.sample(threads, min(1, len(threads))):
        if hasattr(thread, "read_events") and random.random() < 0.5:

            def fail():
                raise KeyError(DIE)

            thread.read_events = fail
        else:
            threading.Thread(target=thread.stop).start()


def quietly(args):
    if DIE not in str(args.exc_value):
        threading.__excepthook__(args)


class ByEvents(Watched):
    """What the events tell."""

    def scan(self):
        if not hasattr(self, "view"):
            self.view = dict(super().scan().files)
            self._listen()
        return Listing(dict(self.view), {}, {})

    def trouble(self):
        return ""

    def _listen(self):
        from watchdog.events import FileSystemEventHandler
        from watchdog.observers import Observer

        files = self

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event):
                if event.event_type not in ("opened", "closed_no_write"):
                    files.hear(event)

        observer = Observer()
        observer.schedule(Handler(), self.root, recursive=True)
        observer.start()

    def hear(self, event):
        for path in filter(None, (event.src_path, event.dest_path)):
            inside = os.path.relpath(path, self.root)
            if event.is_directory:
                if event.event_type in ("deleted", "moved") and path == event.src_path:
                    self.view = {known: it for known, it in self.view.items() if not known.startswith(inside + "/")}
                continue
            try:
                state = os.lstat(path)
                self.view[inside] = Stat(state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
            except OSError:
                self.view.pop(inside, None)
            if os.path.basename(inside).startswith("."):
                self.view.pop(inside, None)


class ByPath(Watched):
    """What is found at the path."""

    def trouble(self):
        return ""

    def scan(self):
        try:
            vault = Vault(self.root)
        except Exception:
            return Listing({}, {}, {})
        try:
            return vault.scan()
        finally:
            vault.close()

    def waits(self, path):
        return False


def main():
    variant = sys.argv[1]
    Keeper.__init__.__kwdefaults__["grace"] = 0.0 if variant in ("no-grace", "trusting", "events-only") else 5.0
    if variant in ("trusting", "events-only"):
        from vaultkit.watching import keeper

        keeper.Watched = ByPath if variant == "trusting" else ByEvents
        publish = Publisher.publish
        Publisher.publish = lambda self, target, output: publish(self, target, output, Wish(allow_mass_withdraw=True))
    threading.excepthook = quietly
    signal.signal(signal.SIGUSR1, kill_a_thread)

    from vaultkit.cli._door import run

    sys.exit(run(sys.argv[2:]))


if __name__ == "__main__":
    main()
