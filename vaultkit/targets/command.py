"""The `command` target: a program of yours takes the published folder on (`rsync`, `wrangler`, `netlify`)."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

from pydantic import Field

from vaultkit.errors import SetupError, TargetError
from vaultkit.publish.manifest import digest_of
from vaultkit.publish.process import run
from vaultkit.publish.trust import Unconfirmed, in_words, is_trusted
from vaultkit.schema.options import Model
from vaultkit.schema.words import Names

if TYPE_CHECKING:
    from vaultkit.config import TargetConfig
    from vaultkit.publish.place import Delivery

_OUTPUT = "{output}"


class CommandOptions(Model):
    """What is run."""

    run: Names = Field(description="the program and its arguments, one item each; `{output}` is the published folder")
    timeout: float = Field(default=600, gt=0, description="seconds after which the program is ended")


class CommandPlace:
    """Runs a program when the published folder has changed since it last succeeded. It has no state."""

    options = CommandOptions

    def check(self, config: TargetConfig, vault: str) -> None:
        """Raise SetupError when there is no such program, or nobody has agreed that it is run."""
        command = config.options(CommandOptions).run
        if not command:
            raise SetupError("there is nothing in `run`", do="write the program and its arguments, as a list")
        _program(command[0], vault)
        if not is_trusted(vault, command):
            raise Unconfirmed(command, vault)

    def address(self, config: TargetConfig) -> object:
        """Only the command knows."""

    def foresee(self, delivery: Delivery, config: TargetConfig) -> tuple[str, ...]:
        """The command, if it would be run."""
        options = config.options(CommandOptions)
        if not delivery.plan.changes and self._is_done(delivery, options):
            return ()
        return (f"would run `{in_words(_filled(options, delivery))}`",)

    def deliver(self, delivery: Delivery, config: TargetConfig) -> tuple[str, ...]:
        """Run it in a folder of its own, and remember that this edition is done."""
        options = config.options(CommandOptions)
        if self._is_done(delivery, options) and not delivery.force:
            return ()
        for path in delivery.digests:
            delivery.read(path)  # raises when somebody edited it meanwhile
        folder = os.path.join(delivery.home, "command")
        os.makedirs(folder, 0o700, exist_ok=True)
        command = _filled(options, delivery)
        environment = os.environ | {
            "VAULTKIT_OUTPUT": delivery.output,
            "VAULTKIT_TARGET": config.name,
            "VAULTKIT_BASE_URL": config.base_url,
        }
        program = _program(command[0], delivery.vault)
        done = run((program, *command[1:]), folder=folder, environment=environment, seconds=options.timeout, shown=True)
        if done.code:
            how = f"ended with exit code {done.code}" if done.code > 0 else f"was ended by signal {-done.code}"
            raise TargetError(f"`{command[0]}` {how}", do="its own words are above; the next publish runs it again")
        with open(_note(delivery), "w", encoding="utf-8") as file:
            json.dump(_edition(delivery, options), file)
        return (f"ran `{in_words(command)}`",)

    def _is_done(self, delivery: Delivery, options: CommandOptions) -> bool:
        try:
            with open(_note(delivery), encoding="utf-8") as file:
                return bool(json.load(file) == _edition(delivery, options))
        except (OSError, ValueError):
            return False


def _program(name: str, vault: str) -> str:
    """The path of a program. Raises SetupError when there is none, or when it lies in the vault."""
    if "/" in name and not os.path.isabs(name):
        raise SetupError(f"`{name}` depends on the current folder", do="write the whole path of the program")
    found = shutil.which(name)
    if not found or not os.path.isabs(found):
        raise SetupError(f"there is no program `{name}`", do="install it, or write its whole path in `run`")
    root = os.path.realpath(vault)
    if vault and os.path.commonpath((root, os.path.realpath(found))) == root:
        what = "a program that lies in the vault is not run: whoever shares the vault could change it"
        raise SetupError(what, where=found, do="move it out of the vault")
    return found


def _filled(options: CommandOptions, delivery: Delivery) -> tuple[str, ...]:
    return tuple(part.replace(_OUTPUT, delivery.output) for part in options.run)


def _note(delivery: Delivery) -> str:
    return os.path.join(delivery.home, "command.json")


def _edition(delivery: Delivery, options: CommandOptions) -> dict[str, str]:
    return {"tree": delivery.manifest.tree, "run": digest_of("\0".join(options.run).encode("utf-8", "surrogateescape"))}


command = CommandPlace()
