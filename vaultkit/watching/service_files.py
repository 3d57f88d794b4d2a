"""The files by which a system's service manager runs a watch: functions of what is to be run, which touch nothing.

Each file carries a seal, by which it is known again: whether it is ours, and whether somebody has edited it since.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

from vaultkit.errors import SetupError
from vaultkit.model.digest import blake2b
from vaultkit.model.record import NamedTuple

Protection = Literal["strict", "system", "basic"]
"""What a service may not do. `strict`: write anywhere but where it must; `system`: write to the system's own folders;
`basic`: gain rights. The first two need namespaces that a user may make."""

Seal = Literal["ours", "edited", "foreign"]

_SEAL = re.compile(r"vaultkit-service: ([0-9a-f]{32}|-)")
_NO_SEAL = "vaultkit-service: -"
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_UNFIT = frozenset("\"'\\")
"""Characters that systemd takes in no program's name, though in its arguments."""

_BACK_OFF = 254
"""The first version of systemd that waits longer each time."""


class Job(NamedTuple):
    """A watch that is to run. All paths are absolute.

    `name` is the service's (letters, digits, dashes), `vault` the vault's root, `command` the program and its
    arguments, `environment` what it needs besides what the system gives. `writable` are folders that it writes into,
    `readable` those that it must not, although they lie in one of these. `log` is a file for what it says where the
    system keeps no log, `home` the user's home folder, and `systemd` the version of that, 0 for unknown.
    """

    name: str
    vault: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    writable: tuple[str, ...]
    readable: tuple[str, ...]
    log: str
    home: str
    protection: Protection = "basic"
    systemd: int = 0


def seal_of(text: str) -> Seal:
    """Whether a file is one of ours, and as it was made."""
    found = _SEAL.search(text)
    if found is None:
        return "foreign"
    return "ours" if found[1] == _digest(text.replace(found[0], _NO_SEAL, 1)) else "edited"


def _sealed(text: str) -> str:
    return text.replace(_NO_SEAL, f"vaultkit-service: {_digest(text)}", 1)


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _expect_plain(job: Job) -> None:
    """Raise SetupError for what cannot stand in such a file: it would say something else there."""
    places = (job.vault, *job.command, *job.writable, *job.readable, job.log, job.home)
    for text in (*places, *job.environment.values()):
        if any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000 for char in text):
            what = "a service cannot be given a path with line breaks, control characters or bytes that are no text"
            raise SetupError(what, where=text, do="give the folder another name")


# systemd ---------------------------------------------------------------------------------------------------------


def systemd_unit(job: Job) -> str:
    """The unit of a systemd user service. Raises SetupError for a path that cannot stand in it."""
    _expect_plain(job)
    sections = {
        "Unit": [
            ("Description", _specified(f'vaultkit watches "{job.vault}"')),  # no \\ may end a line
            ("StartLimitIntervalSec", "0"),
        ],
        "Service": [
            ("Type", "notify"),
            ("NotifyAccess", "main"),
            ("ExecStart", _command(job.command)),
            ("ExecReload", "/bin/kill -HUP $MAINPID"),
            ("WorkingDirectory", "~"),
            *(("Environment", _word(f"{name}={value}")) for name, value in sorted(job.environment.items())),
            ("Restart", "on-failure"),
            ("SuccessExitStatus", "1"),
            *_back_off(job.systemd),
            ("TimeoutStartSec", "2min"),
            ("TimeoutStopSec", "15s"),
            ("WatchdogSec", "3min"),
            ("KillMode", "mixed"),
            *_protected(job),
        ],
        "Install": [("WantedBy", "default.target")],
    }
    body = "\n\n".join(
        f"[{name}]\n" + "\n".join(f"{key}={value}" for key, value in entries) for name, entries in sections.items()
    )
    return _sealed(f"# {_NO_SEAL}\n# Made by `vaultkit service install`; an edited file is not replaced.\n\n{body}\n")


def _command(words: tuple[str, ...]) -> str:
    program, *arguments = words
    if not _UNFIT.isdisjoint(program):
        program, arguments = "/usr/bin/env", list(words)
    return " ".join((_word(program), *(_word(item).replace("$", "$$") for item in arguments)))


def _back_off(version: int) -> list[tuple[str, str]]:
    if version < _BACK_OFF:
        return [("RestartSec", "10s")]
    return [("RestartSec", "2s"), ("RestartSteps", "8"), ("RestartMaxDelaySec", "5min")]


