"""What shells complete, in the shells themselves: keys are typed, and the command that comes of them is looked at."""

import os
import pty
import shutil
import signal
import subprocess
import sys
import time

import pytest

from readable import readable
from vaultkit import registry
from vaultkit.cli._main import main

SETUP = {
    "bash": "bind 'set bell-style none'; eval \"$(cat script)\"",
    "zsh": 'autoload -Uz compinit && compinit -u -d dump && eval "$(cat script)"',
}
QUIET = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}
TYPED = {
    "vaultkit che\t--sta\t\r": ["check --staged", "check --statistics", "check --sta"],
    "vaultkit plugin unin\t\r": ["plugin uninstall"],
    "vaultkit explain link-sel\t\r": ["explain link-self"],
    "vaultkit check --output-format gith\t\r": ["check --output-format github"],
    "vaultkit check --color nev\t\r": ["check --color never"],
    "vaultkit check --vault Read\t\r": ["check --vault Reading/", "check --vault Reading"],
}


@pytest.fixture
def script(tmp_path, monkeypatch, capsys):
    """Writes the script of a shell into the current folder, beside a command `vaultkit` that notes down its words."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Reading").mkdir()
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "vaultkit"
    command.write_text(
        f'#!/bin/sh\necho "$*" > "{tmp_path}/words.part"; mv "{tmp_path}/words.part" "{tmp_path}/words"\n'
    )
    command.chmod(0o755)

    def script(shell):
        if not shutil.which(shell):
            pytest.skip(f"{shell} is not installed here")
        assert main(["completion", shell]) == 0
        (tmp_path / "script").write_text(capsys.readouterr().out)

    return script


def words(shell, keys, folder):
    """The words that a command is given when somebody types these keys at a terminal."""
    environment = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "TERM": "xterm", "HOME": str(folder), "PS1": "> "}
    try:
        process, terminal = pty.fork()
    except OSError as error:
        pytest.skip(f"no terminal can be had here: {error}")
    if not process:
        os.chdir(folder)
        os.execvpe(shell, QUIET[shell], environment)
    try:
        for line in (f"{SETUP[shell]}; touch ready\r", keys):
            os.write(terminal, line.encode())
            awaited = folder / ("ready" if "ready" in line else "words")
            said = _until(lambda path=awaited: path.exists(), terminal)
            assert awaited.exists(), said
        return (folder / "words").read_text().strip()
    finally:
        os.kill(process, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(process, 0)


def _until(happened, terminal, longest=60.0):
    """Wait for something, and read what the terminal shows meanwhile, so that nobody waits for us."""
    said, latest = b"", time.monotonic() + longest
    while not happened() and time.monotonic() < latest:
        if readable(terminal, 0.05):
            said += os.read(terminal, 4096)
    return said.decode(errors="replace")


@pytest.mark.parametrize("keys", TYPED, ids=lambda keys: keys.strip())
@pytest.mark.parametrize("shell", SETUP)
def test_a_shell_completes_what_is_typed(shell, keys, script, tmp_path):
    script(shell)
    assert words(shell, keys, tmp_path) in TYPED[keys]


def test_fish_offers_the_same(script, tmp_path):
    script("fish")

    def offered(line):
        command = ["fish", "--no-config", "-c", f"source ./script; complete -C '{line}'"]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, env=os.environ | {"HOME": str(tmp_path)}
        )
        return [line.partition("\t")[0] for line in done.stdout.splitlines()]

    assert offered("vaultkit ") == list(registry.names("vaultkit.cli"))
    assert offered("vaultkit plugin ") == ["install", "status", "uninstall"]
    assert offered("vaultkit explain link-sel") == ["link-self"]
    assert "--staged" in offered("vaultkit check --sta")
    assert offered("vaultkit check --color ") == ["auto", "always", "never"]


def test_only_this_command_needs_the_library_for_it():
    code = "import sys\nfrom vaultkit.cli._main import main\nmain(['--help'])\nsys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "shtab" not in done.stderr.split()
