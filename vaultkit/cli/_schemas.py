"""What the commands about schemas share: the one that is meant, and the notes that are."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from vaultkit.schema.note_schema import NoteSchema


def schema_named(root: str, name: str) -> NoteSchema:
    """The schema of a name, the vault's own before a shipped one. Raises SetupError."""
    from vaultkit.vault.schemas import Schemas

    return Schemas(root).load(name)


def title_of(args: argparse.Namespace) -> str:
    """The title that was typed, on one line. Raises SetupError when it is no text."""
    title = " ".join(args.title.split())
    try:
        title.encode()
    except UnicodeEncodeError as error:
        raise SetupError("this title is no text", where=os.fsencode(title).decode("utf-8", "replace")) from error
    if not title:
        raise SetupError("a note needs a title")
    return title


def print_lines(lines: list[str]) -> None:
    """Lines on standard output; without control characters on a terminal."""
    from vaultkit.reports._look import show

    harmless = [show(line) for line in lines] if sys.stdout.isatty() else lines
    sys.stdout.write("".join(f"{line}\n" for line in harmless))
