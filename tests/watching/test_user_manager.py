"""The service as a real service manager runs it, with all that its unit forbids."""

import pytest

from watch_process import wait_until
from watching.user_manager import UserManager


@pytest.fixture
def manager(tmp_path):
    home = tmp_path / "home"
    (home / "Notes").mkdir(parents=True)
    made = UserManager(home)
    yield made
    made.end()


def test_from_installing_to_uninstalling(tmp_path, manager):
    vault, site = tmp_path / "home" / "Notes", tmp_path / "home" / "Notes-site"
    (vault / "vaultkit.yaml").write_text("publish:\n  select: { path: '**' }\n")
    (vault / "one.md").write_text("First words.\n")

    def vaultkit(action, *words):
        return manager.vaultkit("--vault", f"{manager.home}/Notes", "service", action, *words)

    def stands(*words):
        done = vaultkit("status")
        return done if all(word in done.stdout for word in words) else None

    def shows(words):
        return (site / "one.html").exists() and words in (site / "one.html").read_text()

    done = vaultkit("install", "--publish")
    assert done.returncode == 0, done.stderr
    (unit,) = (tmp_path / "home" / ".config/systemd/user").glob("*.service")
    assert "ProtectSystem=strict" in unit.read_text()
    wait_until(lambda: stands("installed: active (running), watching 1 note", "a watch runs"))
    wait_until(lambda: shows("First words"))
    (vault / "one.md").write_text("Other words.\n")
    wait_until(lambda: shows("Other words"))

    own = unit.with_name(unit.name + ".d")
    own.mkdir()
    (own / "own.conf").write_text("[Service]\nRestartSec=100ms\n")
    manager.run("systemctl", "--user", "daemon-reload")
    pid = manager.run("systemctl", "--user", "show", unit.name, "--property=MainPID", "--value").stdout.strip()
    manager.run("kill", "-KILL", pid)
    wait_until(lambda: stands("active (running), watching 1 note", "restarted 1 times"))
    assert manager.run("systemctl", "--user", "reload", unit.name).returncode == 0
    (vault / "one.md").write_text("Words after all that.\n")
    wait_until(lambda: shows("Words after all that"))

    (vault / "vaultkit.yaml").write_text("publish:\n  select: { path: '**' }\n  targets: [{ output: /var/site }]\n")
    done = vaultkit("status")
    assert (
        done.returncode == 1
        and "It may not write to /var, as it must by now: run `vaultkit service install` again" in done.stdout
    )
    (vault / "vaultkit.yaml").write_text("publish:\n  select: { path: '**' }\n")
    assert vaultkit("status").returncode == 0

    done = vaultkit("uninstall")
    assert done.returncode == 0 and not unit.exists()
    assert stands("not installed", "no watch runs").returncode == 1
