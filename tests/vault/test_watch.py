"""The watcher wakes for saves, for bursts once, for nothing now and then, and ends when told."""

import threading
import time

import pytest

from vaultkit.vault import watchable
from vaultkit.vault.watch import Watcher


class Wakes:
    """Runs a watcher in a thread and keeps what it said."""

    def __init__(self, watcher):
        self.watcher = watcher
        self.seen = []
        self._more = threading.Condition()
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        for wake in self.watcher:
            with self._more:
                self.seen.append(wake)
                self._more.notify_all()

    def wait_for(self, count, within=10):
        with self._more:
            assert self._more.wait_for(lambda: len(self.seen) >= count, within), self.seen

    def __enter__(self):
        self._thread.start()
        self.wait_for(1)
        return self

    def __exit__(self, *_):
        self.watcher.stop()
        self._thread.join(5)
        assert not self._thread.is_alive()


def test_a_save_wakes(tmp_path):
    with Wakes(Watcher(str(tmp_path), quiet=0.05)) as wakes:
        (tmp_path / "a.md").write_text("x")
        wakes.wait_for(2)
        assert wakes.seen == ["start", "events"]


def test_a_burst_wakes_once(tmp_path):
    with Wakes(Watcher(str(tmp_path), quiet=0.5)) as wakes:
        for number in range(300):
            (tmp_path / f"{number}.md").write_text("x")
        wakes.wait_for(2)
        time.sleep(0.7)
        assert wakes.seen == ["start", "events"]


def test_reading_does_not_wake(tmp_path):
    (tmp_path / "a.md").write_text("x")
    with Wakes(Watcher(str(tmp_path), quiet=0.05)) as wakes:
        for _ in range(50):
            (tmp_path / "a.md").read_text()
        time.sleep(0.3)
        assert wakes.seen == ["start"]


@pytest.mark.parametrize("name", [".git/index", ".trash/a.md", "public/a.html"])
def test_what_is_no_part_of_the_vault_does_not_wake(tmp_path, name):
    (tmp_path / name).parent.mkdir()
    with Wakes(Watcher(str(tmp_path), quiet=0.05, ignored=["public"])) as wakes:
        (tmp_path / name).write_text("x")
        time.sleep(0.3)
        assert wakes.seen == ["start"]


def test_it_looks_now_and_then_without_events(tmp_path):
    with Wakes(Watcher(str(tmp_path), sweep=0.1)) as wakes:
        wakes.wait_for(3)
        assert wakes.seen[:3] == ["start", "sweep", "sweep"]


def test_a_dead_observer_is_replaced(tmp_path):
    watcher = Watcher(str(tmp_path), quiet=0.05, sweep=0.2)
    with Wakes(watcher) as wakes:
        watcher._observation._observer.stop()
        watcher._observation._observer.join()
        deadline = time.monotonic() + 20
        while "events" not in wakes.seen and time.monotonic() < deadline:
            (tmp_path / "a.md").write_text("x")
            time.sleep(0.05)
        assert "events" in wakes.seen


@pytest.mark.skipif(not watchable.tells_watches(), reason="the system does not tell what it watches")
def test_what_was_moved_out_is_not_watched_for_long(tmp_path):
    vault = tmp_path / "vault"
    (vault / "a").mkdir(parents=True)
    watcher = Watcher(str(vault), quiet=0.05, sweep=0.3)
    with Wakes(watcher) as wakes:
        assert watcher._observation.watches() == 2
        (vault / "a").rename(tmp_path / "a")
        deadline = time.monotonic() + 20
        while (watcher._observation is None or watcher._observation.watches() != 1) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert watcher._observation.watches() == 1
        first = watcher._observation
        wakes.wait_for(len(wakes.seen) + 3)
        assert watcher._observation is first, "once is enough"


def test_where_watching_is_impossible_it_looks_often_and_says_so(tmp_path, monkeypatch):
    import watchdog.observers

    def refuse():
        raise OSError(24, "inotify instance limit reached")

    monkeypatch.setattr(watchdog.observers, "Observer", refuse)
    watcher = Watcher(str(tmp_path), blind=0.05)
    with Wakes(watcher) as wakes:
        wakes.wait_for(3)
        assert "limit" in watcher.unwatched
        assert wakes.seen[1:3] == ["sweep", "sweep"]
