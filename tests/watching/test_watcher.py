"""What watches is hurt in every way that is known, and what is known of the vault equals the disk in the end.

There are no sweeps here, unless a test asks for them: what is right is so because the harm was noticed.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from vaultkit.vault import watch, watchable
from vaultkit.watching.events import Published
from watching.kept import Kept, Looking, Seen, descriptors, digests, lay, mounted

NEVER = 3600.0
THOROUGH = bool(os.environ.get("VAULTKIT_THOROUGH"))


@pytest.fixture(autouse=True)
def _short_glances(monkeypatch):
    monkeypatch.setattr(watch, "_GLANCE", 0.1)


def inner(looking):
    """watchdog's observer, with its threads."""
    return looking.watcher._observation._observer


@pytest.fixture
def looking(tmp_path):
    """A small vault that is watched, and what was seen of it."""
    root = lay(tmp_path / "vault")
    seen = Seen(root)
    with Looking(root, seen, sweep=NEVER) as made:
        made.root, made.seen = root, seen
        made.exact = lambda: seen.notes == digests(root)
        yield made


def test_more_events_than_the_system_keeps(looking):
    """W1: the queue overflows while nothing is read from it."""
    with open("/proc/sys/fs/inotify/max_queued_events", encoding="ascii") as file:
        most = int(file.read())
    folder = looking.root / "Many"
    folder.mkdir()
    looking.wait_for(lambda: len(looking.wakes) > 1)
    time.sleep(0.5)
    reader = inner(looking)._inotify_fd
    with reader._lock:
        for number in range(most // 3 + 200):  # made, written to, closed
            (folder / f"{number % 500}.md").write_text("x\n")
            (folder / f"{number % 500}.md").unlink()
        (folder / "last.md").write_text("x\n")
    looking.wait_for(lambda: "overflow" in looking.wakes)
    looking.wait_for(looking.exact)
    assert [words for words in looking.news if "More happened at once" in words] == looking.news
    (looking.root / "0.md").write_text("later\n")
    looking.wait_for(looking.exact)


def harm_observer(observer):
    observer.stop()


def harm_emitter(observer):
    next(iter(observer.emitters)).stop()


def harm_reader(observer):
    def fail():
        raise KeyError("a folder that was copied in")

    observer._inotify_fd.read_events = fail


def harm_handler(observer):
    def fail(event):
        raise RuntimeError("a listener")

    for handlers in observer._handlers.values():
        for handler in handlers:
            handler.on_any_event = fail


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("harm", [harm_observer, harm_emitter, harm_reader, harm_handler])
def test_threads_that_die_are_replaced(looking, harm, monkeypatch):
    """W15, each of them."""
    monkeypatch.setattr(threading, "excepthook", lambda *_: None)
    (looking.root / "Sub").mkdir()
    looking.wait_for(lambda: len(looking.wakes) > 1)
    dead = inner(looking)
    harm(dead)
    (looking.root / "0.md").write_text("while it dies\n")  # whose event may get lost
    looking.wait_for(lambda: looking.watcher._observation and inner(looking) is not dead)
    looking.wait_for(looking.exact)
    assert any("died and was started again" in words for words in looking.news)
    (looking.root / "Sub" / "new.md").write_text("and after\n")
    looking.wait_for(looking.exact)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_dies_again_and_again_is_started_later_each_time_and_holds_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda *_: None)
    monkeypatch.setattr(watch, "_GLANCE", 0.01)
    monkeypatch.setattr(watch, "_RESTARTS", (0.01, 0.3))
    root = lay(tmp_path / "vault")
    before, threads = len(descriptors()), threading.active_count()
    starts = []
    with Looking(root, lambda: starts.append(time.monotonic()), sweep=NEVER, quiet=0.01) as looking:
        for harm in [harm_reader, harm_observer, harm_emitter, harm_reader, harm_reader, harm_observer, harm_reader]:
            looking.wait_for(lambda: looking.watcher._observation and looking.watcher._observation.is_alive())
            dead = looking.watcher._observation
            harm(dead._observer)
            (root / "0.md").write_text(str(time.monotonic()))
            looking.wait_for(lambda dead=dead: not dead.is_alive())
            looking.wait_for(lambda dead=dead: looking.watcher._observation is not dead)
        assert looking.watcher._patience == 0.3
        assert len(descriptors()) <= before + 5
    assert len(descriptors()) == before and threading.active_count() == threads


