"""The service managers of systems: asking them, and telling them to run a service or to let it go."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import Protocol

from vaultkit.errors import SetupError
from vaultkit.model.record import NamedTuple
from vaultkit.vault.folders import state_folder
from vaultkit.watching.service_files import label_of

_PATIENCE = 30.0
"""Seconds that a service manager may take."""


class State(NamedTuple):
    """How a service is. `runs`: it does now; `words`: in the manager's own words."""

    runs: bool
    words: str


class Manager(Protocol):
    """One kind of service manager."""

    name: str

    def file(self, service: str) -> str:
        """Where the file of a service belongs (a path)."""
        ...

    def reach(self) -> None:
        """Raise SetupError when none runs here that could take a service."""
        ...

    def start(self, service: str, file: str) -> None:
        """Run the service of a file, now and whenever the user logs in. Raises SetupError."""
        ...

    def stop(self, service: str, file: str) -> None:
        """End a service, and run it no more. Raises SetupError."""
        ...

    def forget(self) -> None:
        """Take note that the file is gone."""
        ...

    def state(self, service: str) -> State:
        """How a service is."""
        ...

    def log(self, service: str, follow: bool) -> list[str]:
        """The program, with its arguments, that shows what a service said; empty where that is in a file."""
        ...


class Systemd:
    """systemd's manager of a user's own services."""

    name = "systemd"

    def file(self, service: str) -> str:
        """See Manager."""
        home = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
        return os.path.join(os.path.abspath(home), "systemd", "user", _unit(service))

    def reach(self) -> None:
        """See Manager."""
        _expect(_asked("systemctl", "--user", "show-environment"))

    def start(self, service: str, file: str) -> None:
        """See Manager."""
        _expect(_asked("systemctl", "--user", "daemon-reload"))
        _expect(_asked("systemctl", "--user", "enable", _unit(service)))
        _expect(_asked("systemctl", "--user", "--no-block", "restart", _unit(service)))

    def stop(self, service: str, file: str) -> None:
        """See Manager."""
        _expect(_asked("systemctl", "--user", "disable", "--now", _unit(service)))

    def forget(self) -> None:
        """See Manager."""
        _asked("systemctl", "--user", "daemon-reload")

    def state(self, service: str) -> State:
        """See Manager."""
        keys = ("ActiveState", "SubState", "StatusText", "NRestarts")
        done = _asked("systemctl", "--user", "show", _unit(service), f"--property={','.join(keys)}")
        if done.returncode:
            return State(False, done.stderr.strip())
        told = dict(line.partition("=")[::2] for line in done.stdout.splitlines())
        state, sub, text, restarts = (told.get(key, "") for key in keys)
        more = [text] if text else []
        more += [f"restarted {restarts} times"] if restarts not in ("", "0") else []
        return State(state in ("active", "reloading"), f"{state} ({sub})" + "".join(f", {item}" for item in more))

    def log(self, service: str, follow: bool) -> list[str]:
        """See Manager."""
        return ["journalctl", "--user", "--unit", _unit(service), "--lines=100", *(["--follow"] if follow else [])]


class Launchd:
    """launchd's manager of a user's agents."""

    name = "launchd"

    def file(self, service: str) -> str:
        """See Manager."""
        return os.path.join(os.path.expanduser("~"), "Library", "LaunchAgents", f"{label_of(service)}.plist")

    def reach(self) -> None:
        """See Manager."""
        _expect(_asked("launchctl", "print", self._domain()))

    def start(self, service: str, file: str) -> None:
        """See Manager."""
        _asked("launchctl", "bootout", self._domain(service))  # the one before, if there is one
        _expect(_asked("launchctl", "bootstrap", self._domain(), file))

    def stop(self, service: str, file: str) -> None:
        """See Manager."""
        _expect(_asked("launchctl", "bootout", self._domain(service)))

    def forget(self) -> None:
        """See Manager."""

    def state(self, service: str) -> State:
        """See Manager."""
        done = _asked("launchctl", "print", self._domain(service))
        found = [line.strip() for line in done.stdout.splitlines() if line.strip().startswith("state = ")]
        words = found[0].removeprefix("state = ") if found else "not loaded"
        return State(words == "running", words)

    def log(self, service: str, follow: bool) -> list[str]:
        """See Manager."""
        return []

    def _domain(self, service: str = "") -> str:
        return f"gui/{os.getuid()}" + (f"/{label_of(service)}" if service else "")


class TaskScheduler:
    """Windows' Task Scheduler."""

    name = "task-scheduler"

    def file(self, service: str) -> str:
        """See Manager."""
        return os.path.join(state_folder(), "service", f"{service}.xml")

    def reach(self) -> None:
        """See Manager."""
        _expect(_asked("schtasks", "/Query", "/FO", "CSV", "/NH"))

    def start(self, service: str, file: str) -> None:
        """See Manager."""
        _expect(_asked("schtasks", "/Create", "/F", "/TN", self._task(service), "/XML", file))
        _expect(_asked("schtasks", "/Run", "/TN", self._task(service)))

    def stop(self, service: str, file: str) -> None:
        """See Manager."""
        _asked("schtasks", "/End", "/TN", self._task(service))
        _expect(_asked("schtasks", "/Delete", "/F", "/TN", self._task(service)))

    def forget(self) -> None:
        """See Manager."""

    def state(self, service: str) -> State:
        """See Manager."""
        done = _asked("schtasks", "/Query", "/FO", "CSV", "/NH", "/TN", self._task(service))
        words = done.stdout.strip().rpartition(",")[2].strip('"') if not done.returncode else "not registered"
        return State(words == "Running", words)

    def log(self, service: str, follow: bool) -> list[str]:
        """See Manager."""
        return []

    def _task(self, service: str) -> str:
        return f"\\vaultkit\\{service}"


MANAGERS: dict[str, type[Manager]] = {
    "systemd": Systemd,
    "launchd": Launchd,
    "task-scheduler": TaskScheduler,
}


def usual() -> str:
    """The name of the service manager that systems of this kind have."""
    return {"darwin": "launchd", "win32": "task-scheduler"}.get(sys.platform, "systemd")


def systemd_version() -> int:
    """The version of systemd, 0 where there is none."""
    words = _asked("systemctl", "--version").stdout.split()
    return int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0


def has_namespaces() -> bool:
    """Whether a user may make namespaces here, which a service needs to be kept away from files."""
    return _asked("unshare", "--user", "--map-root-user", "--mount", "true").returncode == 0


def _unit(service: str) -> str:
    return f"vaultkit-{service}.service"


def _asked(*command: str) -> subprocess.CompletedProcess[str]:
    """What a program answers; as if it had failed when it is not there or takes too long."""
    program = shutil.which(command[0])
    if program is None:
        return subprocess.CompletedProcess(command, 127, "", f"there is no program `{command[0]}`")
    try:
        return _run((program, *command[1:]))
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 126, "", str(error))


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="backslashreplace",
        stdin=subprocess.DEVNULL,
        timeout=_PATIENCE,
        check=False,
    )


def _expect(done: subprocess.CompletedProcess[str]) -> None:
    """Raise SetupError when a program failed."""
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        command = " ".join((os.path.basename(done.args[0]), *done.args[1:3]))
        raise SetupError(f"`{command}` failed: {said}")
