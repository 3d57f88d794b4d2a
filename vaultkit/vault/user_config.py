"""The user's own configuration: outside of every vault, so that nothing which is shared or synchronised names code."""

from __future__ import annotations

import os

from vaultkit.errors import SetupError
from vaultkit.model.record import NamedTuple
from vaultkit.vault.folders import config_folder
from vaultkit.vault.texts import read_text

OF_THE_USER = frozenset(("hooks", "notifications"))
"""Keys that a vault's configuration may not have."""


class UserSettings(NamedTuple):
    """What the user wants of a watcher. Commands are programs with their arguments, () for none; `timeout` is in
    seconds."""

    notifications: bool = True
    on_held: tuple[str, ...] = ()
    on_published: tuple[str, ...] = ()
    timeout: float = 30.0


def user_file() -> str:
    """The user's own configuration (a path), there or not."""
    return os.path.join(config_folder(), "config.yaml")


def user_settings(root: str) -> UserSettings:
    """What the user's configuration says, or the defaults. Raises SetupError when it cannot be used, or when it lies in
    the vault at `root`."""
    path = user_file()
    text = read_text(path, path)
    if text is None:
        return UserSettings()
    real = os.path.realpath(root)
    if os.path.commonpath((real, os.path.realpath(path))) == real:
        what = "your own configuration lies in the vault, where anybody who shares it could name programs to run"
        raise SetupError(what, where=path, do="let XDG_CONFIG_HOME name a folder outside the vault")
    from vaultkit.schema.source import read_yaml
    from vaultkit.schema.user_config import UserConfig
    from vaultkit.schema.validated import read_by

    said = read_by(UserConfig, read_yaml(text, path))
    hooks = said.hooks
    return UserSettings(said.notifications, hooks.on_held, hooks.on_published, hooks.timeout)
