"""`vaultkit service logs`: what the watch in the background said."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from vaultkit.cli import _service
from vaultkit.cli._command import Command

_LINES = 100
_PAUSE = 0.5


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `service logs`."""
    _service.arguments(parser)
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what it says from now on")


def run(args: argparse.Namespace) -> int:
    """Show the last lines of the journal, or of the file, of one service."""
    import shutil

    from vaultkit.errors import SetupError

    manager, roots = _service.manager_of(args), _service.roots_of(args, missing=True)
    if len(roots) > 1:
        raise SetupError("the log is shown of one service at a time", do="name one vault")
    service = _service.Service.of(roots[0], manager)
    command = manager.log(service.name, args.follow)
    if not command:
        return _show(service.log, args.follow)
    program = shutil.which(command[0])
    if program is None:
        raise SetupError(f"there is no program `{command[0]}` here that would show the log")
    sys.stdout.flush()
    return subprocess.run([program, *command[1:]], check=False).returncode


def _show(path: str, follow: bool) -> int:
    """Show the end of a file, and what is added to it, also when another takes its place."""
    from vaultkit.errors import SetupError

    if not os.path.exists(path):
        raise SetupError("there is no log yet", where=path, do="`vaultkit service status` tells whether it runs")
    skip = True
    while True:
        with suppress(FileNotFoundError), open(path, encoding="utf-8", errors="replace") as file:
            if skip:
                _print(file.readlines()[-_LINES:])
            for lines in _added(file, path):
                _print(lines)
                if not follow:
                    return 0
        skip = False
        time.sleep(_PAUSE)


def _added(file: IO[str], path: str) -> Iterator[list[str]]:
    """The lines that are added to a file, as they come, until another stands in its place."""
    rest = ""
    while True:
        over = _is_replaced(file, path)  # asked first, so that nothing is written after the last look
        *lines, rest = (rest + file.read()).split("\n")
        yield lines
        if over:
            return
        time.sleep(_PAUSE)


def _is_replaced(file: IO[str], path: str) -> bool:
    try:
        return not os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return True


def _print(lines: list[str]) -> None:
    """Lines of a log are harmless already, but a file may be written by anyone."""
    from vaultkit.reports._look import show

    sys.stdout.write("".join(show(line.rstrip("\n")) + "\n" for line in lines))
    sys.stdout.flush()


logs = Command("show what the watch in the background said", arguments, run)
