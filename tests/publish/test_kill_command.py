"""The command itself is killed, or its disk fails, while it publishes or goes back: with a vault, a memory of rendered
bodies and the file of addresses, in which nothing may get lost either.

A sample of the points runs by default; VAULTKIT_THOROUGH=1 runs every one.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest

from publish.publisher import files
from publish.test_kill_points import CALLS, sample
from publish.vaults import public
from vaultkit.publish.history import read
from vaultkit.publish.store import MARKER

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

LOCK = "vaultkit-urls.txt"
LOST = "it cannot be rendered: the process that rendered it was lost"
VAULT = {
    "a.md": public("tulips [[b]]", permalink="one"),
    "b.md": public("roses"),
    "c.md": public("daffodils"),
    "secret.md": public("wolpertinger"),
    LOCK: "",
}
NEXT = {"a.md": public("red tulips [[b]]", permalink="two"), "secret.md": "---\npublish: false\n---\nwolpertinger\n"}


def vaultkit(home, *words, inject=()):
    before = []
    if inject is not None:
        before = ["strace", "-f", "-o", str(home / "trace"), "-e", f"trace={CALLS}"]
        for item in inject:
            before += ["-e", item]
    command = [sys.executable, "-B", "-m", "vaultkit", "--vault", str(home / "vault"), *words]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "XDG_CACHE_HOME": str(home / "cache")}
    command += ["--output", str(home / "site")]
    return subprocess.run([*before, *command], capture_output=True, text=True, check=False, env=env)


def lay(vault, notes):
    vault.mkdir(exist_ok=True)
    for path, text in notes.items():
        (vault / path).write_text(text)


def seen(home):
    return {path: data for path, data in files(home / "site").items() if path != MARKER}


def known(home):
    return read((home / "vault" / LOCK).read_text())


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A vault with two editions, and a third to come; the trees and the addresses of all of them."""
    home = tmp_path_factory.mktemp("command")
    base = home / "base"
    base.mkdir()
    lay(base / "vault", VAULT)
    assert vaultkit(base, "publish", inject=None).returncode == 0
    lay(base / "vault", {"b.md": public("white roses")})
    assert vaultkit(base, "publish", inject=None).returncode == 0
    lay(base / "vault", NEXT)
    return home


def fresh(home):
    shutil.rmtree(home / "try", ignore_errors=True)
    shutil.copytree(home / "base", home / "try", symlinks=True)
    return home / "try"


@pytest.mark.parametrize("words", [("publish",), ("rollback", "--to", "1")], ids=["publish", "rollback"])
def test_old_or_new_and_no_address_is_lost(scene, words):
    place = fresh(scene)
    old = seen(place)
    done = vaultkit(place, *words, inject=())
    if done.returncode:
        pytest.skip(f"strace cannot trace here: {done.stderr[-200:]}")
    new, addresses = seen(place), known(place)
    assert new != old and addresses["a.md"] in (("two.html", "one.html", "a.html"), ("one.html", "a.html"))
    counts = {}
    for line in (place / "trace").read_text().splitlines():
        if name := re.match(r"\d+\s+(\w+)\(", line):
            counts[name[1]] = counts.get(name[1], 0) + 1
    points = [(name, number) for name, count in sorted(counts.items()) for number in range(1, count + 1)]
    renames = [point for point in points if point[0].startswith("rename")]
    syncs = [point for point in points if point[0] in ("fsync", "syncfs")]
    for name, number in [*sample(renames, 4), *sample(points, 61), *sample(syncs, 9)]:
        faults = {"write": ("signal=KILL", "error=ENOSPC", "error=EIO"), "renameat2": ("signal=KILL", "error=ENOSPC")}
        for fault in ("error=EIO",) if (name, number) in syncs else faults.get(name, ("signal=KILL",)):
            place = fresh(scene)
            done = vaultkit(place, *words, inject=(f"inject={name}:{fault}:when={number}",))
            state = seen(place)
            if LOST in done.stdout:  # the fault met the pipes of all renderers: what they had to render is not shown
                assert b"wolpertinger" not in b"".join(state.values())
            else:
                assert state in (old, new), (name, number, fault)
            assert {path: urls for path, urls in known(place).items() if path != "secret.md"}.keys() >= {"a.md", "b.md"}
            again = vaultkit(place, "publish", inject=None)
            assert again.returncode == 0, again.stderr
            shown = seen(place)
            assert b"red tulips" in shown["two.html"] and b"wolpertinger" not in b"".join(shown.values())
            assert known(place)["a.md"][0] == "two.html" and "one.html" in known(place)["a.md"]
            assert "one.html" in shown and not [name for name in os.listdir(place / "vault") if name.endswith(".tmp")]


def test_two_at_once_and_a_reader(scene):
    """One publishes, the other goes back: one of them wins or they take turns, and a reader never sees a mixture."""
    place = fresh(scene)
    wanted = {}
    for words in (("publish",), ("rollback", "--to", "1")):
        other = fresh(scene)
        vaultkit(other, *words, inject=None)
        wanted[words[0]] = seen(other)
    place = fresh(scene)
    old = seen(place)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-B", "-m", "vaultkit", "--vault", str(place / "vault")]
    running = [
        subprocess.Popen(
            [*command, *words, "--output", str(place / "site")], env=env, stderr=subprocess.PIPE, text=True
        )
        for words in (("publish",), ("rollback", "--to", "1"))
    ]
    pairs = {(tree["one.html"], tree.get("two.html")) for tree in (old, *wanted.values())}
    while any(process.poll() is None for process in running):
        folder = os.open(place / "site", os.O_RDONLY | os.O_DIRECTORY)  # a reader who stays in the tree that it opened
        try:
            one, two = (_read(folder, name) for name in ("one.html", "two.html"))
        except FileNotFoundError:
            continue  # the tree that it was in is gone for good
        finally:
            os.close(folder)
        assert (one, two) in pairs or two is None
    for process in running:
        _, said = process.communicate()
        assert process.returncode == 0 or "another vaultkit is publishing" in said or "there is no edition" in said
    assert b"wolpertinger" not in b"".join(seen(place).values())


def _read(folder, name):
    try:
        handle = os.open(name, os.O_RDONLY, dir_fd=folder)
    except FileNotFoundError:
        if name == "one.html":
            raise
        return None
    with open(handle, "rb") as file:
        return file.read()
