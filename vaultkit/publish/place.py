"""Places that are not a folder here: what was published is brought there, from the folder that it was published in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from vaultkit import registry
from vaultkit.errors import SetupError, TargetError, VaultkitError
from vaultkit.model.digest import blake2b
from vaultkit.model.record import NamedTuple
from vaultkit.publish.manifest import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vaultkit.config import TargetConfig
    from vaultkit.model.path import NotePath
    from vaultkit.publish.manifest import Manifest
    from vaultkit.publish.page import Target
    from vaultkit.publish.plan import Plan
    from vaultkit.schema.options import Model
    from vaultkit.schema.plain_options import PlainOptions

TARGETS = "vaultkit.targets"


class Delivery(NamedTuple):
    """What is live in the folder `output` (a path), whole and audited. `manifest` knows every file of it; `plan` tells
    what has just become of the notes. `vault` is the vault's root (a path), `home` a folder of ours alone beside the
    output, where a place may keep what it must remember between the times. With `force`, what stands there and is not
    ours may be replaced; `allow_mass_withdraw`: most of what is there may go. `first`: nothing was ever brought from
    here. `owed` are files that must go from there, whatever the place remembers of them; `denied` gives the notes that
    say they are private, by the addresses that they would have."""

    output: str
    home: str
    vault: str
    manifest: Manifest
    plan: Plan
    force: bool = False
    allow_mass_withdraw: bool = False
    first: bool = False
    owed: tuple[str, ...] = ()
    denied: Callable[[], Mapping[str, NotePath]] = dict

    @property
    def digests(self) -> dict[str, str]:
        """Every file to be brought, with what stands for its bytes. A page that somebody edited here stays here, and
        not there, when its note must not be public any more."""
        stays = {conflict.path for conflict in self.plan.conflicts}.intersection(self.owed)
        return {path: record.digest for path, record in self.manifest.files.items() if path not in stays}

    @property
    def pages(self) -> tuple[str, ...]:
        """The addresses of all notes that are public then."""
        return tuple(record.url for record in self.plan.manifest.notes.values())

    def read(self, path: str) -> bytes:
        """The bytes of a file, the very ones that were audited.

        Raises TargetError when somebody put others in their place.
        """
        where = os.path.join(self.output, path)
        try:
            handle = os.open(where, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with open(handle, "rb") as file:
                data = file.read()
        except OSError as error:
            raise self._edited(where) from error
        if digest_of(data) != self.manifest.files[path].digest:
            raise self._edited(where)
        return data

    def _edited(self, where: str) -> TargetError:
        what = "this file is not as it was published, so nothing is brought elsewhere"
        return TargetError(what, where=where, do="`vaultkit publish --force` puts it right")


class Undelivered(VaultkitError):
    """The folder was published (or planned) as `plan` says; why it was not, or would not be, brought elsewhere."""

    def __init__(self, plan: Plan, cause: VaultkitError) -> None:
        super().__init__(cause.what, where=cause.where, do=cause.do)
        self.plan = plan


class Place(Protocol):
    """A target that takes a published folder somewhere else; what it must keep to is written in `vaultkit.targets`."""

    options: type[Model] | type[PlainOptions]
    """What may be written in the configuration for this target alone; `config.options(self.options)` has the values."""

    def address(self, config: TargetConfig) -> object:
        """What stands for where it is brought to, None when nobody can tell: no two targets may have the same."""
        ...

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
    def options(self) -> tuple[type[Model] | type[PlainOptions], ...]:
        """The models of the keys that belong to the one or the other alone."""
        return (self.form.options, *((self.place.options,) if self.place else ()))


def folder_of(config: TargetConfig, vault: str) -> str:
    """Where a target of the vault at `vault` (a path) is published: as configured, else beside the vault. What is
    brought elsewhere needs no folder that anybody looks at: it lies where programs keep their state.
    """
    root = os.path.abspath(vault)
    if config.output or destination(config).place is None:
        return os.path.normpath(os.path.join(root, os.path.expanduser(config.output or f"{root}-{config.name}")))
    state = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    mark = blake2b(os.fsencode(os.path.realpath(root)), digest_size=4).hexdigest()
    name = f"{os.path.basename(root) or 'vault'}-{mark}-{quote(config.name, safe='')}"
    return os.path.join(os.path.abspath(state), "vaultkit", name)


def staying_here(config: TargetConfig) -> TargetConfig:
    """The target without its place: what it would bring elsewhere is only published here."""
    return config.replaced(kind=config.format) if destination(config).place else config


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
