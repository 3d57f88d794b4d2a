"""`vaultkit watch --publish` as a process: told to end in the midst of anything, and what it must never do."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from publish.publisher import files
from vaultkit.publish.store import MARKER
from watch_process import Watching, wait_until
from watching.kept import lay

THOROUGH = bool(os.environ.get("VAULTKIT_THOROUGH"))


def vaultkit(*words, before=()):
    command = [*before, sys.executable, "-m", "vaultkit", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def tree(site):
    return {path: data for path, data in files(site).items() if path != MARKER}


SIGNALS = {
    "SIGINT": [signal.SIGINT],
    "SIGTERM": [signal.SIGTERM],
    "twice": [signal.SIGINT, signal.SIGINT],
    "hanging up first": [signal.SIGHUP, signal.SIGTERM],
}


@pytest.mark.parametrize("name", SIGNALS)
def test_told_to_end_at_any_moment(tmp_path, name):
    """W20: it ends soon, and the next run finds all in order."""
    root, site = lay(tmp_path / "vault", 30), tmp_path / "site"
    rng = random.Random(name)
    for number in range(12 if THOROUGH else 2):
        with Watching(root, "--publish", "--output", str(site)) as watching:
            if number % 2:
                watching.wait_for("Watching.")
                for each in range(30):
                    (root / f"{each}.md").write_text(f"Note {each + 100 * number}.\n")
            time.sleep(rng.random() * (0.8 if number % 2 else 1.5))
            for each in SIGNALS[name]:
                watching.process.send_signal(each)
                time.sleep(0.05 * rng.random())
            code = watching.process.wait(20)
            said = watching.rest()
            assert code in (0, 130, *(-each for each in SIGNALS[name])), said
            late = name == "twice" and code in (130, -signal.SIGINT)  # the second came when it had ended
            assert (("Stopped." in said) is (code == 0) or late) and "Traceback" not in said
    done = vaultkit("--vault", root, "publish", "--output", site)
    assert done.returncode == 0, done.stderr
    fresh = vaultkit("--vault", root, "publish", "--output", tmp_path / "fresh" / "site")
    assert fresh.returncode == 0 and tree(site) == tree(tmp_path / "fresh" / "site")


def test_a_step_that_lasts_is_broken_off(tmp_path):
    """W20: in the midst of a publish that a program holds up."""
    root = lay(tmp_path / "vault")
    wait = f"targets: [{{ kind: command, run: ['{sys.executable}', '-c', 'import time; time.sleep(60)'] }}]"
    config = tmp_path / "outside.yaml"
    config.write_text(f"publish:\n  select: {{ path: '**' }}\n  {wait}\n")
    command = [sys.executable, "-m", "vaultkit", "--vault", str(root), "--config", str(config), "watch", "--publish"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        wait_until(lambda: children(process.pid))
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in (0, 1)
        said = process.stderr.read()
        assert said.endswith("Stopped.\n") and "Traceback" not in said


def children(pid):
    done = subprocess.run(["ps", "-o", "args=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [line for line in done.stdout.splitlines() if "time.sleep(60)" in line]


def test_hanging_up_makes_it_look(tmp_path):
    root = lay(tmp_path / "vault")
    with Watching(root) as watching:
        watching.wait_for("Watching.")
        watching.process.send_signal(signal.SIGHUP)
        (root / "0.md").write_text("[[Nowhere]]\n")
        watching.wait_for("link-broken")
        assert watching.process.poll() is None


def test_the_vault_itself_is_no_place_for_the_site_and_a_folder_of_it_wakes_nobody(tmp_path):
    """W19."""
    root = lay(tmp_path / "vault")
    with Watching(root, "--publish", "--output", str(root)) as watching:
        watching.wait_for("the output cannot be the vault")
    with Watching(root, "--publish", "--output", str(root / "public")) as watching:
        watching.wait_for("Published 4 notes")
        (root / "0.md").write_text("Note 10.\n")
        watching.wait_for("Published 4 notes")
        time.sleep(1.0)
        assert sum("Published" in line for line in watching.all) == 2
    assert (root / "public" / "0.html").exists()


LEFT_BEHIND = (
    ".#0.md", "0.md~", "#0.md#", ".0.md.swp", "4913", ".0.md.icloud", ".syncthing.0.md.tmp", "~syncthing~0.md.tmp",
    ".trash/0.md", ".obsidian/0.md",
)  # fmt: skip
COPIES = (
    "0.sync-conflict-20260301-101112-ABCDEF7.md",
    "0 (conflicted copy 2026-03-01 101112).md",
    "0 (Jane's conflicted copy 2026-03-01).md",
)


def test_what_editors_and_synchronisations_leave_behind_is_never_public(tmp_path):
    """W18: of the copies that a conflict leaves, it is said that they are there."""
    root, site = lay(tmp_path / "vault"), tmp_path / "site"
    for number, name in enumerate((*LEFT_BEHIND, *COPIES)):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(f"secret{number}\n")
    done = vaultkit("--vault", root, "publish", "--output", site)
    shown = b"".join(tree(site).values())
    assert b"Note 0." in shown and b"secret" not in shown, done.stdout
    checked = vaultkit("--vault", root, "check", "--output-format", "concise")
    assert {name for name in COPIES if f"{name}:" in checked.stdout and "merge-conflict" in checked.stdout} == {*COPIES}


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_folder_that_the_disk_does_not_give_stays_as_it_was(tmp_path):
    """W8: input/output errors, as of a disk that is dying."""
    root, site = lay(tmp_path / "vault"), tmp_path / "site"
    (root / "Deep").mkdir()
    (root / "Deep" / "7.md").write_text("Note 7.\n")
    assert vaultkit("--vault", root, "publish", "--output", site).returncode == 0
    (root / "0.md").write_text("Note 10.\n")
    inject = ["strace", "-f", "-o", str(tmp_path / "trace"), "-P", str(root / "Deep")]
    inject += ["-e", "inject=getdents64:error=EIO:when=1+"]
    done = vaultkit("--vault", root, "publish", "--output", site, before=inject)
    if "EIO" not in (tmp_path / "trace").read_text():
        pytest.skip("strace cannot make calls fail here")
    assert done.returncode == 1 and "Input/output error" in done.stderr, done.stderr
    shown = b"".join(tree(site).values())
    assert b"Note 7." in shown and b"Note 10." in shown
    assert "1 changed" in done.stderr and "withdrawn" not in done.stdout + done.stderr


def test_a_watch_and_a_publish_at_once_do_not_mix(tmp_path):
    """P5: a watcher, and commands beside it."""
    root, site = lay(tmp_path / "vault", 20), tmp_path / "site"
    with Watching(root, "--publish", "--output", str(site)) as watching:
        watching.wait_for("Published 20 notes")
        for number in range(3):
            for each in range(20):
                (root / f"{each}.md").write_text(f"Note {each} of {number}.\n")
            done = vaultkit("--vault", root, "publish", "--output", site)
            assert done.returncode == 0 or "another vaultkit is publishing" in done.stderr, done.stderr
            wait_until(lambda number=number: pages_of(site) == {(each, number) for each in range(20)})


def pages_of(site):
    words = (re.search(r"Note (\d+) of (\d+)\.", path.read_text()) for path in site.glob("*.html"))
    return {(int(found[1]), int(found[2])) for found in words if found}
