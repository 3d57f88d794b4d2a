"""Finds the command, runs it, and turns every error into one message and an exit code."""

from __future__ import annotations

import argparse
import io
import os
import sys

from vaultkit import registry
from vaultkit.cli._command import Command, Parser, parser
from vaultkit.errors import SetupError, VaultkitError

USAGE = 2
INTERRUPTED = 130
PIPE_CLOSED = 141


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code. Prints; raises nothing but SystemExit after `--help`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to be flushed at exit
        return PIPE_CLOSED
    except VaultkitError as error:
        return _say(error.what, error.where, error.do)
    except OSError as error:
        if os.environ.get("VAULTKIT_DEBUG"):
            raise
        return _say(error.strerror or str(error), os.fsdecode(error.filename or ""))
    except Exception as error:
        if os.environ.get("VAULTKIT_DEBUG"):
            raise
        return _say(
            f"internal error: {type(error).__name__}: {error}",
            do="this is a mistake in vaultkit, not in your notes; set VAULTKIT_DEBUG=1, run it again "
            "and report what it prints",
        )


def _dispatch(arguments: list[str]) -> int:
    top = parser("vaultkit", "Checks an Obsidian vault against its schemas and links, and publishes what passes.")
    top.add_argument("-V", "--version", action="store_true", help="print the version")
    top.usage = "vaultkit [--vault DIR] [--config FILE] COMMAND ..."
    if not arguments or arguments[0] in ("-h", "--help"):
        top.epilog = _overview()
        top.print_help(sys.stdout if arguments else sys.stderr)
        return 0 if arguments else USAGE
    name, rest, namespace = _split(top, arguments)
    try:
        command: Command = registry.load("vaultkit.cli", name)
    except SetupError as error:
        raise SetupError(f"there is no command `{name}`", do=error.do) from error
    made = parser(f"vaultkit {name}", f"{command.help[0].upper()}{command.help[1:]}.", command.details)
    command.arguments(made)
    return command.run(made.parse(rest, namespace))


def _split(top: Parser, arguments: list[str]) -> tuple[str, list[str], argparse.Namespace]:
    """The command's name, its arguments, and what was said before it."""
    top.add_argument("command")
    top.add_argument("rest", nargs=argparse.REMAINDER)
    namespace = argparse.Namespace(vault=None, config=None)
    top.parse(arguments, namespace)
    name, rest = namespace.command, namespace.rest
    for key in ("command", "rest", "version"):
        delattr(namespace, key)
    return name, rest, namespace


def _overview() -> str:
    names = registry.names("vaultkit.cli")
    width = max(map(len, names))
    rows = (f"  {name:<{width}}  {registry.load('vaultkit.cli', name).help}" for name in names)
    return "commands:\n" + "\n".join(rows) + "\n\n`vaultkit COMMAND --help` tells more."


def _say(what: str, where: str = "", do: str = "") -> int:
    from vaultkit.reports._look import show

    place = f"{show(where)}: " if where else ""
    sys.stderr.write(f"vaultkit: {place}{show(what)}\n")
    if do:
        sys.stderr.write(f"  help: {show(do)}\n")
    return USAGE
