"""`vaultkit service`: beside stand-ins for the service managers, which write down what they are asked."""

import io
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import SimpleNamespace

import pytest

from vaultkit.cli._main import main
from vaultkit.vault import folders
from vaultkit.watching.service_files import seal_of
from watch_process import wait_until

CONFIG = "publish:\n  select: { path: '**' }\n  targets: [{ output: ../site }]\n"
STAND_IN = """#!/bin/sh
printf '%s %s\n' "$(basename "$0")" "$*" >> "$CALLS"
[ -e "$CALLS.fails" ] && { cat "$CALLS.fails" >&2; exit 1; }
case "$*" in
*--version*) echo "systemd 252 (252)" ;;
*show*property*) printf 'ActiveState=active\\nSubState=running\\nStatusText=watching 2 notes\\nNRestarts=3\\n' ;;
esac
"""


@pytest.fixture
def vault(tmp_path, monkeypatch):
    """A vault, and a system of whose service managers nothing is real."""
    (tmp_path / "bin").mkdir()
    for name in ("systemctl", "launchctl", "schtasks", "journalctl", "unshare"):
        (tmp_path / "bin" / name).write_text(STAND_IN)
        (tmp_path / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name.lower()))
    root = tmp_path / "My 100% Notes"
    root.mkdir()
    (root / "vaultkit.yaml").write_text(CONFIG)
    return root


