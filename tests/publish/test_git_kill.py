"""The git target is killed at moments spread over a run, with all that it started: the branch is old or new, and the
next run finishes."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

from gits import commit, git, write
from publish.deliveries import Sender
from vaultkit.targets.git import git as place

ROUNDS = 200 if os.environ.get("VAULTKIT_THOROUGH") else 10
FILES = 110
"""More than git writes one by one: it makes a pack of them."""

SCRIPT = """
import sys
from publish.test_git_kill import edition, sender
print(flush=True)
sender(sys.argv[1]).send(edition(2))
"""


def edition(number):
    return {f"d{n % 9}/{n}.html": f"{number} {n}\n" * 50 for n in range(FILES)}


def sender(folder):
    return Sender(place, folder, "git", os.path.join(folder, "vault"), push="origin")


def descendants(pid):
    """All processes that a process started, and those that they started."""
    found = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *descendants(child)]
    return found


def kill(process):
    """End a process and its descendants at once: stopped first, none can start another one."""
    process.send_signal(signal.SIGSTOP)
    for pid in (*descendants(process.pid), process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def start(folder):
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    process.stdout.readline()
    return process


@pytest.fixture
def place_to_work():
    """A folder in memory where there is one: what is killed there is never waited for by a disk."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture
def before(place_to_work):
    """A vault with something staged, whose first edition is published and pushed."""
    folder = place_to_work / "before"
    (folder / "vault").mkdir(parents=True)
    git(folder / "vault", "init", "-q")
    git(folder, "init", "-q", "--bare", "remote.git")
    git(folder / "vault", "remote", "add", "origin", "../remote.git")
    write(folder / "vault", Note="one")
    commit(folder / "vault")
    write(folder / "vault", Note="two")
    git(folder / "vault", "add", "--all")
    sender(folder).send(edition(1))
    return folder


def tree(repository):
    return git(repository, "rev-parse", "gh-pages^{tree}").strip()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the processes to kill are found in /proc")
def test_whenever_it_is_killed_the_branch_is_old_or_new(before, place_to_work):
    old = tree(before / "vault")
    whole = place_to_work / "whole"
    shutil.copytree(before, whole, symlinks=True)
    process = start(whole)
    began = time.monotonic()
    assert process.wait() == 0
    took = time.monotonic() - began
    new = tree(whole / "vault")
    index = (before / "vault/.git/index").read_bytes()
    chance = random.Random(6)
    ends = set()
    for number in range(ROUNDS):
        folder = place_to_work / "round"
        shutil.copytree(before, folder, symlinks=True)
        process = start(folder)
        time.sleep((number + chance.random()) / ROUNDS * took * 1.1)
        kill(process)
        for repository in (folder / "vault", folder / "remote.git"):
            assert tree(repository) in (old, new)
            git(repository, "fsck", "--strict")
        ends.add((tree(folder / "vault"), tree(folder / "remote.git")))
        assert (folder / "vault/.git/index").read_bytes() == index
        for lock in (folder / "remote.git").rglob("*.lock"):
            lock.unlink()  # the remote's own git was killed too, and who looks after it takes its lock away
        sender(folder).send(edition(2))
        assert tree(folder / "vault") == tree(folder / "remote.git") == new
        assert git(folder / "vault", "rev-list", "--count", "gh-pages").strip() == "2"
        shutil.rmtree(folder)
    assert len(ends) > 1, "no run was killed early and another late"
    assert (old, old) in ends
