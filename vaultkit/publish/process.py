"""Running other programs: a list of arguments and never a shell, nobody to ask, and an end after some time."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from vaultkit.errors import TargetError
from vaultkit.model.record import NamedTuple

_GRACE = 5
"""Seconds that a program has to end when it is asked to."""


class Done(NamedTuple):
    """How a program ended: its exit code, and what it printed."""

    code: int
    out: bytes
    err: str


def run(
    arguments: Sequence[str],
    *,
    folder: str,
    environment: Mapping[str, str],
    given: Iterable[bytes] = (),
    seconds: float,
    shown: bool = False,
) -> Done:
    """Run a program in a folder, with `given` as its standard input.

    It is in a session of its own, so that it cannot ask at the terminal, and ends with all that it started when it
    takes longer than `seconds` (then TargetError is raised) or when this process is interrupted. With `shown` whatever
    it prints goes to standard error. Raises OSError when there is no such program.
    """
    process = subprocess.Popen(
        arguments,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=2 if shown else subprocess.PIPE,
        stderr=None if shown else subprocess.PIPE,
        start_new_session=True,
    )
    try:
        out, err = process.communicate(_written(process, given), timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        what = f"`{arguments[0]}` took longer than {seconds:g} seconds and was ended"
        raise TargetError(what, do="see whether it waits for somebody, or for a network that is not there") from None
    except BaseException:
        _end(process)
        raise
    return Done(process.returncode, out or b"", (err or b"").decode("utf-8", "replace"))


def _written(process: subprocess.Popen[bytes], given: Iterable[bytes]) -> bytes:
    """Write all that is given but the last piece, which is returned: a program that ends early says why itself."""
    last = b""
    assert process.stdin
    with suppress(BrokenPipeError):
        for piece in given:
            process.stdin.write(last)
            last = piece
    return last


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.communicate(timeout=_GRACE)
        except subprocess.TimeoutExpired:
            continue
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started and left behind
        return
