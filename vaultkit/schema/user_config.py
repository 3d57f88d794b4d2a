"""What may be written in the user's own configuration, which belongs to no vault."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictStr

from vaultkit.schema.options import Model


def _runnable(command: tuple[str, ...]) -> tuple[str, ...]:
    if command and not command[0]:
        raise ValueError("the first word of a command is the program, and it is empty here")
    if command and "/" in command[0] and not command[0].startswith(("/", "~/")):
        raise ValueError(f"`{command[0]}` is relative to nothing: write the whole path, or a name that PATH finds")
    if any("\0" in word for word in command):
        raise ValueError("a command cannot hold a NUL character")
    return command


Command = Annotated[tuple[StrictStr, ...], AfterValidator(_runnable)]
"""A program and its arguments, one by one; no shell reads them."""


class Hooks(Model):
    """What is run when something happened."""

    on_held: Command = Field((), description="run when notes that are published fail, and are held")
    on_published: Command = Field((), description="run when something public changed")
    timeout: Annotated[float, Field(gt=0, le=3600)] = Field(30.0, description="seconds after which it is ended")


class UserConfig(Model):
    """`config.yaml` in the user's configuration folder, whole."""

    version: Literal[1] = Field(1, description="of this format")
    notifications: StrictBool = Field(True, description="whether the desktop tells of published notes that are held")
    hooks: Hooks = Field(Hooks(), description="programs that `vaultkit watch` runs")
