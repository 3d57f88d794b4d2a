"""Several vaults, each watched by a process of its own: what happens to one never disturbs the others.

This process only looks after them: what they say gets the vault's name in front, one that ends or hangs is started
again, later each time, and a service manager is told of all of them as of one.
"""

from __future__ import annotations

import argparse
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from typing import IO

from vaultkit.cli._vault import root_of, say
from vaultkit.errors import SetupError

_LIMIT = 180_000_000
"""Microseconds that a watch may be silent before it counts as hanging, unless it asks for more."""

_PATIENCE = (1.0, 300.0)
"""Seconds before a watch that ended is started again: at first, and at most."""

_WELL = 60.0
"""Seconds after which a watch that was started counts as well."""

_GRACE = 5.0
_PAUSE = 1.0


def roots_of(args: argparse.Namespace) -> list[str]:
    """The roots of the vaults that are to be watched. Raises SetupError.

    One of several may be missing: it is waited for.
    """
    from vaultkit.vault.root import find_root

    if not args.vaults:
        return [root_of(args)]
    if args.vault is not None:
        raise SetupError("vaults are named by --vault and without it", do="name all of them without it")
    there = [os.path.exists(path) for path in args.vaults]
    if len(args.vaults) == 1 or not any(there):
        return [find_root(path) for path in args.vaults[:1]]
    found = [find_root(path) if here else os.path.abspath(path) for path, here in zip(args.vaults, there, strict=True)]
    roots = list(dict.fromkeys(found))
    own = [name for name in ("config", "output", "port") if getattr(args, name)]
    if own and len(roots) > 1:
        raise SetupError(
            f"--{own[0]} is for one vault, and these are {len(roots)}", do="write it in each configuration"
        )
    return roots


def watch_several(args: argparse.Namespace, roots: list[str]) -> int:
    """Watch all of them until SIGINT or SIGTERM; the exit code is 0 then."""
    with ExitStack() as stack:
        overseer = Overseer([*_named(roots)], _options(args), stack)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: overseer.stop())
        at_terminal = sys.stdin is not None and sys.stdin.isatty()
        signal.signal(signal.SIGHUP, lambda *_: overseer.stop() if at_terminal else overseer.pass_on(signal.SIGHUP))
        overseer.run()
    return 0


def _named(roots: list[str]) -> Iterable[tuple[str, str]]:
    """Each root with a name for it, its folder's unless two are called the same."""
    from vaultkit.reports._look import show

    names = [os.path.basename(root) for root in roots]
    for root, name in zip(roots, names, strict=True):
        yield root, show(name if name and names.count(name) == 1 else root)


def _options(args: argparse.Namespace) -> list[str]:
    from vaultkit.cli._vault import colored

    names = ("publish", "serve", "accept-root", "trust-vault-config")
    flags = [f"--{name}" for name in names if getattr(args, name.replace("-", "_"))]
    color = "always" if colored(args.color) else "never"
    return [*flags, "--color", color, "--output-format", args.output_format]


