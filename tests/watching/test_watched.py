"""What a look at the files cannot tell by itself: changes without a mark, clocks that jump, files that are at work."""

import os
import threading
import time

import pytest

from vaultkit.session import Session
from vaultkit.vault import watched
from vaultkit.vault.files import Vault
from vaultkit.vault.watched import Watched
from watching.kept import Seen, digests, lay

DAY = 24 * 60 * 60


@pytest.fixture
def seen(tmp_path):
    made = Seen(lay(tmp_path / "vault"))
    made()
    return made


def exact(seen):
    """Whether the next look sees what is there."""
    seen()
    return seen.notes == digests(seen.session.root)


def test_a_note_of_the_same_size_and_time_is_noticed(seen):
    """W12: the time of a change of the file's state cannot be set back."""
    note = os.path.join(seen.session.root, "0.md")
    before = os.stat(note)
    with open(note, "r+") as file:
        file.write("NOTE")
    os.utime(note, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = os.stat(note)
    assert (before.st_size, before.st_mtime_ns, before.st_ino) == (after.st_size, after.st_mtime_ns, after.st_ino)
    assert exact(seen)


@pytest.fixture
def coarse(monkeypatch):
    """A file system whose clock ticks every ten seconds, and on which each file has the same number."""
    real = Vault.scan

    def scan(self):
        listing = real(self)
        tick = 10**10
        for path, stat in listing.files.items():
            listing.files[path] = stat._replace(
                inode=1, mtime_ns=stat[2] // tick * tick, ctime_ns=stat[3] // tick * tick
            )
        return listing

    monkeypatch.setattr(Vault, "scan", scan)
    monkeypatch.setattr(watched, "_YOUNG", 12 * 10**9)


@pytest.mark.parametrize("looks", [1, 3])
def test_a_change_that_leaves_no_mark_is_noticed_once(coarse, seen, looks):
    """W12, where the clock is too coarse to tell two saves apart."""
    root = seen.session.root
    for number in range(looks):
        seen()
        assert not seen.session.changed, ("what was read before is not taken for another", number)
    for word in ("NOTE", "Naut", "noTe"):
        with open(os.path.join(root, "0.md"), "r+") as file:
            file.write(word)
        assert exact(seen) and seen.session.changed
        assert exact(seen) and not seen.session.changed


def test_a_file_that_is_old_is_not_read_again(seen, monkeypatch):
    root = seen.session.root
    for number in range(4):
        os.utime(os.path.join(root, f"{number}.md"), (1e9, 1e9))
    later = time.time_ns() + 10 * 10**9
    monkeypatch.setattr(watched.time, "time_ns", lambda: later)
    seen()
    seen()
    monkeypatch.setattr(Vault, "read", lambda self, path: pytest.fail(f"{path} was read"))
    for _ in range(3):
        seen()
        assert not seen.session.changed


@pytest.mark.parametrize("jump", [-DAY, DAY])
def test_no_change_is_missed_when_the_clock_jumps(seen, monkeypatch, jump):
    """W13."""
    root = seen.session.root
    real = time.time_ns
    for step, offset in enumerate((0, jump, 0, -jump)):
        monkeypatch.setattr(watched.time, "time_ns", lambda offset=offset: real() + offset * 10**9)
        with open(os.path.join(root, "0.md"), "w") as file:
            file.write(f"Note {step}\n")
        os.utime(os.path.join(root, "0.md"), (1e9 + offset, 1e9 + offset))
        assert exact(seen)
        assert exact(seen) and not seen.session.changed


def test_a_time_to_come_is_a_time(seen):
    """W13."""
    note = os.path.join(seen.session.root, "0.md")
    os.utime(note, (2208988800, 2208988800))
    assert exact(seen)
    assert exact(seen) and not seen.session.changed
    with open(note, "r+") as file:
        file.write("NOTE")
    os.utime(note, (2208988800, 2208988800))
    assert exact(seen) and seen.session.changed


def truncate(path):
    os.truncate(path, 3)


def grow(path):
    with open(path, "a") as file:
        file.write("more")


def replace(path):
    with open(path + ".tmp", "w") as file:
        file.write("Another.\n")
    os.replace(path + ".tmp", path)


@pytest.mark.parametrize("times", [1, 2, 9])
@pytest.mark.parametrize("hurt", [os.unlink, truncate, grow, replace])
def test_a_file_that_is_changed_between_opening_and_reading(seen, monkeypatch, hurt, times):
    """W14: it is read again, or at the next look; half of it is never taken for a note."""
    note = os.path.join(seen.session.root, "0.md")
    with open(note, "w") as file:
        file.write("Note as it was.\n")
    real, left = os.read, [times]

    def read(handle, size):
        if left[0] and os.path.exists(note) and os.readlink(f"/proc/self/fd/{handle}") == note:
            left[0] -= 1
            hurt(note)
        return real(handle, size)

    monkeypatch.setattr("vaultkit.vault.files.os.read", read)
    seen()
    left[0] = 0
    assert seen.session.diagnostics().diagnostics == ()
    assert exact(seen)


def test_a_writer_that_never_rests(seen):
    """W14: notes that are replaced all the time are seen as one of what they were, or not yet."""
    root, over = seen.session.root, threading.Event()

    def write():
        number = 0
        while not over.is_set():
            number += 1
            path = os.path.join(root, f"{number % 5}.md")
            if number % 7 == 0:
                os.unlink(path) if os.path.exists(path) else None
                continue
            with open(os.path.join(root, ".new"), "w") as file:
                file.write(f"BEGIN {'x' * (number % 3000)} END")
            os.replace(os.path.join(root, ".new"), path)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            seen()
            for path in seen.notes:
                text = seen.session.text(path)
                assert text == "" or text.startswith("Note ") or (text.startswith("BEGIN") and text.endswith("END"))
    finally:
        over.set()
        thread.join()
    assert exact(seen)


def test_a_session_over_such_files_agrees_with_one_that_begins_now(tmp_path):
    root = lay(tmp_path / "vault")
    session = Session.open(str(root), files=Watched(str(root)))
    session.refresh()
    (root / "0.md").write_text("[[Nowhere]]\n")
    (root / "1.md").unlink()
    session.refresh()
    fresh = Session.open(str(root))
    fresh.refresh()
    assert session.diagnostics().diagnostics == fresh.diagnostics().diagnostics != ()
