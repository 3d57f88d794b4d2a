"""What the commands that open a vault share: finding it, its configuration, and where it is seen from."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.reports._look import Look
    from vaultkit.session import Session
    from vaultkit.spread import Seen


def root_of(args: argparse.Namespace, hint: str = ".") -> str:
    """The root of the vault: found from `--vault`, or else from `hint`, a path in it. Raises SetupError.

    When nothing marks a vault there, it is the current folder, as long as the path lies in it.
    """
    from vaultkit.vault.root import CONFIG, find_root

    if args.vault is not None:
        return find_root(args.vault)
    root = find_root(hint)
    marked = any(os.path.lexists(os.path.join(root, mark)) for mark in (CONFIG, ".obsidian"))
    here = os.getcwd()
    return root if marked or os.path.commonpath((root, here)) != here else here


def config_of(args: argparse.Namespace, root: str) -> Config:
    """The configuration of the vault at `root`, or the one that `--config` names. Raises SetupError."""
    from vaultkit.vault.settings import load_config

    return load_config(root, args.config)


def look(args: argparse.Namespace, root: str, base: str = ".", file: bool = False) -> Look:
    """How a report is to look on standard output, or in a file. `base` is the folder that paths are seen from."""
    from vaultkit.reports._look import Look

    if file:
        return Look(args.color == "always", prefix=_prefix(root, base))
    pages = "" if args.color == "never" else _pages()
    return Look(colored(args.color), _width(), _prefix(root, base), pages)


def _width() -> int:
    if not sys.stdout.isatty():
        return 100
    import shutil

    return shutil.get_terminal_size().columns


def _pages() -> str:
    """The address of the rules' pages, where a click can open them."""
    terminal = sys.stdout.isatty()
    if not terminal and "FORCE_HYPERLINK" not in os.environ:
        return ""
    from vaultkit.cli._terminal import pages

    return pages(terminal)


@contextmanager
def progress(quiet: bool, doing: str = "Checking") -> Iterator[Seen | None]:
    """What is told of every step, and shows how far it is; None where no person at a terminal would see it."""
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    from vaultkit.cli._progress import Bar

    with closing(Bar(doing)) as bar:
        yield bar


def colored(wish: str) -> bool:
    """Whether to colour standard output, by the option `--color`, then NO_COLOR, FORCE_COLOR and the terminal."""
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _prefix(root: str, base: str) -> str:
    """What leads from `base` to the vault; "" when the vault is not below it."""
    way = os.path.relpath(os.path.realpath(root), os.path.realpath(base))
    return "" if way == "." or way.split(os.sep)[0] == ".." else way.replace(os.sep, "/") + "/"


def say(words: str) -> None:
    """A line on standard error, for the person at the terminal, behind all that was printed before; text from outside
    must have been made harmless."""
    sys.stdout.flush()  # where both go into one pipe, as in a hook, they would change places
    sys.stderr.write(words + "\n")


def unchecked(args: argparse.Namespace, root: str) -> Session:
    """A session that knows the facts of the vault at `root` and runs no rule. Raises SetupError."""
    from vaultkit.cli._choice import without_rules
    from vaultkit.session import Session

    session = Session.open(root, without_rules(config_of(args, root)))
    session.refresh()
    return session
