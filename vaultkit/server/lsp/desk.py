"""One vault, with the notes of it that are open in an editor laid over the disk.

Nothing here knows the protocol. All calls come from one thread.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vaultkit.errors import VaultkitError
from vaultkit.lint.baseline import Known, compared
from vaultkit.model.change import Change
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.note import NO_FACTS, Note, NotePath
from vaultkit.session import Session
from vaultkit.setup import as_checked
from vaultkit.vault import baseline
from vaultkit.vault.cache import Memory
from vaultkit.vault.files import Gone, Vault
from vaultkit.vault.settings import load_config
from vaultkit.vault.stamp import stamp
from vaultkit.watching.memory import forget

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.index.vault_index import VaultIndex
    from vaultkit.schema.note_schema import NoteSchema
    from vaultkit.spread import Seen

_OPTIONS = (None, (), (), ())
"""The options of a plain `vaultkit check`: both remember what they found under the same name."""
_AWAY = "the vault is not there any more"


class Desk:
    """The vault at `root`. Its verdicts are those of `vaultkit check` on the same texts.

    `trouble` says what is wrong with the set-up, "" when nothing is; what was good before goes on. Raises VaultkitError
    when there is nothing to go on with.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.trouble = ""
        self._open: dict[NotePath, str] = {}
        self._stamp = ""
        self._known: Known = {}
        self._found: dict[NotePath, tuple[Diagnostic, ...]] = {}
        self.session = self._session()
        self.look()

    # What the client tells

    def show(self, path: NotePath, text: str) -> None:
        """A note is open with this text."""
        if self._open.get(path) != text:
            self._open[path] = text
            self._take_in(self._lay(path))

    def hide(self, path: NotePath) -> None:
        """A note is not open any more: what is on the disk counts again."""
        if self._open.pop(path, None) is None:
            return
        there = os.path.lexists(os.path.join(self.root, path))
        self._take_in(self.session.update((Change(path, "saved" if there else "deleted"),)).paths)
        if not there:
            self._found.pop(path, None)

    def look(self, seen: Seen | None = None) -> None:
        """Look at the disk, and at the set-up. Open notes stay as they are shown."""
        if not self.session.present():
            self.trouble = _AWAY
            return
        self.trouble = ""
        try:
            if self._stamp and self._stamp != self._now():
                self._stamp = self._now()
                self._reopen()
            self.session.seen = seen
            self.session.refresh()
        except VaultkitError as error:
            if not self._stamp:
                raise
            self.trouble = str(error) if self.session.present() else _AWAY  # it went while it was looked at
            return
        finally:
            self.session.seen = None
        self._stamp = self._now()
        self._known = self._baseline()
        for path in self._open:
            self._lay(path)
        self._take_in({*self._found, *(item.path for item in self.session.diagnostics().diagnostics)})

    def _lay(self, path: NotePath) -> Collection[NotePath]:
        """Let the text of an open note count, unless the disk says the same; the notes that were checked."""
        note = self.session.index.notes.get(path)
        if note is not None and self.session.unchanged(note) == self._open[path]:
            return ()
        return self.session.update((Change(path, "saved", self._open[path]),)).paths

    # What it answers

    @property
    def index(self) -> VaultIndex:
        """The files and facts of the vault, open notes included."""
        return self.session.index

    def text(self, path: NotePath) -> str:
        """The text of a note: the open one, or what is on the disk; "" when it is gone."""
        return self._open[path] if path in self._open else self.session.text(path)

    def note(self, path: NotePath) -> Note:
        """A note as it is now; one without facts where there is none."""
        return self.index.notes.get(path) or Note(path, "", NO_FACTS)

    def schemas(self, path: NotePath) -> tuple[NoteSchema, ...]:
        """The schemas that govern a note."""
        return self.session.governing(self.note(path)) if self.session.setup.checks(path) else ()

    def findings(self, path: NotePath) -> tuple[Diagnostic, ...]:
        """The findings of a note, known ones left out."""
        return self._found.get(path, ())

    @property
    def found(self) -> Mapping[NotePath, tuple[Diagnostic, ...]]:
        """All findings, by note."""
        return self._found

    def is_saved(self, path: NotePath) -> bool:
        """Whether the disk says what the editor shows."""
        return path not in self._open or self._on_disk(path) == self._open[path]

    def _on_disk(self, path: NotePath) -> str | None:
        try:
            source = self.session.files.read(path)
        except Gone:
            return None
        return None if source.problem else source.text

    @contextmanager
    def as_saved(self) -> Iterator[Session]:
        """The session with nothing but the disk in it, for what acts on the disk."""
        shown = dict(self._open)
        for path in shown:
            self.hide(path)
        try:
            self.look()
            yield self.session
        finally:
            for path, text in shown.items():
                self.show(path, text)

    def close(self) -> None:
        """End what the session started, and let go of the vault."""
        self.session.close()
        if isinstance(self.session.files, Vault):
            self.session.files.close()

    # Inside

    def _session(self) -> Session:
        def config() -> Config:
            return as_checked(load_config(self.root))

        return Session.open(self.root, config, memory=Memory(self.root), options=_OPTIONS)

    def _reopen(self) -> None:
        """Go on with the set-up of now. Raises VaultkitError when it cannot be used; then nothing is lost."""
        new = self._session()
        new.setup  # noqa: B018 - so that what is wrong with it is said before the old one is let go
        self.close()
        self.session = new
        forget()

    def _now(self) -> str:
        return stamp(self.root, self.session.sources)

    def _baseline(self) -> Known:
        name = self.session.baseline or baseline.NAME
        try:
            return baseline.load(os.path.join(self.root, name), name) or {}
        except VaultkitError as error:
            self.trouble = str(error)
            return {}

    def _take_in(self, checked: Iterable[NotePath]) -> None:
        """Take in the findings of notes that were checked."""
        paths = set(checked)
        for path in paths:
            self._found.pop(path, None)
        for item in compared(self._known, self.session.diagnostics(paths)).new.diagnostics:
            self._found[item.path] = (*self._found.get(item.path, ()), item)
