"""A watch as it runs in the background: alone, asked, told to look, told to end, killed."""

import io
import json
import os
import signal
import socket
import sys
import threading
from contextlib import redirect_stderr, redirect_stdout
from types import SimpleNamespace

import pytest

from vaultkit.cli._log import logged
from vaultkit.cli._main import main
from vaultkit.vault import folders
from vaultkit.watching.channel import Silence, answering, ask
from vaultkit.watching.instance import holder, only_one
from watch_process import Watching, wait_until

CONFIG = "publish:\n  select: { path: '**' }\n  targets: [{ output: ../site }]\n"


@pytest.fixture
def vault(tmp_path):
    return made(tmp_path / "vault")


def made(root):
    root.mkdir()
    (root / "vaultkit.yaml").write_text(CONFIG.replace("../site", f"../site-of-{root.name}"))
    (root / "A.md").write_text("See [[B]].\n")
    (root / "B.md").write_text("# B\n")
    return root


def vaultkit(*arguments):
    """What a command line of this process prints."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([*map(str, arguments)])
    return SimpleNamespace(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


def status(vault, *arguments):
    return json.loads(vaultkit("status", "--vault", vault, "--json", *arguments).stdout)


def told(vault):
    """What the watch of a vault says of itself; None when there is none, or none any more."""
    found = holder(str(vault))
    try:
        return ask(found.socket) if found and found.socket else None
    except Silence as silence:
        if silence.stale:
            return None
        raise


class Heard:
    """What a service manager hears of a watch."""

    def __init__(self, path):
        self.messages = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self.environment = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "60000000"}
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self):
        while True:
            self.messages += self._socket.recv(4096).decode().splitlines()

    def wait_for(self, words, times=1):
        wait_until(lambda: sum(words in message for message in self.messages) >= times)


def test_a_watch_that_is_asked_alone_and_told_to_end(vault, tmp_path):
    manager = Heard(tmp_path / "notify")
    with Watching(vault, "--publish", environment=manager.environment) as watching:
        pid = watching.process.pid
        watching.wait_for("Published 2 notes")
        manager.wait_for("READY=1")
        manager.wait_for("STATUS=watching 2 notes")

        second = vaultkit("watch", "--vault", vault)
        assert second.returncode == 2 and f"watched already by process {pid}, since 2" in second.stderr
        assert "`vaultkit status` asks it" in second.stderr

        found = status(vault)
        assert found["source"] == "watch" and found["watcher"]["pid"] == pid and found["watcher"]["answers"]
        assert found["watcher"]["mode"] == "watching" and found["targets"][0]["unchanged"] == ["A.md", "B.md"]
        assert found["targets"] == status(vault, "--from-disk")["targets"]

        (vault / "A.md").write_text("See [[Nowhere]].\n")
        watching.wait_for("held")
        wait_until(lambda: told(vault)["states"]["held"] == 1)
        done = vaultkit("status", "--vault", vault, vault / "A.md")
        assert done.stdout == "held        A.md  there is no note `Nowhere`\n"
        assert f"As the watch (process {pid}, since 2" in done.stderr and "saw it, " in done.stderr
        assert "no such note" in vaultkit("status", "--vault", vault, vault / "C.md").stderr

        os.kill(pid, signal.SIGHUP)
        manager.wait_for("RELOADING=1")
        manager.wait_for("READY=1", times=2)
        os.kill(pid, signal.SIGTERM)
        assert watching.process.wait(20) == 0
        manager.wait_for("STOPPING=1")
    found = status(vault)
    assert found["source"] == "disk" and found["watcher"] is None


def test_one_that_hangs_or_is_killed(vault):
    with Watching(vault, "--publish") as watching:
        watching.wait_for("Published 2 notes")
        os.kill(watching.process.pid, signal.SIGSTOP)
        os.waitpid(watching.process.pid, os.WUNTRACED)
        try:
            done = vaultkit("status", "--vault", vault)
            assert "does not answer (it has not answered within 1 s): this was read from the disk" in done.stderr
            found = status(vault)
            assert found["source"] == "disk" and found["watcher"]["pid"] == watching.process.pid
            assert not found["watcher"]["answers"] and found["targets"][0]["unchanged"] == ["A.md", "B.md"]
        finally:
            os.kill(watching.process.pid, signal.SIGKILL)
        watching.process.wait()
        assert os.path.exists(os.path.join(folders.runtime_folder(), f"{folders.known_as(str(vault))}.sock"))
        assert "No watch runs" in vaultkit("status", "--vault", vault).stderr
        with Watching(vault, "--publish") as again:
            again.wait_for("Watching.")
            wait_until(lambda: told(vault)["targets"])


def test_one_that_only_checks_leaves_the_targets_to_the_disk(vault):
    with Watching(vault) as watching:
        watching.wait_for("Watching.")
        done = vaultkit("status", "--vault", vault)
        assert (
            done.stdout.startswith("new         A.md")
            and "This was read from the disk. A watch runs (process" in done.stderr
        )
        vault.rename(vault.parent / "away")
        watching.wait_for("The vault is not there any more")
        done = vaultkit("status", "--vault", vault)
        assert (done.returncode, done.stdout) == (0, "")
        assert "The watch is paused: the vault is not there (unmounted, renamed?); nothing is withdrawn." in done.stderr


def test_one_of_another_version_is_not_misunderstood(vault):
    told = {"program": "0.0.1\x1b", "looked": "2026-01-01T00:00:00Z", "targets": [{"output": 1}]}
    with only_one(str(vault)) as instance, answering(str(vault), lambda: told) as path:
        instance.tell(path)
        done = vaultkit("status", "--vault", vault)
    assert done.stdout.startswith("new         A.md") and done.returncode == 0
    assert "The watch is of vaultkit 0.0.1␛, and this is " in done.stderr


def test_other_targets_are_heeded_without_a_restart(vault, tmp_path):
    with Watching(vault, "--publish") as watching:
        watching.wait_for("Published 2 notes")
        (vault / "vaultkit.yaml").write_text(CONFIG.replace("../site", "../elsewhere"))
        watching.wait_for("The configuration changed")
        watching.wait_for("Published 2 notes to ")
        assert (tmp_path / "elsewhere" / "a.html").exists()
        assert [target["output"] for target in status(vault)["targets"]] == [str(tmp_path / "elsewhere")]

        (vault / "vaultkit.yaml").write_text("rulse: {}\n")
        watching.wait_for("The last good configuration goes on.")
        (vault / "B.md").write_text("# B\n\nNews.\n")
        wait_until(lambda: "News" in (tmp_path / "elsewhere" / "b.html").read_text())
        trouble = told(vault)["trouble"]
        assert "rulse" in trouble["message"] and trouble["where"].endswith("vaultkit.yaml:1")
        assert "The watch has trouble: " in vaultkit("status", "--vault", vault).stderr

        (vault / "vaultkit.yaml").write_text(CONFIG + "schemas: [{ use: own }]\n")
        watching.wait_for("there is no schema")
        (vault / "schemas").mkdir()
        (vault / "schemas" / "own.yaml").write_text("properties: { kind: { type: text, required: true } }\n")
        (vault / "vaultkit.yaml").write_text(CONFIG + "schemas: [{ use: own }]\n\n")
        watching.wait_for("error[frontmatter-missing]")
        (vault / "schemas" / "own.yaml").write_text("properties: { kind: { type: txt } }\n")
        watching.wait_for("The last good configuration goes on.")


def test_hooks_come_from_the_user_and_change_while_it_runs(vault, tmp_path):
    mine = tmp_path / "config" / "vaultkit" / "config.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text("notifications: false\nhooks: { on-held: [python3, -c, 'print(input())'] }\n")
    with Watching(vault, "--publish", environment={"XDG_CONFIG_HOME": str(tmp_path / "config")}) as watching:
        watching.wait_for("Published 2 notes")
        (vault / "A.md").write_text("See [[Nowhere]].\n")
        line = watching.wait_for('on-held: {"version": 1, "event": "on-held"')
        assert '"path": "A.md"' in line
        mine.write_text("hooks: { on-held: text }\n")
        (vault / "A.md").write_text("See [[B]] again.\n")
        watching.wait_for("should be a list")
        watching.wait_for("Published 2 notes")
        mine.write_text("hooks: { on-published: [sh, -c, 'exit 3'] }\n")
        (vault / "A.md").write_text("See [[B]] once more.\n")
        watching.wait_for("The hook on-published failed: it ended with exit code 3.")
        (vault / "vaultkit.yaml").write_text(CONFIG + "hooks: { on-held: [rm] }\n")
        watching.wait_for("belongs into your own configuration")


def test_a_log_file_has_all_that_is_said(vault, tmp_path):
    log = tmp_path / "logs" / "watch.log"
    (vault / "B.md").write_text("[[No\x1bwhere]]\n")
    with Watching(vault, "--log-file", str(log)) as watching:
        wait_until(lambda: log.exists() and "Watching." in log.read_text())
        assert watching.all == []
        assert vaultkit("watch", "--vault", vault, "--log-file", tmp_path / "second.log").returncode == 2
    first, *_ = log.read_text().splitlines()
    assert " WARNING " in first and "B.md:1:1" in first
    assert "\x1b" not in log.read_text()
    assert " ERROR   vaultkit: " in (tmp_path / "second.log").read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_in_the_journal_lines_say_how_urgent_they_are(tmp_path, monkeypatch):
    with (tmp_path / "journal").open("w") as journal:
        state = os.fstat(journal.fileno())
        monkeypatch.setattr(sys, "stderr", journal)
        with logged(None) as log:
            assert not log, "standard error leads elsewhere"
        monkeypatch.setenv("JOURNAL_STREAM", f"{state.st_dev}:{state.st_ino}")
        with logged(None) as log:
            sys.stdout.write("A.md:1:1: error[link-broken] \x1b[31m\nhalf")
            sys.stdout.write(" a line\n\n")
            sys.stderr.write("Watching.\nvaultkit: trouble\nOne | vaultkit: trouble\n<0>fake\n")
    assert log
    assert (tmp_path / "journal").read_text().splitlines() == [
        "<4>A.md:1:1: error[link-broken] ␛[31m",
        "<4>half a line",
        "<6>Watching.",
        "<3>vaultkit: trouble",
        "<3>One | vaultkit: trouble",
        "<6><0>fake",
    ]


def test_a_log_never_grows_large(tmp_path, monkeypatch):
    monkeypatch.setattr("vaultkit.cli._log.MOST_BYTES", 10_000)
    with logged(str(tmp_path / "log" / "watch.log")):
        for number in range(2000):
            sys.stdout.write(f"{number} {'x' * 100} \udcff\n")
    files = sorted((tmp_path / "log").iterdir())
    assert [file.name for file in files] == ["watch.log", "watch.log.1", "watch.log.2", "watch.log.3"]
    assert all(file.stat().st_size <= 10_000 for file in files) and " 1999 x" in files[0].read_text()


def test_several_vaults_never_disturb_each_other(tmp_path):
    one, two, lost = made(tmp_path / "One"), made(tmp_path / "Two"), tmp_path / "Lost"
    manager = Heard(tmp_path / "notify")
    arguments = [str(one), str(two), str(lost), "--publish"]
    with Watching(None, *arguments, environment=manager.environment) as watching:
        watching.wait_for("One | Published 2 notes")
        wait_until(lambda: any("Two | Published 2 notes" in line for line in watching.all))
        wait_until(lambda: any("Lost | vaultkit: " in line and "no vault" in line for line in watching.all))
        manager.wait_for("READY=1")
        os.kill(told(one)["pid"], signal.SIGKILL)
        watching.wait_for("One | The watch of this vault ended with exit code -9; it is started again in 1 s.")
        since = len(watching.all)
        two.rename(tmp_path / "away")
        for words in ("Two | The vault is not there any more", "One | Found nothing wrong in 2 notes. Watching."):
            wait_until(lambda words=words: any(words in line for line in watching.all[since:]))  # in either order
        (one / "A.md").write_text("[[Nowhere]]\n")
        watching.wait_for("One | error[link-broken]")
        (tmp_path / "away").rename(two)
        (two / "A.md").write_text("# News\n")
        watching.wait_for("Two | Published 2 notes")
        assert told(one)["pid"] != told(two)["pid"]
        watching.process.kill()
        wait_until(lambda: [told(one), told(two)] == [None, None])


def test_several_end_when_told(tmp_path):
    with Watching(None, str(made(tmp_path / "One")), str(tmp_path / "Lost")) as watching:
        watching.wait_for("Watching.")
        watching.process.send_signal(signal.SIGTERM)
        assert watching.process.wait(20) == 0
    assert told(tmp_path / "One") is None


@pytest.mark.parametrize("option", ["--output=x", "--config=x", "--port=1"])
def test_what_is_for_one_vault_is_refused_for_several(tmp_path, option):
    done = vaultkit("watch", made(tmp_path / "One"), made(tmp_path / "Two"), option)
    assert done.returncode == 2 and "is for one vault" in done.stderr
