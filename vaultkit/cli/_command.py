"""What a command is, and the parser of its arguments."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import fill
from typing import Any, NoReturn

from vaultkit.errors import SetupError
from vaultkit.registry import suggest


@dataclass(frozen=True, slots=True)
class Command:
    """One command: a line for the overview, its arguments, and what it does with them; `run` returns the exit code.

    Its module imports nothing heavy before `run` is called.
    """

    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    details: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A family of commands: `vaultkit schema export` is `export` in the package of `schema`, one file each."""

    help: str
    package: str


class Parser(argparse.ArgumentParser):
    """An argument parser that raises SetupError, and knows a near option for one that does not exist."""

    def error(self, message: str) -> NoReturn:
        raise SetupError(message, do=f"`{self.prog} --help` tells what there is")

    def parse(self, arguments: list[str], namespace: argparse.Namespace) -> argparse.Namespace:
        """All arguments; raises SetupError for one that is not known."""
        known, unknown = self.parse_known_args(arguments, namespace)
        if unknown:
            name = unknown[0].partition("=")[0]
            options = [option for option in self._option_string_actions if option.startswith("--")]
            near = suggest(name, options) if name.startswith("-") else ""
            raise SetupError(f"there is no option `{name}`" if near else f"`{unknown[0]}` is too much here", do=near)
        return known


def choice(*values: str) -> dict[str, Any]:
    """An option's keyword arguments when its value is one of these; the first is the default."""

    def one(value: str) -> str:
        if value not in values:
            raise SetupError(f"`{value}` is none of the choices", do=suggest(value, values))
        return value

    return {"type": one, "default": values[0], "metavar": "|".join(values)}


def parser(prog: str, description: str, details: str = "") -> Parser:
    """A parser with the options that every command has."""
    made = Parser(
        prog,
        description=description,
        epilog=fill(details, 79) if details else None,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "--vault",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="the vault, or a folder in it (default: the current folder)",
    )
    made.add_argument(
        "--config",
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="the configuration (default: vaultkit.yaml at the vault's root)",
    )
    return made
