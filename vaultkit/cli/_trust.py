"""Asking a person whether a command that a configuration names may be run."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaultkit.publish.trust import Unconfirmed


def agrees(error: Unconfirmed, where: str, root: str, args: argparse.Namespace) -> bool:
    """Whether a person agrees that a command is run, which is noted down then. `where` is its place in the
    configuration: what is written outside the vault at `root` (a path), or comes with `--trust-vault-config`, needs no
    question. Without a terminal nobody is asked, and the answer is no.
    """
    from vaultkit.publish.trust import in_words, remember
    from vaultkit.reports._look import show

    if args.trust_vault_config or _is_outside(where, root) or _says_yes(show(in_words(error.command))):
        remember(root, error.command)
        return True
    return False


def _is_outside(where: str, root: str) -> bool:
    """Whether a place in a configuration is in a file outside the vault."""
    if not where:
        return False
    file = where.rpartition(":")[0]  # a link in the vault is in the vault, wherever it leads
    ways = ((os.path.abspath(root), os.path.abspath(file)), (os.path.realpath(root), os.path.realpath(file)))
    return all(os.path.commonpath((inside, path)) != inside for inside, path in ways)


def _says_yes(command: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"The configuration of this vault wants to run:\n\n  {command}\n\nMay it, from now on? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
