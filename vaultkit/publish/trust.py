"""Which commands a person trusts to be run for a vault. A configuration can be synchronised, shared or sent by others,
so it alone never makes anything run.

What was agreed to is kept outside of all vaults, by the vault's path and the whole command line: another command, or
the same in another vault, is another question.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from vaultkit.errors import SetupError
from vaultkit.publish.manifest import digest_of


class Unconfirmed(SetupError):
    """A command that nobody has agreed to yet."""

    def __init__(self, command: Sequence[str], where: str) -> None:
        do = "`vaultkit publish` at a terminal asks once; `--trust-vault-config` agrees to what the configuration says"
        super().__init__(f"nobody has agreed yet that `{in_words(command)}` is run", where=where, do=do)
        self.command = tuple(command)


def in_words(command: Sequence[str]) -> str:
    """A command as it would be typed."""
    import shlex

    return shlex.join(command)


def trusted_file() -> str:
    """The file (a path) that tells what was agreed to."""
    configuration = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    return os.path.join(os.path.abspath(configuration), "vaultkit", "trusted-commands.json")


def is_trusted(vault: str, command: Sequence[str]) -> bool:
    """Whether a person has agreed that this command is run for the vault. Raises SetupError as `remember` does."""
    return _digest(vault, command) in _known(vault)


def remember(vault: str, command: Sequence[str]) -> None:
    """Note down that a person agreed. Raises SetupError when what was noted cannot be read, or lies in the vault."""
    path = trusted_file()
    known = _known(vault)
    known[_digest(vault, command)] = {"vault": os.path.realpath(vault), "run": list(command)}
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    handle = os.open(f"{path}.{os.getpid()}.tmp", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with open(handle, "w", encoding="utf-8") as file:
        json.dump(known, file, ensure_ascii=True, indent=2, sort_keys=True)
        file.write("\n")
    os.rename(f"{path}.{os.getpid()}.tmp", path)


def _known(vault: str) -> dict[str, Any]:
    path = trusted_file()
    root = os.path.realpath(vault)
    if os.path.commonpath((root, os.path.realpath(path))) == root:
        what = "what you trust would be noted down in the vault itself, where anybody who shares it could write"
        raise SetupError(what, where=path, do="let XDG_CONFIG_HOME name a folder outside the vault")
    try:
        with open(path, encoding="utf-8") as file:
            known = json.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise SetupError(f"this cannot be read: {error}", where=path, do="mend it, or delete it") from error
    if not isinstance(known, dict):
        raise SetupError("this is not what vaultkit noted down", where=path, do="mend it, or delete it")
    return known


def _digest(vault: str, command: Sequence[str]) -> str:
    return digest_of(json.dumps([os.path.realpath(vault), *command]).encode())
