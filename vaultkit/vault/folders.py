"""Where this user's programs keep what belongs to no vault."""

from __future__ import annotations

import os

from vaultkit.model.digest import blake2b


def config_folder() -> str:
    """Where the user's own settings are (a path); only the user writes there."""
    return _vaultkit("XDG_CONFIG_HOME", ".config")


def state_folder() -> str:
    """Where programs keep their state: locks, logs (a path)."""
    return _vaultkit("XDG_STATE_HOME", ".local", "state")


def runtime_folder() -> str:
    """Where sockets belong (a path): gone after the session where the system knows such a place, else the state."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return os.path.join(os.path.abspath(runtime), "vaultkit") if runtime else os.path.join(state_folder(), "run")


def known_as(root: str) -> str:
    """A name for the vault at `root` (a path), short and fit for a file or a service: its folder's, and a mark."""
    real = os.path.realpath(root)
    mark = blake2b(os.fsencode(real), digest_size=4).hexdigest()
    name = "".join(char if char.isascii() and char.isalnum() else "-" for char in os.path.basename(real)).strip("-")
    return f"{name[:32].lower() or 'vault'}-{mark}"


def _vaultkit(variable: str, *below_home: str) -> str:
    base = os.environ.get(variable) or os.path.join(os.path.expanduser("~"), *below_home)
    return os.path.join(os.path.abspath(base), "vaultkit")
