"""A publisher that is killed, or whose disk fails, at any system call that changes something.

strace counts calls per name, so a clean run is traced first and every (name, number) of it is a point. A sample of the
points runs by default; VAULTKIT_THOROUGH=1 runs every one.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from publish.publisher import files, publish
from vaultkit.publish.store import MARKER, Store

PUBLISHER = Path(__file__).with_name("publisher.py")
CALLS = (
    "write,pwrite64,fsync,fdatasync,syncfs,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,"
    "symlink,ftruncate,chmod,fchmod,fchmodat"
)
OLD = {f"n/{i}.html": b"old%d " % i * 500 for i in range(6)}
OLD |= {f"gone/{i}.html": b"bye" for i in range(3)} | {"index.html": b"old index"}
NEW = {f"n/{i}.html": b"new%d " % i * 700 for i in range(4)} | {
    "n/4.html": OLD["n/4.html"],
    "n/5.html": OLD["n/5.html"],
}
NEW |= {f"add/deep/{i}.html": b"hello" * 100 for i in range(3)} | {"index.html": b"new index"}
THEIRS = {"user.md": b"mine", "n/own.html": b"mine too", "CNAME": b"example.org"}

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def lay(folder, content):
    for path, data in content.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def seen(output):
    """What a reader of the published folder sees."""
    return {path: data for path, data in files(output).items() if path != MARKER}


def run(output, source, *inject, publisher=PUBLISHER):
    command = ["strace", "-f", "-o", str(output.parent / "trace"), "-e", f"trace={CALLS}"]
    for words in inject:
        command += ["-e", words]
    command += [sys.executable, "-B", str(publisher), str(output), str(source)]
    return subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A folder that holds an old edition and files of somebody else, the sources of a new one, and all points."""
    home = tmp_path_factory.mktemp("kill")
    lay(home / "base" / "public", THEIRS)
    for words in (b"spare", b"oldest", b"older", b"previous", None):
        publish(home / "base" / "public", {**OLD, "index.html": words} if words else OLD)
    lay(home / "new", NEW)
    (home / "try").mkdir()
    output = fresh(home)
    done = run(output, home / "new")
    if done.returncode:
        pytest.skip(f"strace cannot trace here: {done.stderr[-200:]}")
    assert seen(output) == NEW | THEIRS
    counts = {}
    for line in (output.parent / "trace").read_text().splitlines():
        if name := re.match(r"\d+\s+(\w+)\(", line):
            counts[name[1]] = counts.get(name[1], 0) + 1
    return home, [(name, number) for name, count in sorted(counts.items()) for number in range(1, count + 1)]


def fresh(home):
    """The old edition, anew. Inodes change by copying, as they do when a folder is moved to another disk; files that
    are one stay one, so that the next tree is built of the spare one."""
    shutil.rmtree(home / "try")
    subprocess.run(["cp", "-a", home / "base", home / "try"], check=True)
    publish(home / "try" / "public", OLD)
    return home / "try" / "public"


def sample(points, every):
    return points if os.environ.get("VAULTKIT_THOROUGH") else points[::every]


def verify(output):
    """Old or new, now and after the next run has put things in order; nothing half done is left."""
    old, new = OLD | THEIRS, NEW | THEIRS
    if output.exists():
        assert seen(output) in (old, new)
    store = Store(str(output))
    with store.lock():
        live = store.recover()
    assert seen(output) in (old, new)
    assert live.manifest.files.keys() == (OLD if seen(output) == old else NEW).keys()
    left = {re.sub(r"\d+", "N", name) for name in os.listdir(store.home)}
    ours = {".gitignore", "lock", "manifest-N.json", "texts.sqlite", "generations", "spare"}
    assert left <= {*ours, "texts.sqlite-journal"}, "SQLite settles its journal when somebody asks for a text"
    needed = {r.source for n in (*store.kept(live.number), live.number) for r in store.manifest(n).notes.values()}
    assert store.texts.digests() == needed
    assert all(store.texts.get(digest) is not None for digest in needed)
    publish(output, NEW)
    assert seen(output) == new
    assert {path: (output / path).stat().st_nlink > 1 for path in THEIRS} == dict.fromkeys(THEIRS, True)


@pytest.mark.parametrize("fault", ["signal=KILL", "error=ENOSPC", "error=EIO"])
def test_old_or_new_whatever_fails(scene, fault):
    home, points = scene
    assert len(points) > 60  # else the sample says nothing
    killed = fault.startswith("signal")
    for name, number in sample(points, 19):
        output = fresh(home)
        when = f"when={number}" if killed else f"when={number}+"
        done = run(output, home / "new", f"inject={name}:{fault}:{when}")
        if not killed and done.returncode and name != "write":  # else it could not say it either
            assert done.stderr.startswith("TargetError: "), done.stderr
        verify(output)


def test_first_edition_beside_files_of_somebody_else(scene):
    home, points = scene
    for name, number in sample(points, 29):
        shutil.rmtree(home / "try")
        output = home / "try" / "public"
        lay(output, THEIRS)
        run(output, home / "new", f"inject={name}:signal=KILL:when={number}")
        assert seen(output) in (THEIRS, NEW | THEIRS)
        store = Store(str(output))
        with store.lock():
            store.recover()
        assert seen(output) in (THEIRS, NEW | THEIRS)
        publish(output, NEW)
        assert seen(output) == NEW | THEIRS


def test_two_renames_where_names_cannot_be_exchanged(scene):
    home, points = scene
    renames = [point for point in points if point[0].startswith("rename")]
    renames += [("rename", number) for number in range(1, 5)]
    for name, number in sample(renames, 3):
        output = fresh(home)
        run(output, home / "new", "inject=renameat2:error=EINVAL", f"inject={name}:signal=KILL:when={number}")
        verify(output)


def test_every_crash_of_a_crash(scene):
    """The run that puts things in order is killed as well."""
    home, points = scene
    cuts = [point for point in points if point[0] in ("renameat2", "unlinkat", "rmdir", "unlink")]
    for name, number in sample(cuts, 17):
        output = fresh(home)
        run(output, home / "new", f"inject={name}:signal=KILL:when={number}")
        for again in ("unlinkat", "rmdir", "rename"):
            run(output, home / "new", f"inject={again}:signal=KILL:when=2")
        verify(output)
        assert seen(output) == NEW | THEIRS


def test_these_tests_have_teeth(scene):
    """A publisher that writes in place does not pass them."""
    home, _ = scene
    naive = PUBLISHER.with_name("naive.py")
    mixed = 0
    for number in range(2, 12, 3):
        shutil.rmtree(home / "try")
        output = home / "try" / "public"
        lay(output, THEIRS | OLD | {"published.txt": "\n".join(OLD).encode()})
        run(output, home / "new", f"inject=write:signal=KILL:when={number}", publisher=naive)
        found = {path: data for path, data in seen(output).items() if path != "published.txt"}
        mixed += found not in (OLD | THEIRS, NEW | THEIRS)
    assert mixed