def test_a_root_that_is_replaced_is_watched_anew(tmp_path):
    """Events of the old one come under its old name, those of the new one not at all."""
    root = lay(tmp_path / "vault")
    looks = []
    with Looking(root, lambda: looks.append(0), sweep=NEVER) as looking:
        root.rename(tmp_path / "away")
        looking.wait_for(lambda: len(looks) > 1)
        lay(root)
        looking.wait_for(
            lambda: looking.watcher._observation and looking.watcher._observation.root[1] == root.stat().st_ino
        )
        time.sleep(0.5)
        before = len(looks)
        (root / "0.md").write_text("new\n")
        looking.wait_for(lambda: len(looks) > before)


def test_what_is_mounted_and_unmounted_is_noticed(tmp_path):
    """W4: the system tells of neither."""
    root = lay(tmp_path / "vault")
    kept = Kept(root, tmp_path / "site")
    kept.look()
    events = []
    with Looking(root, lambda: events.append(kept.look()), sweep=NEVER) as looking:
        with mounted(root):
            looking.wait_for(lambda: kept.keeper._lost)
            assert kept.pages() == {0, 1, 2, 3}
        looking.wait_for(lambda: not kept.keeper._lost)
        (root / "0.md").write_text("Note 10.\n")
        looking.wait_for(lambda: kept.pages() == {10, 1, 2, 3})
    kept.close()


def test_sleep_is_noticed(tmp_path, monkeypatch):
    slept = [0.0]
    monkeypatch.setattr(watch, "_ahead", lambda: slept[0])
    with Looking(lay(tmp_path / "vault"), lambda: None, sweep=NEVER) as looking:
        slept[0] = 1.0
        time.sleep(0.2)
        assert looking.wakes == ["start"]
        slept[0] = 3600.0
        looking.wait_for(lambda: looking.wakes == ["start", "sleep"])


def test_it_looks_when_asked_and_when_it_is_time(tmp_path):
    with Looking(lay(tmp_path / "vault"), lambda: None, sweep=NEVER) as looking:
        looking.watcher.nudge()
        looking.wait_for(lambda: looking.wakes == ["start", "asked"])
    looking = Looking(tmp_path / "vault", lambda: looking.watcher.soon(0.1), sweep=NEVER)
    with looking:
        looking.wait_for(lambda: looking.wakes[:3] == ["start", "sweep", "sweep"])


def test_paths_that_events_named_are_told_when_they_are_few(tmp_path):
    root = lay(tmp_path / "vault", 60)
    (root / ".git").mkdir()
    named = []
    looking = Looking(root, lambda: named.append(looking.watcher.named), sweep=NEVER)
    with looking:
        (root / ".git" / "index.md").write_text("nobody's business\n")
        (root / "0.md").rename(root / "Zero.md")
        (root / "1.md").write_text("saved\n")
        looking.wait_for(lambda: len(named) > 1)
        assert named == [(), ("0.md", "Zero.md", "1.md")]
        for number in range(2, 60):
            (root / f"{number}.md").write_text("saved\n")
        looking.wait_for(lambda: len(named) > 2)
        assert named[2] == (), "so many are found as quickly by looking at all"
        looking.watcher.nudge()
        looking.wait_for(lambda: len(named) > 3)
        assert named[3] == (), "nothing stays named"


def test_a_clock_that_jumps_and_times_to_come_are_no_reason_to_look(tmp_path, monkeypatch):
    """W13, as far as waking goes."""
    root = lay(tmp_path / "vault")
    os.utime(root / "0.md", (2208988800, 2208988800))
    real = time.time
    with Looking(root, lambda: None, sweep=NEVER) as looking:
        for days in (1, -1):
            monkeypatch.setattr(time, "time", lambda days=days: real() + days * 86400)
            time.sleep(0.3)
        assert looking.wakes == ["start"]


def test_loops_of_links_end(tmp_path):
    """W16."""
    root = lay(tmp_path / "vault")
    (root / "Sub").mkdir()
    for name in ("one", "two", "Sub/up"):
        os.symlink("." if name != "Sub/up" else "..", root / name)
    seen = Seen(root)
    with Looking(root, seen, sweep=NEVER) as looking:
        (root / "Sub" / "new.md").write_text("new\n")
        looking.wait_for(lambda: "Sub/new.md" in seen.notes)
        assert seen.notes == digests(root) and len(seen.notes) == 5
        assert looking.watcher.unwatched == ""


# Storms


def storm(root, seed, seconds):
    """Rename folders and notes for a while; the notes stay the same."""
    rng, names = random.Random(seed), iter(range(10**6))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
        paths = [path for path in root.rglob("*") if path.is_dir() or path.suffix == ".md"]
        path, folder = rng.choice(paths), rng.choice(folders)
        with suppress(OSError):
            path.rename(folder / f"{next(names)}{path.suffix}")
        if rng.random() < 0.02:
            time.sleep(0.25)