def _protected(job: Job) -> Iterable[tuple[str, str]]:
    yield "NoNewPrivileges", "yes"
    yield "LockPersonality", "yes"
    yield "RestrictRealtime", "yes"
    yield "RestrictSUIDSGID", "yes"
    yield "SystemCallArchitectures", "native"
    if job.protection == "basic":
        return
    yield "PrivateUsers", "yes"
    yield "ProtectKernelTunables", "yes"
    yield "ProtectControlGroups", "yes"
    if job.protection == "system":
        yield "ProtectSystem", "full"
        return
    yield "ProtectSystem", "strict"
    temporary = any(_is_in(path, place) for path in (job.vault, *job.writable) for place in ("/tmp", "/var/tmp"))
    yield ("ReadWritePaths", "/tmp /var/tmp") if temporary else ("PrivateTmp", "yes")
    yield "RuntimeDirectory", "vaultkit"
    yield "RuntimeDirectoryMode", "0700"
    yield "RuntimeDirectoryPreserve", "yes"
    yield from (("ReadWritePaths", _word(f"-{path}")) for path in job.writable)
    yield from (("ReadOnlyPaths", _word(f"-{path}")) for path in job.readable)
    yield "RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"
    yield "RestrictNamespaces", "yes"
    yield "SystemCallFilter", "@system-service"
    yield "SystemCallErrorNumber", "EPERM"


def command_of(unit: str) -> tuple[str, ...]:
    """What a unit of ours runs: the program and its arguments."""
    program, *arguments = _words_of(unit, "ExecStart")
    words = (program, *(word.replace("$$", "$") for word in arguments))
    return words[1:] if words[0] == "/usr/bin/env" and not _UNFIT.isdisjoint(words[1]) else words


def out_of_reach(unit: str, folders: Iterable[str]) -> list[str]:
    """Those of some folders that a unit of ours keeps its watch from writing to."""
    if "ProtectSystem=strict\n" not in unit:
        return []
    allowed = [word.removeprefix("-") for word in _words_of(unit, "ReadWritePaths")]
    allowed += ["/tmp", "/var/tmp"]  # of its own, or those of all
    return [folder for folder in folders if not any(_is_in(folder, place) for place in allowed)]


def _words_of(unit: str, key: str) -> Iterator[str]:
    """The quoted words of the lines of a unit that begin with a key."""
    for line in unit.splitlines():
        if line.startswith(f"{key}="):
            for word in _QUOTED.findall(line):
                yield re.sub(r"\\(.)", r"\1", word).replace("%%", "%")


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + "/")


def _specified(text: str) -> str:
    return text.replace("%", "%%")


def _word(text: str) -> str:
    """A word of a unit file, whatever is in it."""
    return '"' + _specified(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


# launchd ---------------------------------------------------------------------------------------------------------


def label_of(name: str) -> str:
    """What launchd calls a service."""
    return f"org.vaultkit.{name}"


def launchd_agent(job: Job) -> str:
    """The property list of a launchd agent. Raises SetupError for a path that cannot stand in it."""
    from plistlib import dumps

    _expect_plain(job)
    agent: dict[str, Any] = {
        "Label": label_of(job.name),
        "ProgramArguments": [*job.command, "--log-file", job.log],
        "WorkingDirectory": job.home,
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 10,
        "ExitTimeOut": 15,
        "ProcessType": "Background",
        "StandardOutPath": "/dev/null",
        "StandardErrorPath": f"{job.log}.start",
        **({"EnvironmentVariables": dict(job.environment)} if job.environment else {}),
    }
    head, rest = dumps(agent).decode().split("\n", 1)
    return _sealed(f"{head}\n<!-- {_NO_SEAL} -->\n{rest}")


# Windows ---------------------------------------------------------------------------------------------------------


_TASK = """<?xml version="1.0" encoding="UTF-16"?>
<!-- {seal} -->
<Task version="1.3" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>vaultkit</Author>
    <Description>{description}</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <Enabled>true</Enabled>
    <Hidden>true</Hidden>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
      <WorkingDirectory>{home}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""


def scheduled_task(job: Job) -> str:
    """The task of Windows' Task Scheduler. Raises SetupError for a path that cannot stand in it."""
    from subprocess import list2cmdline
    from xml.sax.saxutils import escape

    _expect_plain(job)
    program, *arguments = job.command
    values = {
        "description": f"vaultkit watches {job.vault}",
        "program": program,
        "arguments": list2cmdline([*arguments, "--log-file", job.log]),
        "home": job.home,
    }
    return _sealed(_TASK.format(seal=_NO_SEAL, **{key: escape(value) for key, value in values.items()}))


WRITTEN: Mapping[str, Callable[[Job], str]] = {
    "systemd": systemd_unit,
    "launchd": launchd_agent,
    "task-scheduler": scheduled_task,
}
"""What makes the file for each service manager."""
