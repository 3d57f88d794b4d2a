"""The way in. `--version` is answered here, before anything else is imported."""

import os
import sys


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments and arguments[0] in ("--version", "-V"):
        from vaultkit._version import VERSION

        return _tell(f"vaultkit {VERSION}\n")
    if argv is not None:
        return _run(arguments)
    import gc

    gc.set_threshold(_SELDOM)
    code = _run(arguments)
    if not _AWAITING & sys.modules.keys():
        _leave(code)
    gc.freeze()  # what ends with the process need not be looked through at its end
    return code


def _tell(words: str) -> int:
    """Print something if anybody listens; the exit code."""
    try:
        if sys.stdout:
            sys.stdout.write(words)
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # at the end it would be flushed once more
        return _USAGE
    return 0


def _leave(code: int) -> None:
    """End the process at once: to take apart first all that it holds takes longer than many a check."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # nobody reads any more
            code = code or 1
    os._exit(code)


_AWAITING = {"atexit", "threading"}
"""Modules without which nobody waits for the end of a process."""

_SELDOM = 50_000
"""So many new things, rather than some hundreds, before cycles are looked for: most commands end sooner."""

_USAGE = 2
_INTERRUPTED = 130


def _run(arguments: list[str]) -> int:
    try:
        from vaultkit.cli._door import run

        return run(arguments)
    except KeyboardInterrupt:  # before the door stood, which answers to it
        return _INTERRUPTED
