"""What the commands of `vaultkit service` share: which vaults, which service manager, and the file of a service."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from vaultkit.cli._command import choice
from vaultkit.errors import SetupError
from vaultkit.model.record import NamedTuple

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.watching.managers import Manager
    from vaultkit.watching.service_files import Job, Seal

_NAMES = ("auto", "systemd", "launchd", "task-scheduler")
_KEPT = ("PATH", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that all of them have."""
    parser.add_argument("vaults", nargs="*", metavar="VAULT", help="vaults, each with a service (default: --vault)")
    parser.add_argument("--manager", help="the service manager (default: this system's)", **choice(*_NAMES))


def manager_of(args: argparse.Namespace) -> Manager:
    """The service manager that is meant."""
    from vaultkit.watching.managers import MANAGERS, usual

    return MANAGERS[usual() if args.manager == "auto" else args.manager]()


def roots_of(args: argparse.Namespace, missing: bool = False) -> list[str]:
    """The roots of the vaults that are meant; with `missing`, also of vaults that are gone. Raises SetupError."""
    from vaultkit.cli._vault import root_of
    from vaultkit.vault.root import find_root

    if args.vault is not None and args.vaults:
        raise SetupError("vaults are named by --vault and without it", do="name all of them without it")
    if not args.vaults and not (missing and args.vault is not None):
        return [root_of(args)]
    given = args.vaults or [args.vault]
    return [os.path.abspath(path) if missing and not os.path.exists(path) else find_root(path) for path in given]


class Service(NamedTuple):
    """The service of a vault: its name, the manager that is to run it, and its file (a path)."""

    root: str
    name: str
    manager: Manager
    file: str

    @classmethod
    def of(cls, root: str, manager: Manager) -> Service:
        """The service of the vault at `root`, installed or not."""
        from vaultkit.vault.folders import known_as

        name = known_as(root)
        return cls(root, name, manager, manager.file(name))

    @property
    def log(self) -> str:
        """The file that it speaks into where the system keeps no log."""
        from vaultkit.vault.folders import state_folder

        return os.path.join(state_folder(), "log", f"{self.name}.log")

    def written(self) -> str | None:
        """What is in its file, None when there is none. Raises SetupError."""
        try:
            handle = os.open(self.file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with open(handle, "rb") as file:
                return file.read(1_000_000).decode(self._encoding, "surrogateescape")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeError) as error:
            raise SetupError(f"this cannot be read: {error}", where=self.file) from error

    def seal(self) -> Seal | None:
        """Whether its file is ours, None when there is none."""
        from vaultkit.watching.service_files import seal_of

        text = self.written()
        return None if text is None else seal_of(text)

    def expect_ours(self, force: bool) -> None:
        """Raise SetupError when a file is there that is not ours, or, unless with `force`, that somebody edited."""
        seal = self.seal()
        if seal == "foreign":
            raise SetupError("this file is not vaultkit's, and is left alone", where=self.file, do="move it away")
        if seal == "edited" and not force:
            do = "--force goes over it; own settings belong into a file beside it that is laid over it"
            raise SetupError("somebody has edited this file", where=self.file, do=do)

    def write(self, text: str) -> None:
        """Write its file. Raises OSError."""
        from vaultkit.vault.whole import write_whole

        os.makedirs(os.path.dirname(self.file), exist_ok=True)
        write_whole(self.file, text.encode(self._encoding))
        os.chmod(self.file, 0o644)

    @property
    def _encoding(self) -> str:
        return "utf-16" if self.manager.name == "task-scheduler" else "utf-8"


def _watching(root: str) -> tuple[str, ...]:
    """The command of a watch, without its options."""
    return (sys.executable, "-P", "-m", "vaultkit", "watch", "--vault", root)


def job_of(service: Service, args: argparse.Namespace) -> Job:
    """What a service is to run, and what it must be able to do. Raises SetupError."""
    from vaultkit.cli._vault import config_of
    from vaultkit.cli.publish import published_to
    from vaultkit.watching.managers import has_namespaces, systemd_version
    from vaultkit.watching.service_files import Job

    config = published_to(config_of(args, service.root), service.root, args.output)
    on_systemd = service.manager.name == "systemd"
    writable = _writable(service.root, config, args)
    inside = any(os.path.commonpath((service.root, path)) == service.root for path in writable)
    return Job(
        service.name,
        service.root,
        (*_watching(service.root), *_options(args)),
        {name: os.environ[name] for name in _KEPT if os.environ.get(name)},
        writable,
        () if inside or os.path.ismount(service.root) else (service.root,),
        service.log,
        os.path.expanduser("~"),
        ("system" if _runs_programs(service.root, config) else "strict")
        if on_systemd and has_namespaces()
        else "basic",
        systemd_version() if on_systemd else 0,
    )


def out_of_reach(service: Service) -> list[str]:
    """The folders that an installed watch must write to, as the configuration is now, and may not, as it was when the
    service was installed. Nothing is said while the configuration cannot be read: the last good one goes on."""
    from vaultkit.cli.service.install import install
    from vaultkit.watching.service_files import command_of, out_of_reach

    unit = service.written() or ""
    options = command_of(unit)[len(_watching(service.root)) :] if service.manager.name == "systemd" else ()
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--config")
    install.arguments(parser)
    try:
        return out_of_reach(unit, job_of(service, parser.parse_args(options)).writable) if options else []
    except (SetupError, OSError, argparse.ArgumentError):
        return []


def _options(args: argparse.Namespace) -> list[str]:
    flags = [f"--{name}" for name in ("publish", "serve") if getattr(args, name)]
    paths = [word for name in ("config", "output") if (path := getattr(args, name)) for word in (f"--{name}", path)]
    port = ["--port", str(args.port)] if args.port else []
    return [*flags, *(os.path.abspath(word) if word[:2] != "--" else word for word in paths), *port]


def _writable(root: str, config: Config, args: argparse.Namespace) -> tuple[str, ...]:
    """The folders that a watch writes into: those around the outputs, since each is swapped in, and our own."""
    from vaultkit.publisher import outputs
    from vaultkit.vault import addresses
    from vaultkit.vault.cache import cache_folder
    from vaultkit.vault.folders import state_folder

    folders = {state_folder(), cache_folder()}
    if args.publish or args.serve:
        folders |= {os.path.dirname(output) for _, output in outputs(config, root)}
        kept = addresses.place(root, config)[0]
        if config.publish.slug.lock or os.path.exists(kept):
            folders.add(os.path.dirname(kept))
    return tuple(sorted(folders))


def _runs_programs(root: str, config: Config) -> bool:
    """Whether a watch runs programs, or works in places, of which nobody knows what they write."""
    from vaultkit.publish.place import destination
    from vaultkit.vault.user_config import user_settings

    mine = user_settings(root)
    hooks = bool(mine.on_held or mine.on_published)
    return hooks or any(destination(target).place is not None for target in config.publish.targets)
