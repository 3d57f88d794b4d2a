"""A real systemd that manages the services of a user, apart from the one of this machine: in namespaces of its own for
mounts, processes and control groups, which end with it. Needs root."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from watch_process import wait_until

SYSTEMD = Path("/usr/lib/systemd/systemd")
BEGIN = """
set -e
mount -t cgroup2 none /sys/fs/cgroup
mkdir "/sys/fs/cgroup/$GROUP"
echo $$ > "/sys/fs/cgroup/$GROUP/cgroup.procs"
mount --bind "$1" "$HOME"
mount -t tmpfs none "$XDG_RUNTIME_DIR"
mount -t tmpfs none /run/systemd
mkdir /run/systemd/system /run/systemd/inaccessible   # as a machine has them that was begun by systemd
cd /run/systemd/inaccessible
touch reg
mkdir dir
mkfifo fifo
mknod chr c 0 0
mknod blk b 0 0
/usr/lib/systemd/systemd --user &
wait
"""
END = 'mount -t cgroup2 none "$1" && find "$1/$GROUP" -depth -type d -exec rmdir {} +'


class UserManager:
    """The manager of a user whose home is a folder (made), known there as `home`. Skips where it cannot be had."""

    home = Path("/home")

    def __init__(self, home):
        if os.geteuid() or not SYSTEMD.exists() or not all(map(shutil.which, ("unshare", "nsenter", "systemctl"))):
            pytest.skip("it takes root, systemd and util-linux")
        run = home / ".run"
        run.mkdir(mode=0o700)
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        self.env |= {"HOME": str(self.home), "XDG_RUNTIME_DIR": f"{self.home}/.run"}
        self.env["GROUP"] = f"vaultkit-test-{os.getpid()}"
        self._log = (home / ".manager.log").open("w+")
        apart = [
            "unshare",
            "--mount",
            "--pid",
            "--cgroup",
            "--fork",
            "--mount-proc",
            "--kill-child",
            "sh",
            "-c",
            BEGIN,
            "sh",
            home,
        ]
        self._process = subprocess.Popen(apart, env=self.env, stdout=self._log, stderr=self._log)
        wait_until(lambda: self._process.poll() is not None or self._answers())
        if self._process.poll() is not None:
            self.end()
            self._log.seek(0)
            pytest.skip(f"no manager can be had here: {self._log.read()}")

    def _answers(self):
        with suppress(IndexError, ValueError):
            return self.run("systemctl", "--user", "show-environment").returncode == 0
        return False

    def run(self, *command, **options):
        """Run a program where the manager is."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        enter = ["nsenter", "--target", str(int(children[0])), "--mount", "--pid", "--cgroup", "--", *map(str, command)]
        return subprocess.run(enter, env=self.env, capture_output=True, text=True, check=False, **options)

    def vaultkit(self, *words):
        """What the command says there."""
        return self.run(sys.executable, "-m", "vaultkit", *words)

    def end(self):
        """End it, and all that it started."""
        self._process.kill()
        self._process.wait()
        mount = ["unshare", "--mount", "sh", "-c", END, "sh", "/mnt"]
        with suppress(AssertionError):
            wait_until(lambda: subprocess.run(mount, env=self.env, capture_output=True, check=False).returncode == 0)
