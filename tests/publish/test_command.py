"""The command target: only what somebody agreed to is run, with no shell, and an end."""

import json
import os
import pty
import sys
from pathlib import Path

import pytest

from publish.deliveries import Sender
from readable import readable
from vaultkit.errors import SetupError, TargetError
from vaultkit.publish.trust import is_trusted, remember, trusted_file
from vaultkit.targets.command import command as place

TELL = "import os, sys, json; json.dump([sys.argv[1:], os.getcwd(), dict(os.environ)], open(sys.argv[1], 'w'))"


@pytest.fixture
def vault(tmp_path):
    (tmp_path / "vault").mkdir()
    return tmp_path / "vault"


def sender(vault, *run, trust=True, **options):
    if trust:
        remember(str(vault), run)
    return Sender(place, vault.parent, "command", vault, run=list(run), **options)


def python(vault, code, *arguments, **options):
    return sender(vault, sys.executable, "-c", code, *arguments, **options)


def test_it_is_run_with_what_it_needs_to_know(vault, tmp_path):
    seen = tmp_path / "seen.json"
    site = python(vault, TELL, str(seen), "{output}/", "$HOME; `x`", base_url="https://example.org/")
    (told,) = site.send({"a.html": "a"})
    assert told.startswith("ran `") and f"{site.output}/" in told
    arguments, folder, environment = json.loads(seen.read_text())
    assert arguments == [str(seen), f"{site.output}/", "$HOME; `x`"]
    assert folder == os.path.join(site.delivery(None).home, "command")
    names = ("VAULTKIT_OUTPUT", "VAULTKIT_TARGET", "VAULTKIT_BASE_URL")
    assert [environment[name] for name in names] == [site.output, "command", "https://example.org/"]


def test_it_is_run_again_when_something_changed_or_it_failed(vault, tmp_path):
    log, ok = tmp_path / "log", tmp_path / "ok"
    code = "import os, sys; open(sys.argv[1], 'a').write('x'); sys.exit(0 if os.path.exists(sys.argv[2]) else 3)"
    site = python(vault, code, str(log), str(ok))
    for _ in range(2):
        with pytest.raises(TargetError, match="ended with exit code 3"):
            site.send({"a.html": "a"})
    ok.touch()
    assert site.send({"a.html": "a"})
    assert site.send({"a.html": "a"}) == ()
    assert log.read_text() == "xxx"
    assert site.send({"a.html": "b"}) and site.send({"a.html": "b"}, force=True)
    assert log.read_text() == "xxxxx"


def test_what_it_prints_is_shown(vault, capfd):
    python(vault, "import sys; print('out'); print('err', file=sys.stderr)").send({"a.html": "a"})
    seen = capfd.readouterr()
    assert (seen.out, sorted(seen.err.split())) == ("", ["err", "out"])


def test_it_is_ended_with_all_that_it_started_when_it_takes_too_long(vault, tmp_path):
    alive = tmp_path / "alive"
    child = f"import time; time.sleep(4); open({str(alive)!r}, 'w')"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    with pytest.raises(TargetError, match=r"took longer than 1 seconds and was ended"):
        python(vault, code, timeout=1).send({"a.html": "a"})
    import time

    time.sleep(5)
    assert not alive.exists()


def test_nobody_is_asked_by_it(vault):
    code = "import sys; sys.exit(7 if sys.stdin.read() == '' else 0)"
    with pytest.raises(TargetError, match="exit code 7"):
        python(vault, code).send({"a.html": "a"})


def test_a_program_that_dies_is_told_of(vault):
    with pytest.raises(TargetError, match="was ended by signal 9"):
        python(vault, "import os; os.kill(os.getpid(), 9)").send({"a.html": "a"})


# Trust ------------------------------------------------------------------------------------------------------------


def test_what_nobody_agreed_to_is_never_run(vault, tmp_path):
    site = python(vault, TELL, str(tmp_path / "seen"), trust=False)
    with pytest.raises(SetupError, match="nobody has agreed yet that"):
        site.send({"a.html": "a"})
    assert not (tmp_path / "seen").exists() and not Path(site.output).exists()


