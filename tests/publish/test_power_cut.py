"""A publisher on a disk that loses power: what was not synced is gone, what was renamed may not be what was written.

A file system on a loop device is shut down at a random moment without flushing its journal, then mounted again. Another
program syncs files of its own all the time, as others do. VAULTKIT_THOROUGH=1 cuts the power sixty times.
"""

import fcntl
import os
import random
import shutil
import struct
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from publish.publisher import files, publish
from vaultkit.publish.store import MARKER, Store

PUBLISHER = Path(__file__).with_name("publisher.py")
SHUTDOWN = 0x8004587D
WITHOUT_FLUSHING_THE_LOG = struct.pack("I", 2)
ROUNDS = 60 if os.environ.get("VAULTKIT_THOROUGH") else 3
OLD = {f"n/{i}.html": b"old%d " % i * 900 for i in range(40)}
NEW = {f"n/{i}.html": b"new%d " % i * 1100 for i in range(5, 50)}
TOOLS = ("mkfs.ext4", "mount", "umount", "truncate")

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount"),
    pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"one of {', '.join(TOOLS)} is not installed"),
]


@contextmanager
def mounted(image, point):
    done = subprocess.run(["mount", "-o", "loop,noauto_da_alloc", image, point], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("no loop device can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", point], check=True)


@pytest.fixture
def disk(tmp_path):
    """An image that holds an old edition, a place to mount it, and the source of a new one."""
    image, point = tmp_path / "image", tmp_path / "mounted"
    point.mkdir()
    subprocess.run(["truncate", "-s", "32M", image], check=True)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
    with mounted(image, point):
        (point / "site").mkdir()
        publish(point / "site" / "public", OLD)
    for path, data in NEW.items():
        target = tmp_path / "new" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return image, point, tmp_path / "new"


@contextmanager
def another_program(folder):
    """Something else that writes and syncs on the same disk."""
    stop = threading.Event()

    def run():
        with suppress(OSError), open(folder / "noise", "wb", buffering=0) as file:
            while not stop.is_set():
                file.write(b"x" * 100)
                os.fsync(file.fileno())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def cut(point, source, after):
    """Publish, and cut the power after some seconds."""
    handle = os.open(point, os.O_RDONLY)
    command = [sys.executable, "-B", PUBLISHER, point / "site" / "public", source]
    try:
        with another_program(point):
            process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            time.sleep(after)
            fcntl.ioctl(handle, SHUTDOWN, WITHOUT_FLUSHING_THE_LOG)
            process.kill()
            process.wait()
    finally:
        os.close(handle)


def test_old_or_new_after_a_power_cut(disk, tmp_path):
    image, point, source = disk
    seen = set()
    for number in range(ROUNDS):
        copy = tmp_path / "copy"
        shutil.copy(image, copy)
        with mounted(copy, point):
            cut(point, source, random.Random(number).uniform(0.1, 0.5))
        with mounted(copy, point):
            store = Store(str(point / "site" / "public"))
            with store.lock():
                store.recover()
            found = {path: data for path, data in files(store.output).items() if path != MARKER}
            assert found in (OLD, NEW), sorted(
                path for path in found if found[path] not in (OLD.get(path), NEW.get(path))
            )
            seen.add("old" if found == OLD else "new")
            live = store.live()
            assert all(store.texts.get(record.source) for record in live.manifest.notes.values())
            publish(point / "site" / "public", NEW)
            assert {path: data for path, data in files(store.output).items() if path != MARKER} == NEW
    assert ROUNDS < 10 or seen == {"old", "new"}


def test_a_full_disk_changes_nothing(tmp_path):
    """The old edition stays; when there is room again the new one comes."""
    point = tmp_path / "small"
    point.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", point], check=False).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        publish(point / "public", {f"{i}.html": b"o" * 4000 for i in range(20)})
        before = files(point / "public")
        source = tmp_path / "new"
        source.mkdir()
        for i in range(200):
            (source / f"{i}.html").write_bytes(b"n" * 4000)
        command = [sys.executable, "-B", PUBLISHER, point / "public", source]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1 and "No space left on device" in done.stderr and "untouched" in done.stderr
        assert files(point / "public") == before
        assert not os.path.exists(Store(str(point / "public")).stage)
        subprocess.run(["mount", "-o", "remount,size=20m", point], check=True)
        assert subprocess.run(command, check=False).returncode == 0
        assert len(files(point / "public")) == 201
    finally:
        subprocess.run(["umount", point], check=True)
