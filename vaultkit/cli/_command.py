"""What a command is, and the parser of its arguments."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

from vaultkit.errors import SetupError
from vaultkit.model.record import NamedTuple
from vaultkit.registry import names, suggest


class Command(NamedTuple):
    """One command: a line for the overview, its arguments, and what it does with them; `run` returns the exit code.

    Its module imports nothing heavy before `run` is called.
    """

    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    details: str = ""


class Group(NamedTuple):
    """A family of commands: `vaultkit schema export` is `export` in the package of `schema`, one file each."""

    help: str
    package: str


class Help(argparse.RawDescriptionHelpFormatter):
    """argparse's own way to print help. It asks for the width of the terminal when an option is added; asking costs
    more than all else that is done then, so it is put off until there is help to print."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=79)

    def format_help(self) -> str:
        """The help, as wide as the terminal."""
        import shutil

        self._width = shutil.get_terminal_size().columns - 2
        return super().format_help()


class Names:
    """The names of all things in a package, as words for help that may never be printed."""

    def __init__(self, package: str, *without: str) -> None:
        self._package = package
        self._without = without

    def __str__(self) -> str:
        return ", ".join(name for name in names(self._package) if name not in self._without)


class Parser(argparse.ArgumentParser):
    """An argument parser that raises SetupError, and knows a near option for one that does not exist."""

    def error(self, message: str) -> NoReturn:
        raise SetupError(message, do=f"`{self.prog} --help` tells what there is")

    def parse(self, arguments: list[str], namespace: argparse.Namespace) -> argparse.Namespace:
        """All arguments; raises SetupError for one that is not known."""
        try:
            known, unknown = self.parse_known_args(arguments, namespace)
        except argparse.ArgumentError as error:
            self.error(f"`{error.argument_name}`: {error.message}" if error.argument_name else error.message)
        if unknown:
            name = unknown[0].partition("=")[0]
            options = [option for option in self._option_string_actions if option.startswith("--")]
            near = suggest(name, options) if name.startswith("-") else ""
            raise SetupError(f"there is no option `{name}`" if near else f"`{unknown[0]}` is too much here", do=near)
        return known

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            option = "".join(action.option_strings[-1:])
            what = f"`{option}` cannot be `{value}`" if option else f"`{value}` is none of the choices"
            raise SetupError(what, do=suggest(value, action.choices))


def choice(*values: str) -> dict[str, Any]:
    """An option's keyword arguments when its value is one of these; the first is the default."""
    return {"choices": values, "default": values[0], "metavar": "|".join(values)}


def whole(value: str) -> int:
    """The type of an option whose value is a whole number."""
    try:
        return int(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{value}` is no whole number") from None


def _filled(text: str) -> str:
    from textwrap import fill

    return fill(text, 79)


def parser(prog: str, description: str, details: str = "") -> Parser:
    """A parser with the options that every command has."""
    made = Parser(
        prog,
        description=description,
        epilog=_filled(details) if details else None,
        allow_abbrev=False,
        exit_on_error=False,
        formatter_class=Help,
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