def test_a_storm_of_renamed_folders_withdraws_nothing(tmp_path):
    """W10: whatever moves stays public, all the time."""
    root = lay(tmp_path / "vault", 40)
    for number in range(40):
        folder = root / f"Folder {number % 8}" / "Sub"
        folder.mkdir(parents=True, exist_ok=True)
        (root / f"{number}.md").rename(folder / f"{number}.md")
    kept = Kept(root, tmp_path / "site")
    kept.look()
    lost = []

    def look():
        kept.look()
        missing = {*range(40)} - kept.pages()
        lost.extend(missing if kept.of(Published) else ())

    with Looking(root, look, sweep=NEVER, quiet=0.1, longest=0.5) as looking:
        storm(root, 7, 30.0 if THOROUGH else 2.0)
        looking.watcher.nudge()
        looking.wait_for(lambda: "asked" in looking.wakes)
    kept.look()
    assert kept.is_exact() and lost == [] and kept.pages() == {*range(40)}
    kept.close()


def test_a_branch_of_many_notes_is_checked_out(tmp_path):
    """W17: it is one change, and what git does for itself is none."""
    count = 20000 if THOROUGH else 300
    root = tmp_path / "vault"
    root.mkdir()

    def git(*words):
        name = (
            "-c",
            "user.name=Jane",
            "-c",
            "user.email=jane@example.org",
            "-c",
            "gc.auto=0",
        )  # it tidies up when told
        subprocess.run(["git", "-C", root, *name, *words], check=True, capture_output=True)

    def write(word):
        for number in range(count):
            (root / f"{number // 100}").mkdir(exist_ok=True)
            (root / f"{number // 100}" / f"{number}.md").write_text(f"{word} {number}\n")
        git("add", "-A")
        git("commit", "-qm", word)

    git("init", "-q", "-b", "one")
    write("first")
    git("checkout", "-qb", "two")
    write("second")
    seen = Seen(root)
    with Looking(root, seen, sweep=NEVER) as looking:
        began = time.monotonic()
        git("checkout", "-q", "one")
        most = 6 + int(time.monotonic() - began) // 2  # while things go on happening, it looks every two seconds
        looking.wait_for(lambda: seen.notes == digests(root), 120)
        time.sleep(0.5)
        before = len(looking.wakes)
        assert before <= most, "many saves are few looks"
        git("commit", "-q", "--allow-empty", "-m", "nothing")
        git("gc", "-q")
        git("branch", "three")
        time.sleep(0.5)
        assert len(looking.wakes) == before
        git("checkout", "-q", "two")
        looking.wait_for(lambda: seen.notes == digests(root), 120)


# How editors and synchronisations save


def atomic(path, text):
    new = path.with_name(f".{path.name}.tmp")
    new.write_text(text)
    new.replace(path)


def vim(path, text):
    path.rename(path.with_name(path.name + "~"))
    time.sleep(0.02)
    path.write_text(text)
    path.with_name(path.name + "~").unlink()


def slowly(path, text):
    with path.open("w") as file:
        for start in range(0, len(text), 20):
            file.write(text[start : start + 20])
            file.flush()
            time.sleep(0.02)


def syncthing(path, text):
    new = path.with_name(f".syncthing.{path.name}.tmp")
    new.write_text(text)
    path.rename(path.with_name(f"{path.stem}.sync-conflict-20260301-101112-ABCDEF7.md"))
    new.rename(path)


def without_closing(path, text):
    with path.open("w") as file:
        file.write(text)
        file.flush()
        time.sleep(1.0)


@pytest.mark.parametrize("save", [atomic, vim, slowly, syncthing, without_closing])
def test_ways_to_save(tmp_path, save):
    """W11: each save is one edition with the whole of the note, and the page is never away."""
    root = lay(tmp_path / "vault")
    kept = Kept(root, tmp_path / "site")
    kept.look()
    editions, whole = [], "Note 10. " + "word " * 40 + "END.\n"

    def look():
        kept.look()
        if kept.of(Published):
            editions.append(kept.site.joinpath("0.html").read_text())

    with Looking(root, look, sweep=NEVER, quiet=0.4) as looking:
        save(root / "0.md", whole)
        looking.wait_for(lambda: editions and "END." in editions[-1])
        time.sleep(0.5)
    assert len(editions) == 1 and "Note 10." in editions[0]
    assert kept.pages() == {10, 1, 2, 3}, "and a copy that a conflict left is not public"
    assert kept.is_exact()
    kept.close()


