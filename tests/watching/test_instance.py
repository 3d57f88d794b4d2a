"""One watcher per vault, who it is, and what it answers."""

import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from vaultkit.errors import BusyError
from vaultkit.vault import folders
from vaultkit.watching.channel import Silence, answering, ask
from vaultkit.watching.instance import Holder, clock, holder, only_one

HOLDING = """
import os, sys, time
from vaultkit.watching.instance import only_one
with only_one(sys.argv[1]) as instance:
    instance.tell("/run/x.sock")
    if "fork" in sys.argv:
        ready, says = os.pipe()
        if not os.fork():
            os.write(says, b"!")
            time.sleep(600)
        os.read(ready, 1)
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def held(tmp_path):
    """Starts another process that watches the vault."""
    started = []

    def hold(*arguments):
        command = [sys.executable, "-c", HOLDING, str(tmp_path), *arguments]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True))
        assert started[-1].stdout.readline() == b"held\n"
        return started[-1]

    yield hold
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.communicate()


def test_there_is_one_and_it_is_named(tmp_path, held):
    process = held()
    found = holder(str(tmp_path))
    assert (found.pid, found.socket) == (process.pid, "/run/x.sock")
    with pytest.raises(BusyError, match=rf"process {process.pid}, since {clock(found.since)}"), only_one(str(tmp_path)):
        pass
    assert holder(str(tmp_path / "..")) is None, "another vault"


def test_a_link_to_the_vault_is_the_vault(tmp_path, held):
    held()
    link = tmp_path.parent / f"{tmp_path.name}-link"
    link.symlink_to(tmp_path)
    with pytest.raises(BusyError), only_one(str(link)):
        pass


@pytest.mark.parametrize("arguments", [(), ("fork",)])
def test_a_killed_one_leaves_nothing_behind(tmp_path, held, arguments):
    process = held(*arguments)
    process.kill()
    process.wait()
    assert holder(str(tmp_path)) is None
    with only_one(str(tmp_path)):
        assert holder(str(tmp_path)).pid == os.getpid()
    assert holder(str(tmp_path)) is None


def test_asking_who_it_is_keeps_nobody_out(tmp_path):
    ended = threading.Event()

    def ask_on():
        while not ended.is_set():
            holder(str(tmp_path))

    asking = threading.Thread(target=ask_on)
    asking.start()
    try:
        for _ in range(50):
            with only_one(str(tmp_path)):
                pass
    finally:
        ended.set()
        asking.join()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid": 1, "x": 2}', b"\xff" * 99, b"[" * 9999])
def test_what_it_wrote_may_be_anything(tmp_path, held, content):
    held()
    path = os.path.join(folders.state_folder(), "watch", f"{folders.known_as(str(tmp_path))}.lock")
    with open(path, "wb") as file:
        file.write(content)
    assert holder(str(tmp_path)) == Holder()
    with pytest.raises(BusyError, match="by another process"), only_one(str(tmp_path)):
        pass


def test_the_lock_follows_no_link(tmp_path):
    path = os.path.join(folders.state_folder(), "watch", f"{folders.known_as(str(tmp_path))}.lock")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.symlink(tmp_path / "precious", path)
    with pytest.raises(OSError), only_one(str(tmp_path)):
        pass
    assert not (tmp_path / "precious").exists()


def test_it_answers_its_user_alone(tmp_path):
    told = {"changes": ["Ünter \udcff\n"] * 100_000}
    with answering(str(tmp_path), lambda: told) as path:
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700
        assert ask(path) == told and ask(path) == told
    assert not os.path.exists(path)
    with pytest.raises(Silence) as silence:
        ask(path)
    assert silence.value.stale


def test_who_connects_and_reads_nothing_keeps_nobody_waiting_for_long(tmp_path, monkeypatch):
    monkeypatch.setattr("vaultkit.watching.channel.PATIENCE", 0.2)
    with answering(str(tmp_path), lambda: {"much": "x" * 10_000_000}) as path:
        with socket.socket(socket.AF_UNIX) as lazy:
            lazy.connect(path)
            assert len(ask(path, 20)["much"]) == 10_000_000
        with socket.socket(socket.AF_UNIX) as writing:
            writing.connect(path)
            with suppress(OSError):
                writing.sendall(b'{"evil": 1}\n' * 10)
        assert ask(path, 20)


def test_a_socket_that_was_left_over_is_taken_over(tmp_path):
    with answering(str(tmp_path), dict) as path:
        pass
    with socket.socket(socket.AF_UNIX) as left:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        left.bind(path)
    with pytest.raises(Silence) as silence:
        ask(path)
    assert silence.value.stale
    with answering(str(tmp_path), lambda: {"new": True}) as again:
        assert again == path and ask(path) == {"new": True}


def test_one_that_hangs_is_not_waited_for(tmp_path):
    with socket.socket(socket.AF_UNIX) as hanging:
        hanging.bind(str(tmp_path / "s"))
        hanging.listen(1)
        with pytest.raises(Silence, match="has not answered within") as silence:
            ask(str(tmp_path / "s"), 0.1)
        assert not silence.value.stale


@pytest.mark.parametrize("answer", [b"", b"{\n", b"[]\n", b"\xff\n", b"[" * 100_000 + b"\n"])
def test_an_answer_that_is_none(tmp_path, answer):
    with socket.socket(socket.AF_UNIX) as odd:
        odd.bind(str(tmp_path / "s"))
        odd.listen(1)

        def serve():
            connection, _ = odd.accept()
            with connection:
                connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        with pytest.raises(Silence):
            ask(str(tmp_path / "s"))


def test_a_folder_with_a_long_name_can_be_asked_too(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("x" * 90)))
    with answering(str(tmp_path), lambda: {"a": 1}) as path:
        assert len(path) < 104 and ask(path) == {"a": 1}
        assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700
    assert not os.path.exists(os.path.dirname(path))


def test_a_name_for_a_vault(tmp_path):
    names = [folders.known_as(str(tmp_path / name)) for name in ("Notes", "notes", "Ünï %n\n'\"", "x" * 200)]
    assert len({*names}) == 4 and names[0].startswith("notes-") and len(names[3]) == 41
    assert all(name.isascii() and name.replace("-", "").isalnum() for name in names)


def test_a_moment_on_the_clock_here(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    assert clock("2026-03-01T12:00:00Z") == "2026-03-01 21:00:00"
    assert clock("yesterday") == "yesterday" and json.dumps(clock(""))
