"""However the work of a check is divided, it finds what one process finds alone."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit import cluster
from vaultkit.errors import SetupError
from vaultkit.model.shard import Shard
from vaultkit.session import Session

NOTES = 60


@pytest.fixture(scope="module")
def vault(tmp_path_factory):
    root = tmp_path_factory.mktemp("vault")
    (root / "vaultkit.yaml").write_text("rules: { note-orphan: warning, tag-variant: warning }\n")
    for number in range(NOTES):
        folder = root / f"Folder {number % 7}"
        folder.mkdir(exist_ok=True)
        links = f"[[Note {number + 1}]] [[Note {number - 9}#Part]] #tag{number % 5} #Tag{number % 4}"
        text = f"---\nnumber: {number}\n---\n# Note\n\n{links}\n" + "Some words of no meaning. " * 40
        (folder / f"Note {number}.md").write_text(text)
    (root / "Broken.md").write_bytes(b"\xff\xfe not text")
    return root


def checked(root, reading=None):
    session = Session.open(str(root))
    session.reading = reading
    return session.refresh()


def same(one, other):
    return (one.diagnostics, one.paths) == (other.diagnostics, other.paths)


@given(st.lists(st.text(), unique=True), st.integers(1, 9))
def test_every_path_is_in_exactly_one_part(paths, of):
    for path in paths:
        assert sum(Shard(number, of).holds(path) for number in range(1, of + 1)) == 1


@pytest.mark.parametrize("of", [1, 2, 5, 40])
def test_parts_add_up_to_the_whole(vault, of):
    parts = []
    for number in range(1, of + 1):
        session = Session.open(str(vault))
        session.shard = Shard(number, of)
        parts.append(session.refresh())
    whole = checked(vault)
    assert len(whole.diagnostics) > NOTES
    assert sorted((item for part in parts for item in part.diagnostics), key=lambda item: item.order) == list(
        whole.diagnostics
    )
    assert sorted(path for part in parts for path in part.paths) == list(whole.paths)


def test_a_session_of_a_part_goes_on_with_that_part(vault, tmp_path):
    root = tmp_path / "vault"
    root.mkdir()
    session = Session.open(str(root))
    session.shard = Shard(1, 2)
    session.refresh()
    for number in range(20):
        (root / f"{number}.md").write_text("[[Nowhere]]\n")
    found = {item.path for item in session.refresh().diagnostics}
    assert found == {path for path in (f"{number}.md" for number in range(20)) if Shard(1, 2).holds(path)}


@pytest.mark.parametrize("width", [1, 3])
def test_an_executor_reads_the_same(vault, monkeypatch, width):
    monkeypatch.setattr(cluster, "_BATCH", 3000)
    with ThreadPoolExecutor(width) as executor:
        assert same(checked(vault, cluster.Cluster(executor, width).reading), checked(vault))


def test_other_processes_read_the_same(vault, monkeypatch):
    monkeypatch.setattr(cluster, "_BATCH", 3000)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        assert same(checked(vault, cluster.Cluster(executor, 2).reading), checked(vault))


class Failing(ThreadPoolExecutor):
    """Does every other thing that it is asked for as if another vaultkit ran there."""

    count = 0

    def submit(self, function, batch, compressed, code):
        self.count += 1
        return super().submit(function, batch, compressed, code if self.count % 2 else "another")


def test_what_goes_wrong_elsewhere_is_done_here(vault, monkeypatch):
    monkeypatch.setattr(cluster, "_BATCH", 3000)
    made = []

    def reading(*arguments):
        made.append(cluster.Gathering(*arguments[:2], cluster.Cluster(executor, 2), arguments[2]))
        return made[0]

    with Failing(2) as executor:
        assert same(checked(vault, reading), checked(vault))
    assert made[0].lost == executor.count // 2 > 3


def test_who_never_answers_is_not_waited_for(vault, monkeypatch):
    monkeypatch.setattr(cluster, "_BATCH", 30_000)
    monkeypatch.setattr(cluster, "_PATIENCE", 0.05)
    with ThreadPoolExecutor(1) as executor:
        monkeypatch.setattr(cluster, "extract", lambda *_: time.sleep(0.3))
        assert same(checked(vault, cluster.Cluster(executor, 1).reading), checked(vault))


class Dask:
    """A scheduler and workers of a real cluster on this machine, each a process of its own."""

    def __init__(self, folder):
        self._folder = folder
        self._file = folder / "scheduler.json"
        self.workers = []
        self._scheduler = self._start(
            "scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1", "--scheduler-file", str(self._file)
        )

    def _start(self, what, *arguments):
        command = [sys.executable, "-m", "distributed.cli.dask_" + ("worker" if what == "worker" else "scheduler")]
        return subprocess.Popen([*command, *arguments], cwd=self._folder, stderr=subprocess.DEVNULL)

    def add_worker(self):
        options = ("--no-dashboard", "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1")
        self.workers.append(self._start("worker", "--scheduler-file", str(self._file), *options))

    def address(self, workers):
        """Where it listens, once so many workers are there."""
        from distributed import Client

        with Client(scheduler_file=str(self._file), timeout=60, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)
            return "dask://" + client.scheduler.address.removeprefix("tcp://")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (*self.workers, self._scheduler):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    pytest.importorskip("distributed", reason="Dask is not installed")
    with Dask(tmp_path_factory.mktemp("dask")) as made:
        yield made


def test_a_real_cluster_reads_the_same_though_a_worker_dies(vault, dask, monkeypatch):
    monkeypatch.setattr(cluster, "_BATCH", 2000)
    for _ in range(3):
        dask.add_worker()
    address = dask.address(3)
    killed = []

    def seen(done, of):
        if done > of // 4 and not killed:
            os.kill(dask.workers[0].pid, signal.SIGKILL)
            killed.append(done)

    with cluster.connected(address) as there:
        assert there.width == 3
        session = Session.open(str(vault))
        session.seen = seen
        session.reading = there.reading
        assert same(session.refresh(), checked(vault))
    assert killed


def test_a_cluster_is_named_by_the_command(vault, dask):
    if not dask.workers:
        dask.add_worker()
    command = [sys.executable, "-m", "vaultkit", "check", "--vault", str(vault), "--no-cache", "--quiet"]
    options = ["--output-format", "json", "--executor", dask.address(1)]
    alone = subprocess.run([*command, *options[:2]], capture_output=True, check=False)
    helped = subprocess.run([*command, *options], capture_output=True, check=False)
    assert (helped.returncode, helped.stdout, helped.stderr) == (1, alone.stdout, b"")


def test_no_cluster_is_said(monkeypatch):
    pytest.importorskip("distributed", reason="Dask is not installed")
    monkeypatch.setattr(cluster, "_CONNECTING", 0.3)
    with pytest.raises(SetupError, match="no Dask scheduler answers"), cluster.connected("dask://127.0.0.1:9"):
        pass
    with pytest.raises(SetupError, match="has no workers"):
        cluster._able({}, "dask://here")
    with pytest.raises(SetupError, match="no worker of this Dask cluster has this vaultkit"):
        cluster._able({"tcp://here": ModuleNotFoundError("vaultkit"), "tcp://there": "another"}, "dask://here")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SetupError, match="Dask is not installed"), cluster.connected("dask://here:1"):
        pass