# Where the system cannot watch


MOUNTS = """\
22 1 0:21 / / rw,relatime - ext4 /dev/sda1 rw
23 22 0:5 / /mnt/my\\040notes rw,relatime shared:1 - nfs4 server:/export rw
24 22 0:6 / /mnt/my\\040notes/inner rw - ext4 /dev/sdb1 rw
25 22 0:7 / /host rw - fakeowner grpcfuse rw
26 22 0:8 / /over rw - ext4 /dev/sdc1 rw
27 26 0:9 / /over rw - fuse.sshfs me@there: rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind", "elsewhere"),
    [
        ("/home/me/Notes", "ext4", False),
        ("/mnt/my notes", "nfs4", True),
        ("/mnt/my notes/Vault", "nfs4", True),
        ("/mnt/my notes/inner/Vault", "ext4", False),
        ("/mnt/my notesVault", "ext4", False),
        ("/host/Vault", "fakeowner", True),
        ("/over/Vault", "fuse.sshfs", True),
    ],
)
def test_kinds_of_file_systems(path, kind, elsewhere):
    assert watchable.file_system(path, MOUNTS) == kind
    assert watchable.changes_elsewhere(kind) is elsewhere


def test_the_kind_of_a_real_file_system(tmp_path):
    with mounted(tmp_path):
        assert watchable.file_system(str(tmp_path)) == "tmpfs"


def test_a_network_file_system_is_looked_at_all_the_time_and_said_once(tmp_path, monkeypatch):
    monkeypatch.setattr(watchable, "file_system", lambda path: "nfs4")
    root = lay(tmp_path / "vault")
    with Looking(root, lambda: None, sweep=NEVER, blind=0.05) as looking:
        looking.wait_for(lambda: looking.wakes.count("sweep") > 3)
        (root / "Sub").mkdir()
        looking.wait_for(lambda: "events" in looking.wakes)
        assert len(looking.news) == 1 and "nfs4" in looking.news[0]
        assert "nfs4" in looking.watcher.unwatched


LIMITED = """
import sys
from vaultkit.vault.watch import Watcher
from watching.kept import Looking, Seen, digests, lay
from pathlib import Path

limit, most, root = sys.argv[1], sys.argv[2], Path(sys.argv[3])
lay(root)
for number in range(60):
    (root / f"Folder {number}").mkdir()
with open(f"/proc/sys/user/{limit}", "w") as file:
    file.write(most)
seen = Seen(root)
with Looking(root, seen, sweep=3600.0, blind=0.1) as looking:
    for number in range(60):
        (root / f"Folder {number}" / "new.md").write_text("new\\n")
    looking.wait_for(lambda: len(seen.notes) == 64 and seen.notes == digests(root))
    print(looking.watcher.unwatched)
    print(*looking.news, sep="\\n")
"""


@pytest.mark.parametrize(
    ("limit", "most", "said"),
    [
        ("max_inotify_watches", 20, ("the system watches only 20 of 61 folders", "watches only 20 of 61 folders")),
        ("max_inotify_instances", 0, ("instance limit", "cannot watch the vault")),
    ],
)
def test_limits_of_the_system(tmp_path, limit, most, said):
    """W2 and W3: every change is found, and what the limit is is said once."""
    command = ["unshare", "-Ur", sys.executable, "-c", LIMITED, limit, str(most), str(tmp_path / "vault")]
    try:
        subprocess.run(
            ["unshare", "-Ur", "sh", "-c", f"echo {most} > /proc/sys/user/{limit}"], check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"limits cannot be set here: {error}")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    reason, *news = done.stdout.splitlines()
    assert said[0] in reason and len(news) == 1 and said[1] in news[0]
    assert done.stderr == ""


ASKED_OFTEN = """
import os, signal, sys, threading
from vaultkit.vault.watch import Watcher
watcher = Watcher(sys.argv[1], quiet=0.0001, longest=0.001, sweep=0.0001)
signal.signal(signal.SIGHUP, lambda *_: watcher.nudge())
signal.signal(signal.SIGTERM, lambda *_: watcher.stop())
for number, _ in enumerate(watcher):
    if not number:
        print("watching", flush=True)
"""


def test_signals_may_come_at_any_moment(tmp_path):
    """A handler runs in the midst of what it interrupts: it waits for nothing that this holds."""
    command = [sys.executable, "-c", ASKED_OFTEN, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout.readline() == b"watching\n"
            for _ in range(3000):
                process.send_signal(signal.SIGHUP)
                time.sleep(0.0002)
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            process.kill()
