"""The way in. `--version` and `--help` are answered here, before anything else is imported."""

import os
import sys


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments and arguments[0] in ("--version", "-V"):
        from vaultkit._version import VERSION

        return _tell(f"vaultkit {VERSION}\n")
    if arguments in (["--help"], ["-h"]):
        with open(_OVERVIEW, encoding="utf-8") as page:
            return _tell(page.read())
    if argv is not None:
        return _run(arguments)
    import atexit
    import gc

    atexit.register(_leave)  # before all others, so that it is called when they have done what they have to do
    gc.set_threshold(_SELDOM)
    _codes.append(_run(arguments))
    return _codes[0]


_OVERVIEW = os.path.join(os.path.dirname(__file__), "overview.txt")
"""What the door would print for `--help` 80 columns wide, for which it loads every command to ask for one line."""


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


def _leave() -> None:
    """End the process at once: to take apart first all that it holds takes longer than many a check."""
    if not _codes:
        return
    code = _codes[0]
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # nobody reads any more
            code = code or 1
    os._exit(code)


_codes: list[int] = []
"""How the process ends, once that is known."""

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