def test_what_is_agreed_to_is_one_command_line_in_one_vault(vault, tmp_path):
    remember(str(vault), ["rsync", "-a"])
    assert is_trusted(str(vault), ["rsync", "-a"])
    (tmp_path / "link").symlink_to(vault)
    assert is_trusted(str(tmp_path / "link"), ["rsync", "-a"])
    for other in (["rsync"], ["rsync", "-a", "x"], ["rsync -a"], ["rsync", "-", "a"]):
        assert not is_trusted(str(vault), other)
    assert not is_trusted(str(tmp_path), ["rsync", "-a"])
    assert Path(trusted_file()).stat().st_mode & 0o777 == 0o600


def test_what_is_trusted_is_never_noted_down_in_the_vault(vault, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(vault / ".config"))
    for act in (is_trusted, remember):
        with pytest.raises(SetupError, match="would be noted down in the vault itself"):
            act(str(vault), ["true"])


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000])
def test_damaged_notes_of_trust_trust_nothing(vault, tmp_path, monkeypatch, text):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config/vaultkit").mkdir(parents=True)
    Path(trusted_file()).write_text(text)
    with pytest.raises(SetupError):
        is_trusted(str(vault), ["true"])


def test_programs_of_the_vault_and_of_nowhere_are_refused(vault):
    script = vault / "deploy.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    for run, message in (
        ([str(script)], "lies in the vault"),
        (["./deploy.sh"], "depends on the current folder"),
        (["no-such-program-anywhere"], "there is no program"),
        ([], "there is nothing in `run`"),
    ):
        with pytest.raises(SetupError, match=message):
            sender(vault, *run).send({"a.html": "a"})


# Asking ------------------------------------------------------------------------------------------------------------


def at_a_terminal(folder, answer, *arguments):
    """What a person sees who answers a question."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execv(sys.executable, [sys.executable, "-m", "vaultkit", *arguments])
    seen = b""
    answered = False
    while readable(terminal, 120):
        try:
            more = os.read(terminal, 4096)
        except OSError:
            break
        seen += more
        if not more:
            break
        if b"[y/N]" in seen and not answered:
            os.write(terminal, answer)
            answered = True
    os.waitpid(pid, 0)
    os.close(terminal)
    return seen.decode()


def configured(folder, *run):
    (folder / "A.md").write_text("---\npublish: true\n---\nHello.\n")
    targets = json.dumps([{"kind": "command", "run": list(run), "output": "../out"}])
    (folder / "vaultkit.yaml").write_text(f"publish:\n  targets: {targets}\n")


def test_a_person_is_asked_once_and_again_when_the_command_changes(vault, tmp_path):
    configured(vault, "touch", str(tmp_path / "ran"))
    assert "nobody has agreed" in at_a_terminal(vault, b"n\n", "publish")
    assert not (tmp_path / "ran").exists()
    assert f"touch {tmp_path}/ran\r\n" in at_a_terminal(vault, b"y\n", "publish")
    assert (tmp_path / "ran").exists()
    assert "[y/N]" not in at_a_terminal(vault, b"", "publish", "--force")
    configured(vault, "touch", str(tmp_path / "other"))
    assert "[y/N]" in at_a_terminal(vault, b"\n", "publish")
    assert not (tmp_path / "other").exists()


def test_a_configuration_outside_the_vault_is_trusted(vault, tmp_path):
    from vaultkit.cli._main import main

    configured(vault, "touch", str(tmp_path / "ran"))
    (vault / "vaultkit.yaml").rename(tmp_path / "mine.yaml")
    (vault / "vaultkit.yaml").symlink_to(tmp_path / "mine.yaml")
    assert main(["publish", "--vault", str(vault)]) == 2, "a link in the vault is in the vault"
    (vault / "vaultkit.yaml").unlink()
    assert main(["publish", "--vault", str(vault), "--config", str(tmp_path / "mine.yaml")]) == 0
    assert (tmp_path / "ran").exists()