def service(*arguments):
    """What a command prints."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["service", *map(str, arguments)])
    return SimpleNamespace(code=code, out=out.getvalue(), err=err.getvalue())


def calls(tmp_path):
    path = tmp_path / "calls"
    return path.read_text().splitlines() if path.exists() else []


def unit_of(vault):
    config = os.environ["XDG_CONFIG_HOME"]
    return os.path.join(config, "systemd", "user", f"vaultkit-{folders.known_as(str(vault))}.service")


def test_installed_seen_and_taken_away(vault, tmp_path):
    done = service("install", "--vault", vault, "--publish")
    file = unit_of(vault)
    assert done.code == 0 and done.out.startswith(f"{file}: written") and "enable-linger" in done.err
    text = Path(file).read_text()
    assert seal_of(text) == "ours" and f'"--vault" "{str(vault).replace("%", "%%")}" "--publish"' in text
    assert f'ReadWritePaths="-{tmp_path}"' in text and f'ReadOnlyPaths="-{str(vault).replace("%", "%%")}"' in text
    unit = os.path.basename(file)
    assert calls(tmp_path)[-3:] == [
        "systemctl --user daemon-reload",
        f"systemctl --user enable {unit}",
        f"systemctl --user --no-block restart {unit}",
    ]
    assert "is there already" in service("install", "--vault", vault, "--publish").out

    shown = service("status", "--vault", vault)
    assert shown.code == 0
    assert "installed: active (running), watching 2 notes, restarted 3 times; no watch runs" in shown.out
    [found] = json.loads(service("status", "--vault", vault, "--json").out)["services"]
    assert found["installed"] == "ours" and found["runs"] and found["file"] == file

    os.rename(vault, tmp_path / "elsewhere")
    gone = service("uninstall", "--vault", vault)
    assert gone.code == 0 and gone.out.startswith(f"{file}: taken away") and not os.path.exists(file)
    assert calls(tmp_path)[-2:] == [f"systemctl --user disable --now {unit}", "systemctl --user daemon-reload"]
    assert "nothing of ours" in service("uninstall", "--vault", vault).out
    assert service("status", "--vault", vault).code == 1


def test_only_shown(vault, tmp_path):
    done = service("install", "--vault", vault, "--dry-run")
    assert done.code == 0 and seal_of(done.out) == "ours" and not os.path.exists(unit_of(vault))
    assert done.out == service("install", "--vault", vault, "--print").out
    assert not any("enable" in call for call in calls(tmp_path))


def test_what_is_not_ours_is_left_alone(vault, tmp_path):
    os.makedirs(os.path.dirname(unit_of(vault)))
    with open(unit_of(vault), "w") as file:
        file.write("[Service]\nExecStart=/bin/mine\n")
    for command in ("install", "uninstall"):
        done = service(command, "--vault", vault, "--force")
        assert done.code == 2 and "is not vaultkit's" in done.err
    assert (
        "/bin/mine" in Path(unit_of(vault)).read_text() and "not installed" in service("status", "--vault", vault).out
    )
    os.unlink(unit_of(vault))
    os.symlink(tmp_path / "precious", unit_of(vault))
    (tmp_path / "precious").write_text("x")
    assert service("install", "--vault", vault).code == 2 and (tmp_path / "precious").read_text() == "x"


def test_what_somebody_edited_is_kept(vault):
    service("install", "--vault", vault)
    with open(unit_of(vault), "a") as file:
        file.write("# mine\n")
    for command in ("install", "uninstall"):
        done = service(command, "--vault", vault)
        assert done.code == 2 and "somebody has edited this file" in done.err
    assert "its file was edited" in service("status", "--vault", vault).out
    assert service("install", "--vault", vault, "--force").code == 0
    assert seal_of(Path(unit_of(vault)).read_text()) == "ours"


def test_where_no_service_manager_runs(vault, tmp_path):
    (tmp_path / "calls.fails").write_text("Failed to connect to bus: No such file\n")
    done = service("install", "--vault", vault, "--publish")
    assert done.code == 2 and not os.path.exists(unit_of(vault))
    assert "no service manager runs here" in done.err and "Failed to connect to bus" in done.err
    assert f"vaultkit watch --vault '{vault}' --publish" in done.err


def test_several_vaults_have_a_service_each(vault, tmp_path):
    other = tmp_path / "Other"
    other.mkdir()
    assert service("install", vault, other).code == 0
    assert os.path.exists(unit_of(vault)) and os.path.exists(unit_of(other))
    assert len(service("status", vault, other).out.splitlines()) == 2
    assert "are for one vault" in service("install", vault, other, "--output", "x").err
    assert "one service at a time" in service("logs", vault, other).err
    assert service("uninstall", vault, other).code == 0 and not os.path.exists(unit_of(other))


def test_how_much_it_may_do(vault, tmp_path):
    def protection():
        text = service("install", "--vault", vault, "--publish", "--print").out
        return next((line for line in text.splitlines() if line.startswith("ProtectSystem=")), "")

    assert protection() == "ProtectSystem=strict"
    (vault / "vaultkit.yaml").write_text(CONFIG.replace("../site", "./site"))
    text = service("install", "--vault", vault, "--publish", "--print").out
    assert f'ReadWritePaths="-{vault}"'.replace("%", "%%") in text and "ReadOnlyPaths" not in text
    (vault / "vaultkit.yaml").write_text(CONFIG)
    (vault / "vaultkit-urls.txt").write_text("")
    assert "ReadOnlyPaths" not in service("install", "--vault", vault, "--publish", "--print").out
    mine = tmp_path / "home" / "config" / "vaultkit" / "config.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text("hooks: { on-held: [x] }\n")
    assert protection() == "ProtectSystem=full"
    mine.unlink()
    (vault / "vaultkit.yaml").write_text(CONFIG.replace("output: ../site", "kind: command, run: [x], output: ../site"))
    assert protection() == "ProtectSystem=full"
    (tmp_path / "bin" / "unshare").write_text("#!/bin/sh\nexit 1\n")
    assert protection() == ""


def test_what_launchd_and_windows_are_told(vault, tmp_path):
    assert service("install", "--vault", vault, "--manager", "launchd").code == 0
    name = folders.known_as(str(vault))
    agent = tmp_path / "home" / "Library" / "LaunchAgents" / f"org.vaultkit.{name}.plist"
    domain = f"gui/{os.getuid()}"
    assert calls(tmp_path)[-2:] == [
        f"launchctl bootout {domain}/org.vaultkit.{name}",
        f"launchctl bootstrap {domain} {agent}",
    ]
    assert service("uninstall", "--vault", vault, "--manager", "launchd").code == 0 and not agent.exists()

    assert service("install", "--vault", vault, "--manager", "task-scheduler").code == 0
    task = tmp_path / "home" / "state" / "vaultkit" / "service" / f"{name}.xml"
    assert task.read_bytes().startswith(b"\xff\xfe") and seal_of(task.read_text("utf-16")) == "ours"
    assert calls(tmp_path)[-1] == f"schtasks /Run /TN \\vaultkit\\{name}"
    assert "is there already" in service("install", "--vault", vault, "--manager", "task-scheduler").out
    assert service("uninstall", "--vault", vault, "--manager", "task-scheduler").code == 0 and not task.exists()


def test_the_log_of_systemd_is_the_journal(vault, tmp_path, capfd):
    assert service("logs", "--vault", vault, "--follow").code == 0
    unit = os.path.basename(unit_of(vault))
    assert calls(tmp_path)[-1] == f"journalctl --user --unit {unit} --lines=100 --follow"


def test_the_log_elsewhere_is_a_file(vault, tmp_path):
    done = service("logs", "--vault", vault, "--manager", "launchd")
    assert done.code == 2 and "there is no log yet" in done.err
    log = tmp_path / "home" / "state" / "vaultkit" / "log" / f"{folders.known_as(str(vault))}.log"
    log.parent.mkdir(parents=True)
    log.write_text("".join(f"line {number} \x1b\n" for number in range(200)))
    shown = service("logs", "--vault", vault, "--manager", "launchd").out.splitlines()
    assert len(shown) == 100 and shown[-1] == "line 199 ␛"


def test_a_log_is_followed_into_the_next_file(vault, tmp_path):
    log = tmp_path / "home" / "state" / "vaultkit" / "log" / f"{folders.known_as(str(vault))}.log"
    log.parent.mkdir(parents=True)
    log.write_text("first\n")
    command = [sys.executable, "-m", "vaultkit", "service", "logs", "--manager", "launchd", "-f", "--vault", str(vault)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    seen = []
    threading.Thread(target=lambda: seen.extend(iter(process.stdout.readline, "")), daemon=True).start()
    try:
        wait_until(lambda: seen == ["first\n"])
        with log.open("a") as file:
            file.write("sec")
            file.flush()
            time.sleep(0.6)
            file.write("ond\nthird\n")
        log.rename(log.with_suffix(".log.1"))
        log.write_text("fourth\n")
        wait_until(lambda: len(seen) == 4)
        assert seen == ["first\n", "second\n", "third\n", "fourth\n"]
    finally:
        process.kill()
        process.wait()


CAGE = """
mount --make-rprivate / || exit 125
for path in "$TOP"/home/state/vaultkit "$TOP"/home/cache/vaultkit "$TOP"/run "$TOP"; do
    mount --rbind "$path" "$path" || exit 125
