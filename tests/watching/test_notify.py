"""What a service manager hears, on a real socket."""

import itertools
import os
import socket

import pytest

from vaultkit.errors import SetupError
from vaultkit.model.diagnostic import CheckResult
from vaultkit.vault.watch import Watcher
from vaultkit.watching.events import Away, Checked, Hearing, Published, Renewed, Stuck
from vaultkit.watching.notify import Notifier


class Checking:
    """As much of a session as a notifier looks at."""

    def diagnostics(self):
        return CheckResult((), ("A.md", "B.md"), str)


LOOKED = Checked(Checking(), CheckResult((), (), str))


class Manager:
    """A service manager's end of the socket."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.socket.setblocking(False)
        name = f"@{address[1:]}" if address[0] == "\0" else address
        self.environment = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "180000000", "OTHER": "1"}

    def heard(self):
        messages = []
        while True:
            try:
                messages.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return messages


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path):
    address = str(tmp_path / "notify") if request.param == "path" else f"\0vaultkit-test-{os.getpid()}"
    made = Manager(address)
    yield made
    made.socket.close()


@pytest.fixture
def now(monkeypatch):
    """A clock that goes on by a minute whenever it is looked at."""
    at = itertools.count(100, 60)
    monkeypatch.setattr("vaultkit.watching.notify.time.monotonic", lambda: float(next(at)))


def test_from_start_to_end(manager, now):
    notifier = Notifier(manager.environment)
    assert manager.environment == {"OTHER": "1"}, "no other process speaks in its name"
    notifier.alive()
    assert manager.heard() == ["EXTEND_TIMEOUT_USEC=60000000"]
    notifier(LOOKED)
    assert manager.heard() == [f"READY=1\nMAINPID={os.getpid()}", "STATUS=watching 2 notes", "WATCHDOG=1"]
    notifier(LOOKED)
    notifier.alive()
    assert manager.heard() == ["WATCHDOG=1", "WATCHDOG=1"]
    notifier(Away("/vault", "away"))
    assert manager.heard() == ["STATUS=paused: the vault is not there", "WATCHDOG=1"]
    notifier.reloading()
    [told] = manager.heard()
    assert told.startswith("RELOADING=1\nMONOTONIC_USEC=") and told.split("=")[-1].isdecimal()
    notifier(LOOKED)
    assert manager.heard()[:2] == [f"READY=1\nMAINPID={os.getpid()}", "STATUS=watching 2 notes"]
    notifier.stopping()
    assert manager.heard() == ["STOPPING=1"]


def test_it_is_not_ready_before_it_has_looked(manager, now):
    notifier = Notifier(manager.environment)
    for event in (
        Hearing("no watches"),
        Stuck(SetupError("x")),
        Away("/vault", "away"),
        Renewed(),
        Published(None, ()),
    ):
        notifier(event)
    assert not [message for message in manager.heard() if "READY" in message or "WATCHDOG" in message]


def test_nothing_is_told_more_often_than_it_helps(manager, monkeypatch):
    monkeypatch.setattr("vaultkit.watching.notify.time.monotonic", lambda: 100.0)
    notifier = Notifier(manager.environment)
    notifier(LOOKED)
    manager.heard()
    for _ in range(1000):
        notifier.alive()
    assert manager.heard() == []


def test_what_is_told_is_one_line(manager, now):
    notifier = Notifier(manager.environment)
    notifier(Stuck(SetupError("bad\nREADY=1\nSTATUS=\x1b[31m")))
    told = manager.heard()[0]
    assert told.startswith("STATUS=trouble: bad␊READY=1") and "\n" not in told and "\x1b" not in told


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"NOTIFY_SOCKET": ""},
        {"NOTIFY_SOCKET": "relative"},
        {"NOTIFY_SOCKET": "/nowhere/at/all"},
        {"NOTIFY_SOCKET": "@"},
        {"NOTIFY_SOCKET": "/" + "x" * 500},
        {"NOTIFY_SOCKET": "vsock:1:2"},
    ],
)
def test_without_a_manager_nothing_happens(environment, now):
    notifier = Notifier(environment)
    notifier(LOOKED)
    notifier.reloading()
    notifier.stopping()


def test_no_watchdog_is_fed_that_is_another_process(manager, now):
    notifier = Notifier({**manager.environment, "WATCHDOG_PID": "1"})
    notifier(LOOKED)
    notifier.alive()
    assert "WATCHDOG=1" not in manager.heard()


def test_a_manager_that_does_not_listen_stops_nothing(manager, now, monkeypatch):
    monkeypatch.setattr("vaultkit.watching.notify._BUSY", 0.001)
    notifier = Notifier(manager.environment)
    for _ in range(100):
        notifier.alive()
    manager.socket.close()
    notifier(LOOKED)


def test_what_may_last_is_told(manager, now):
    notifier = Notifier(manager.environment)
    with notifier.patience():
        pass
    assert "WATCHDOG" not in "".join(manager.heard()), "nothing is watched yet"
    notifier(LOOKED)
    manager.heard()
    with pytest.raises(KeyError), notifier.patience():
        assert manager.heard() == ["WATCHDOG_USEC=7200000000"]
        raise KeyError
    assert manager.heard() == ["WATCHDOG_USEC=180000000", "WATCHDOG=1"]


def test_a_watch_that_waits_shows_that_it_lives(tmp_path):
    beats = []
    watcher = Watcher(str(tmp_path), sweep=0.05, pulse=lambda: beats.append("wait"))
    for wake in watcher:
        beats.append(wake)
        if wake != "start":
            watcher.stop()
    assert beats == ["start", "wait", "sweep"]
