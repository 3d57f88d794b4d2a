"""A vault in memory with a real index, a real renderer and a real site, and a folder that it is published to."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from publish.publisher import files
from vaultkit.config import Publish, TargetConfig
from vaultkit.index.vault_index import VaultIndex
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.note import NO_FACTS, Note, Problem
from vaultkit.model.text import Span
from vaultkit.parse.note import parse
from vaultkit.publish.canaries import Canaries
from vaultkit.publish.manifest import digest_of
from vaultkit.publish.place import Destination
from vaultkit.publish.press import Press, Wish
from vaultkit.publish.select import Snapshot
from vaultkit.publish.store import MARKER, Store
from vaultkit.render.markdown import render
from vaultkit.schema.validated import validated
from vaultkit.targets.site import site

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOLDS = "FAILS"
"""A note that contains this word has an error."""

_FOLDERS = tempfile.TemporaryDirectory()


def render_all(jobs, meanwhile):
    """What a pool of workers does, in this process."""
    return ((job, render(job)) for job in jobs)


def note_of(path, text):
    """A note; `None` is one that cannot be read."""
    if text is None:
        return Note(
            path, "", NO_FACTS._replace(problems=(Problem("unreadable", Span(0, 0), "it cannot be read"),)), True
        )
    return Note(path, digest_of(text.encode()), parse(text))


def snapshot(vault, **given):
    """What a vault (path -> text of a note, bytes of another file) offers."""
    notes = {path: note_of(path, text) for path, text in vault.items() if not isinstance(text, bytes)}
    found = {
        path: [Diagnostic("test-rule", path, Span(0, 0), Severity.ERROR, f"it holds {HOLDS}")]
        for path, text in vault.items()
        if isinstance(text, str) and HOLDS in text
    }

    def data(path):
        if not isinstance(vault.get(path), bytes):
            raise FileNotFoundError(2, "No such file", path)
        return vault[path]

    values = {
        "index": VaultIndex([path for path in vault if path not in notes], notes.values()),
        "findings": found,
        "text": lambda note: vault[note.path],
        "data": data,
        "now": NOW,
    }
    return Snapshot(**values | given)


class Site:
    """A folder that a vault is published to, again and again."""

    def __init__(self, folder, **settings):
        self.output = Path(folder) / "public"
        self._target = validated(TargetConfig, settings.pop("target", {}))
        self._goal = Destination(settings.pop("printer", site), settings.pop("place", None))
        self._settings = validated(Publish, settings)
        self.begin_anew()

    def begin_anew(self):
        """Go on as another process does."""
        self.store = Store(str(self.output))
        self.press = Press(self.store, self._settings, self._target, self._goal, render_all)

    def publish(self, vault, **given):
        """Publish; the plan."""
        wish = _wish(given)
        return self.press.publish(snapshot(vault, **given), wish)

    def plan(self, vault, **given):
        wish = _wish(given)
        return self.press.plan(snapshot(vault, **given), wish)

    def files(self):
        """What is public, by path."""
        return {path: data for path, data in files(self.output).items() if path != MARKER}

    def pages(self):
        """The urls of the notes that are public, by path."""
        return {path: record.url for path, record in self.store.live().manifest.notes.items()}

    def body(self, path):
        """A page of a note."""
        return self.files()[self.pages()[path]].decode()

    def text(self):
        """Every byte that is public, one after the other."""
        return b"\n".join(path.encode() + b"\n" + data for path, data in sorted(self.files().items()))


def _wish(given):
    return Wish(**{name: given.pop(name) for name in Wish._fields if name in given})


def fresh_site(**settings):
    """A site in a folder of its own that goes when the tests end."""
    return Site(tempfile.mkdtemp(dir=_FOLDERS.name), **settings)


def public(text="", **properties):
    """A note that asks to be published."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in properties.items())
    return f"---\npublish: true\n{lines}---\n{text}\n"


def watch_for(canaries, public=()):
    """A watch for canaries, when these words are public."""
    every = Canaries()
    every.say((), public)
    every.put("a.md", canaries)
    return every.watch


__all__ = ["HOLDS", "NOW", "Site", "fresh_site", "note_of", "public", "render_all", "snapshot", "watch_for"]
