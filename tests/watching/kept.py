"""A vault that a keeper keeps published, with a clock of its own, in this process; and what is needed to hurt it."""

import os
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest

from vaultkit.publish.outcome import outcome
from vaultkit.publisher import outputs
from vaultkit.session import Session
from vaultkit.vault.files import Vault
from vaultkit.vault.settings import load_config
from vaultkit.vault.watch import Watcher
from vaultkit.vault.watched import Watched
from vaultkit.watching.events import Published
from vaultkit.watching.keeper import Keeper

CONFIG = "publish:\n  select: { path: '**' }\n"


def lay(root, count=4, config=CONFIG):
    """A vault of plain notes: `0.md`, `1.md`, …"""
    root.mkdir(exist_ok=True)
    (root / "vaultkit.yaml").write_text(config)
    for number in range(count):
        (root / f"{number}.md").write_text(f"Note {number}.\n")
    return root


class Kept:
    """A vault and its site; `look()` looks, and the events of it are there by their kind."""

    def __init__(self, root, site, **options):
        self.root, self.site = root, site
        self.now = 0.0
        self.keeper = Keeper(str(root), self._config, self._publish, **options)
        self.keeper._files._clock = lambda: self.now

    def _config(self):
        config = load_config(str(self.root), None)
        targets = tuple(item.replaced(output=str(self.site)) for item in config.publish.targets[:1])
        return config.replaced(publish=config.publish.replaced(targets=targets))

    def _publish(self, session):
        return [outcome(session.publish, *item) for item in outputs(session.config, session.root)]

    def look(self, first=()):
        """Look once, at some paths first; the events. Those of the look before hold nothing then."""
        self.events = []
        self.events = list(self.keeper.look(first))
        self.keeper._files._clock = lambda: self.now
        return self.events

    def of(self, kind):
        return next((event for event in self.events if isinstance(event, kind)), None)

    @property
    def plan(self):
        """What the last look published, or nothing."""
        published = self.of(Published)
        return published.outcomes[0].plan if published else None

    @property
    def error(self):
        published = self.of(Published)
        return published.outcomes[0].error if published else None

    def pages(self):
        """The notes that are public, by the words of their pages."""
        found = set()
        for path in self.site.glob("**/*.html"):
            text = path.read_text()
            found.update(word for number in range(200) if (word := f"Note {number}.") in text)
        return {int(word[5:-1]) for word in found}

    def is_exact(self):
        """Whether what is known of the vault is what a fresh look at the disk finds."""
        return view(self.keeper.session) == truth(self.root)

    def close(self):
        if self.keeper:
            self.keeper.close()
        self.keeper = None


def view(session):
    """What a session knows of its notes: their texts and findings."""
    notes = session.index.notes
    found = session.diagnostics().diagnostics
    return {path: notes[path].digest for path in notes}, sorted((item.path, item.rule, item.span) for item in found)


def truth(root):
    """The same from a first look."""
    session = Session.open(str(root))
    session.refresh()
    try:
        return view(session)
    finally:
        session.close()


@contextmanager
def mounted(folder, *words):
    """A file system in memory at a folder, for as long as it lasts."""
    if os.geteuid():
        pytest.skip("only root may mount")
    done = subprocess.run(
        ["mount", *(words or ("-t", "tmpfs", "none")), folder], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], capture_output=True, check=False)


class Looking:
    """A watcher that drives something in a thread: `look()` is called at every wake. `wakes` are those that came."""

    def __init__(self, root, look, **options):
        self.watcher = Watcher(str(root), **options)
        self.wakes, self.news, self.error = [], [], None
        self._look = look
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        try:
            for wake in self.watcher:
                self._look()
                self.news += self.watcher.news()
                self.wakes.append(wake)
        except BaseException as error:
            self.error = error
            raise

    def wait_for(self, fact, within=60):
        """Wait until something is true; it is asked between looks as well as during them."""
        deadline = time.monotonic() + within
        while not fact():
            assert self.error is None, self.error
            assert time.monotonic() < deadline, (self.wakes, self.news)
            time.sleep(0.02)

    def __enter__(self):
        self._thread.start()
        self.wait_for(lambda: self.wakes)
        return self

    def __exit__(self, *_):
        self.watcher.stop()
        self._thread.join(20)
        assert not self._thread.is_alive()


class Seen:
    """A session that is refreshed at every look, and what the last one saw, to be read from another thread."""

    def __init__(self, root, **options):
        self.session = Session.open(str(root), load_config(str(root), None), Watched(str(root), **options))
        self.notes = {}

    def __call__(self):
        self.session.refresh()
        self.notes = {path: note.digest for path, note in self.session.index.notes.items()}


def digests(root):
    """What a look at the disk finds: the digests of all notes."""
    files = Vault(str(root))
    try:
        return {path: files.read(path).digest for path in files.scan().files if path.endswith(".md")}
    finally:
        files.close()


def descriptors():
    """What this process has open."""
    return sorted(os.listdir("/proc/self/fd"))
