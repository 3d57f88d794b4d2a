"""The page of all options, docs/reference/options.md: made of the commands' own parsers, so that none is forgotten.

`VAULTKIT_REWRITE=1 pytest tests/test_docs.py -k options` writes it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from vaultkit import registry
from vaultkit.cli._command import Command, Group, parser

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "options.md"
_SHARED = {"help", "vault", "config"}
_HEAD = """---
description: Every command with its arguments and options, as --help tells them.
---

# All options

<!-- Made of the commands by tests/test_docs.py. -->

What a command does, and why, is told in [Commands](commands.md). Every command takes `--help`, `--vault DIR` (the vault, or a folder in it; default: the current folder) and `--config FILE` (default: `vaultkit.yaml` at the vault's root).
"""  # noqa: E501


def made() -> str:
    """The page."""
    return "\n".join((_HEAD, *(line for name, command in _commands("vaultkit.cli") for line in _part(name, command))))


def _commands(package: str, before: str = "") -> Iterator[tuple[str, Command]]:
    for name in registry.names(package):
        command = registry.load(package, name)
        if isinstance(command, Group):
            yield from _commands(command.package, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def _part(name: str, command: Command) -> Iterator[str]:
    own = parser(f"vaultkit {name}", command.help, command.details)
    command.arguments(own)
    yield from (f"## vaultkit {name}", "", f"{command.help[0].upper()}{command.help[1:]}.", "")
    if command.details:
        yield from (" ".join(command.details.split()), "")
    actions = [action for action in own._actions if action.dest not in _SHARED and action.help != argparse.SUPPRESS]
    if actions:
        yield from ("| | |", "| :-- | :-- |")
        yield from (_row(action) for action in actions)
        yield ""


def _row(action: argparse.Action) -> str:
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else "")
    if action.option_strings:
        takes = "" if action.nargs == 0 else f" {value or action.dest.upper()}"
        named = ", ".join(f"{option}{takes}" for option in action.option_strings)
    else:
        named = f"{value or action.dest}…" if action.nargs in ("*", "+") else f"{value or action.dest}"
    said = str(action.help or "") % {**vars(action), "prog": "vaultkit"}
    return f"| `{_cell(named)}` | {_cell(' '.join(said.split()))} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