class Watch:
    """The watch of one vault: its process, if it runs, and when it is started again."""

    def __init__(self, root: str, name: str, folder: str, number: int) -> None:
        self.root, self.name = root, name
        self.process: subprocess.Popen[bytes] | None = None
        self.ready = False
        self.heard = self.started = self.next = 0.0
        self._limit = _LIMIT
        self._patience = _PATIENCE[0]
        self._ear = os.path.join(folder, str(number))
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notices.bind(self._ear)
        self.notices.setblocking(False)

    def start(self, options: Iterable[str]) -> None:
        """Start the process."""
        named = {"NOTIFY_SOCKET": self._ear, "WATCHDOG_USEC": str(_LIMIT), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-P", "-m", "vaultkit", "watch", "--vault", self.root, "--until-eof", *options]
        self._limit = _LIMIT
        self.started = self.heard = time.monotonic()
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, env={**os.environ, **named}, start_new_session=True
        )

    def hear(self) -> None:
        """Take in what it tells its service manager."""
        with suppress(BlockingIOError):
            while message := self.notices.recv(4096):
                self.heard = time.monotonic()
                told = dict(line.partition(b"=")[::2] for line in message.splitlines())
                self.ready = self.ready or told.get(b"READY") == b"1"
                self._limit = int(told.get(b"WATCHDOG_USEC", self._limit))

    def ended(self) -> str:
        """What to say when it has ended a moment ago, or hangs and was ended; else ""."""
        process, now = self.process, time.monotonic()
        if process is None or (process.poll() is None and now < self.heard + self._limit / 1_000_000):
            return ""
        hangs = process.poll() is None
        if hangs:
            process.kill()
            process.wait()
        if now > self.started + _WELL:
            self._patience = _PATIENCE[0]
        self.process, self.ready, self.next = None, True, now + self._patience
        why = "does not answer any more, and was ended" if hangs else f"ended with exit code {process.returncode}"
        words = f"The watch of this vault {why}; it is started again in {self._patience:g} s."
        self._patience = min(4 * self._patience, _PATIENCE[1])
        return words

    def signal(self, number: int) -> None:
        """Send the process a signal, if there is one."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)


class Overseer:
    """Looks after the watches of several vaults, each (root, name)."""

    def __init__(self, vaults: list[tuple[str, str]], options: list[str], stack: ExitStack) -> None:
        from vaultkit.watching.notify import Notifier

        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="vaultkit-", dir="/tmp"))
        self._options = options
        self._stopped = False
        self._notifier = Notifier()
        self._selector = stack.enter_context(selectors.DefaultSelector())
        self._watches = [Watch(root, name, folder, number) for number, (root, name) in enumerate(vaults)]
        for watch in self._watches:
            stack.callback(watch.notices.close)
            self._selector.register(watch.notices, selectors.EVENT_READ, watch.hear)

    def stop(self) -> None:
        """End all soon."""
        self._stopped = True

    def pass_on(self, number: int) -> None:
        """Send every watch a signal."""
        for watch in self._watches:
            watch.signal(number)

    def run(self) -> None:
        """Look after them until `stop`, then end them."""
        while not self._stopped:
            self._tend()
            self._listen(_PAUSE)
        self._notifier.stopping()
        self.pass_on(signal.SIGTERM)
        until = time.monotonic() + _GRACE
        while any(watch.process and watch.process.poll() is None for watch in self._watches):
            self._listen(0.05)
            if time.monotonic() > until:
                self.pass_on(signal.SIGKILL)
        self._listen(0)
        say("Stopped.")

    def _tend(self) -> None:
        for watch in self._watches:
            if words := watch.ended():
                self._listen(0)  # its last words
                say(f"{watch.name} | {words}")
            if watch.process is None and time.monotonic() >= watch.next:
                watch.start(self._options)
                assert watch.process and watch.process.stdout and watch.process.stderr
                self._read(watch, watch.process.stdout, sys.stdout)
                self._read(watch, watch.process.stderr, sys.stderr)
        self._notifier.told(ready=all(watch.ready for watch in self._watches), status=self._status())

    def _status(self) -> str:
        away = [watch.name for watch in self._watches if watch.process is None]
        return f"watching {len(self._watches) - len(away)} vaults" + (f"; not {', '.join(away)}" if away else "")

    def _listen(self, patience: float) -> None:
        for key, _ in self._selector.select(patience):
            key.data()

    def _read(self, watch: Watch, stream: IO[bytes], out: IO[str]) -> None:
        """From now on give out what comes from a stream, line by line."""
        rest = b""

        def read() -> None:
            nonlocal rest
            more = os.read(stream.fileno(), 65_536)
            lines = (rest + more).splitlines(keepends=True)
            rest = lines.pop() if more and lines and not lines[-1].endswith(b"\n") else b""
            for line in lines:
                out.write(f"{watch.name} | {line.decode('utf-8', 'backslashreplace').rstrip()}\n")
            out.flush()
            if not more:
                self._selector.unregister(stream)
                stream.close()

        self._selector.register(stream, selectors.EVENT_READ, read)
