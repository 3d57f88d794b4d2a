"""Finds the command, runs it, and turns every error into one message and an exit code."""

from __future__ import annotations

import argparse
import io
import os
import sys
from contextlib import suppress

from vaultkit import registry
from vaultkit.cli._command import Command, Group, Parser, parser
from vaultkit.errors import SetupError, VaultkitError

USAGE = 2
INTERRUPTED = 130
PIPE_CLOSED = 141


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code. Prints; raises nothing but SystemExit after `--help`."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
        elif stream is None:  # it was closed before we began: nobody wants to hear
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
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
        return complain(error.what, error.where, error.do)
    except OSError as error:
        if os.environ.get("VAULTKIT_DEBUG"):
            raise
        return complain(error.strerror or str(error), os.fsdecode(error.filename or ""))
    except Exception as error:
        if os.environ.get("VAULTKIT_DEBUG"):
            raise
        return complain(
            f"internal error: {type(error).__name__}: {error}",
            do="this is a mistake in vaultkit, not in your notes; set VAULTKIT_DEBUG=1, run it again "
            "and report what it prints",
        )


_TOP = Group("checks an Obsidian vault against its schemas and links, and publishes what passes", "vaultkit.cli")


def _dispatch(arguments: list[str]) -> int:
    return _enter(_TOP, "vaultkit", arguments, argparse.Namespace(vault=None, config=None))


def _enter(group: Group, prog: str, arguments: list[str], namespace: argparse.Namespace) -> int:
    """Run the command of a group that the arguments name."""
    if arguments and arguments[0][:1] not in ("", "-"):
        return _run(group, prog, arguments[0], arguments[1:], namespace)
    top = parser(prog, _sentence(group.help))
    if group is _TOP:
        top.add_argument("-V", "--version", action="store_true", help="print the version")
    top.usage = f"{prog} [--vault DIR] [--config FILE] COMMAND ..."
    if not arguments or arguments[0] in ("-h", "--help"):
        top.epilog = _overview(group, prog)
        top.print_help(sys.stdout if arguments else sys.stderr)
        return 0 if arguments else USAGE
    return _run(group, prog, *_split(top, arguments, namespace), namespace)


def _run(group: Group, prog: str, name: str, rest: list[str], namespace: argparse.Namespace) -> int:
    try:
        command: Command | Group = registry.load(group.package, name)
    except SetupError as error:
        raise SetupError(f"there is no command `{_called(prog, name)}`", do=error.do) from error
    if isinstance(command, Group):
        return _enter(command, f"{prog} {name}", rest, namespace)
    _expect_unicode()
    made = parser(f"{prog} {name}", _sentence(command.help), command.details)
    command.arguments(made)
    return command.run(made.parse(rest, namespace))


def _expect_unicode() -> None:
    """Raise SetupError where names of files are not read as UTF-8: no link would lead to a note with an umlaut, and a
    publish would withdraw it."""
    known = sys.getfilesystemencoding()
    if known.lower() != "utf-8":
        raise SetupError(
            f"the locale of this terminal has file names in {known}, and vaultkit reads them as UTF-8",
            do="set a UTF-8 locale (`export LC_ALL=C.UTF-8`), or `export PYTHONUTF8=1`",
        )


def _called(prog: str, name: str) -> str:
    return f"{prog} {name}".removeprefix("vaultkit ")


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _split(top: Parser, arguments: list[str], namespace: argparse.Namespace) -> tuple[str, list[str]]:
    """The command's name and its arguments; what was said before it goes into the namespace."""
    top.add_argument("command", nargs="?")
    top.add_argument("rest", nargs=argparse.REMAINDER)
    top.parse(arguments, namespace)
    name, rest = namespace.command, namespace.rest
    if not name:
        top.error("a command is missing")
    for key in {"command", "rest", "version"} & set(vars(namespace)):
        delattr(namespace, key)
    return name, rest


def _overview(group: Group, prog: str) -> str:
    names = registry.names(group.package)
    width = max(map(len, names), default=0)
    rows = (f"  {name:<{width}}  {registry.load(group.package, name).help}" for name in names)
    return "commands:\n" + "\n".join(rows) + f"\n\n`{prog} COMMAND --help` tells more."


def complain(what: str, where: str = "", do: str = "") -> int:
    """Say what is wrong, where, and what to do; the exit code for it."""
    from vaultkit.reports._look import show

    place = f"{show(where)}: " if where else ""
    with suppress(OSError):
        sys.stdout.flush()
    sys.stderr.write(f"vaultkit: {place}{show(what)}\n")
    if do:
        sys.stderr.write(f"  help: {show(do)}\n")
    return USAGE
