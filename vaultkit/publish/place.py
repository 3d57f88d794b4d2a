"""Places that are not a folder here: what was published is brought there, from the folder that it was published in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from vaultkit import registry
from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from vaultkit.config import Model, TargetConfig
    from vaultkit.publish.manifest import Manifest
    from vaultkit.publish.page import Target
    from vaultkit.publish.plan import Plan

TARGETS = "vaultkit.targets"


class Delivery(NamedTuple):
    """What is live in the folder `output` (a path), whole and audited. `manifest` knows every file of it; `plan` tells
    what has just become of the notes. `vault` is the vault's root (a path), `home` a folder of ours alone beside the
    output, where a place may keep what it must remember between the times."""

    output: str
    home: str
    vault: str
    manifest: Manifest
    plan: Plan


class Place(Protocol):
    """A target that takes a published folder somewhere else; what it must keep to is written in `vaultkit.targets`."""

    options: type[Model]
    """What may be written in the configuration for this target alone; `config.options(self.options)` has the values."""

    def check(self, config: TargetConfig, vault: str) -> None:
        """Look whether it can work at all (a program, a credential, a right that is missing), before anything is made.

        Raises SetupError or TargetError.
        """
        ...

    def foresee(self, delivery: Delivery, config: TargetConfig) -> tuple[str, ...]:
        """What `deliver` would do, a sentence each; nothing is changed. `delivery` has what was live before."""
        ...

    def deliver(self, delivery: Delivery, config: TargetConfig) -> tuple[str, ...]:
        """Bring it there, and tell what was done, a sentence each.

        It is asked after every publish, also when the folder has not changed: what could not be brought the last time
        is brought now. With nothing to do, it changes nothing and tells nothing. The folder's lock is held. Raises
        TargetError; then what is there is what was there before, or the next time goes on from where this one stopped.
        """
        ...


class Destination(NamedTuple):
    """Where an edition goes: the form that it takes, and the place that takes the folder on, if there is one."""

    form: Target
    place: Place | None = None

    @property
    def options(self) -> tuple[type[Model], ...]:
        """The models of the keys that belong to the one or the other alone."""
        return (self.form.options, *((self.place.options,) if self.place else ()))


def destination(config: TargetConfig) -> Destination:
    """What a target of the configuration names. Raises SetupError, with the key at fault as `where`."""
    found = _load(config.kind, "kind")
    if hasattr(found, "outputs"):
        return Destination(found)
    form = _load(config.format, "format")
    if not hasattr(form, "outputs"):
        forms = [name for name in registry.names(TARGETS) if hasattr(registry.load(TARGETS, name), "outputs")]
        what = f"`{config.format}` is a place, and no format in which something can be published there"
        raise SetupError(what, where="format", do=registry.suggest("", forms))
    return Destination(form, found)


def _load(name: str, key: str) -> Any:
    try:
        return registry.load(TARGETS, name)
    except SetupError as error:
        raise SetupError(error.what, where=key, do=error.do) from error