done
mount --bind "$VAULT" "$VAULT" && mount -o remount,bind,ro "$VAULT" || exit 125
mount -o remount,bind,ro / || exit 125
touch "$VAULT/x" 2>/dev/null && exit 124
exec "$@"
"""


def test_publishing_works_where_little_may_be_written(vault, tmp_path, monkeypatch):
    """The mounts that the unit asks for, made by hand: the vault and the system read-only, its own folders not."""
    if os.geteuid():
        pytest.skip("only root may make the mounts")
    monkeypatch.setenv("PATH", os.environ["PATH"].partition(os.pathsep)[2])
    alone = subprocess.run(["unshare", "--mount", "true"], capture_output=True, text=True, check=False)
    if alone.returncode:
        pytest.skip(f"no mounts of one's own may be made here: {alone.stderr.strip()}")
    for name in ("home/state/vaultkit", "home/cache/vaultkit", "run"):
        (tmp_path / name).mkdir(parents=True)
    (vault / "A.md").write_text("# A\n")
    python = [sys.executable, "-P", "-m", "vaultkit", "watch", "--vault", str(vault), "--publish"]
    environment = {**os.environ, "TOP": str(tmp_path), "VAULT": str(vault), "XDG_RUNTIME_DIR": str(tmp_path / "run")}
    program = ["unshare", "--mount", "sh", "-c", CAGE, "sh", "setpriv", "--no-new-privs", *python]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    try:
        page = tmp_path / "site" / "a.html"
        wait_until(lambda: page.exists() or process.poll() is not None)
        if process.poll() in (125, 127):
            pytest.skip(f"no mounts of one's own may be made here: {process.stdout.read().strip()}")
        assert process.poll() is None, process.stdout.read()
        (vault / "A.md").write_text("# A\n\nNews.\n")
        wait_until(lambda: "News" in page.read_text() or process.poll() is not None)
        assert process.poll() is None, process.stdout.read()
    finally:
        process.kill()
        process.communicate()
