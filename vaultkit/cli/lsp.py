"""`vaultkit lsp`: the language server, for the Obsidian plugin and for editors."""

from __future__ import annotations

import argparse

from vaultkit.cli._command import Command
from vaultkit.errors import SetupError


def arguments(parser: argparse.ArgumentParser) -> None:
    """`lsp` has no arguments of its own; `--stdio` is what many editors add."""
    parser.add_argument("--stdio", action="store_true", help="what is done anyway: speak on standard input and output")


def run(args: argparse.Namespace) -> int:
    """Serve until the client leaves."""
    try:
        from vaultkit.server.lsp import serve
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise SetupError(
            "the language server needs a library that is not here", do="pip install 'vaultkit[lsp]'"
        ) from error
    return serve()


lsp = Command(
    "speak LSP on standard input and output, for editors and the Obsidian plugin",
    arguments,
    run,
    "Editors start it by themselves; see the guide of each. Its verdicts are those of `vaultkit check`.",
)
