"""`vaultkit completion SHELL`: a script by which a shell completes commands, options and their values."""

from __future__ import annotations

import argparse
import sys

from vaultkit import registry
from vaultkit.cli._command import Command, Group, choice, parser

_SHELLS = ("bash", "zsh", "fish")
_FILES = ("FILE", "PATH", "NOTE", "OLD", "NEW", "FROM", "TO")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `completion`."""
    parser.add_argument("shell", **choice(*_SHELLS))


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    import shtab

    sys.stdout.write(shtab.complete(_tree(), args.shell))
    return 0


def _tree() -> argparse.ArgumentParser:
    """All commands as one parser, which is made for this alone: nobody else needs to load them all."""
    top = parser("vaultkit", "")
    top.add_argument("-V", "--version", action="store_true", help="print the version")
    _grow(top, "vaultkit", "vaultkit.cli")
    return top


def _grow(top: argparse.ArgumentParser, prog: str, package: str) -> None:
    for action in top._actions:
        _tell_values(action)
    commands = top.add_subparsers(metavar="COMMAND", parser_class=argparse.ArgumentParser)
    for name in registry.names(package):
        command: Command | Group = registry.load(package, name)
        made = parser(f"{prog} {name}", command.help)
        if isinstance(command, Command):
            command.arguments(made)
        for action in made._actions:
            _tell_values(action)
        branch = commands.add_parser(name, help=command.help, parents=[made], add_help=False)
        if isinstance(command, Group):
            _grow(branch, f"{prog} {name}", command.package)


def _tell_values(action: argparse.Action) -> None:
    """Say what may stand for an argument, by the word that the help has for it."""
    import shtab

    word = action.metavar if isinstance(action.metavar, str) else ""
    if "|" in word:
        action.choices = word.split("|")
    elif word in ("RULE", "RULES"):
        action.choices = registry.names("vaultkit.rules")
    elif word == "FORMAT":
        action.choices = registry.names("vaultkit.reports")
    elif word == "DIR":
        action.__dict__["complete"] = shtab.DIRECTORY
    elif word in _FILES:
        action.__dict__["complete"] = shtab.FILE


completion = Command(
    "print a script that makes a shell complete vaultkit's commands",
    arguments,
    run,
    'bash: eval "$(vaultkit completion bash)" in ~/.bashrc; zsh: the same in ~/.zshrc, below compinit; '
    "fish: vaultkit completion fish > ~/.config/fish/completions/vaultkit.fish",
)
