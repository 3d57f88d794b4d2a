"""Fixing the notes of a vault: each on its own, and again those that the fixes of others concern.

A rule fixes its own note only. But when a heading gets its right name, a link to it in another note has become one that
can be mended, so the notes are gone through until a round changes none. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from vaultkit.lint.fix import Fixing, Wanted
from vaultkit.model.change import Change
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.vault.files import MAX_BYTES, Files, Gone, decode
from vaultkit.vault.write import Rewrite, changed

if TYPE_CHECKING:
    from vaultkit.session import Session

_MOST_ROUNDS = 10
_BOM = "\ufeff"


class FixedNote(NamedTuple):
    """A note as it is and as it would be (decoded, without byte order mark), and the findings that are fixed then."""

    path: NotePath
    before: str
    after: str
    fixed: tuple[Diagnostic, ...]

    def rewrite(self, files: Files) -> Rewrite:
        """The change of the note's file. Raises SetupError when the file is another by now, or OSError."""
        try:
            data = files.read_bytes(self.path, MAX_BYTES)
        except Gone as error:
            raise changed(self.path) from error
        return self.rewritten(data)

    def rewritten(self, data: bytes) -> Rewrite:
        """The change of these bytes, that keeps a byte order mark. Raises SetupError when they are another text."""
        source = decode(data)
        if source.problem or source.text != self.before:
            raise changed(self.path)
        mark = _BOM if data.startswith(_BOM.encode()) else ""
        return Rewrite(self.path, data, (mark + self.after).encode())


def fixed_notes(session: Session, paths: Iterable[NotePath] | None, wanted: Wanted) -> tuple[FixedNote, ...]:
    """What the wanted fixes make of notes (None: of all), in order of path. The session takes the new texts for saved.

    A note whose text is no longer the one that was checked is left out.
    """
    paths = None if paths is None else tuple(paths)
    notes: dict[NotePath, Fixing] = {}
    texts: dict[NotePath, str] = {}
    for _ in range(_MOST_ROUNDS):
        moved = False
        for path in dict.fromkeys(item.path for item in session.diagnostics(paths).diagnostics if item.fix):
            if path not in notes:
                note = session.index.notes.get(path)
                text = session.unchanged(note) if note else None
                if text is None:
                    continue
                texts[path] = text
                notes[path] = Fixing(text, partial(_check, session, path), wanted)
            before = notes[path].text
            notes[path].go_on(session.diagnostics((path,)).diagnostics)
            moved |= notes[path].text != before
        if not moved:
            break
    return tuple(
        FixedNote(path, texts[path], notes[path].text, notes[path].fixed)
        for path in sorted(notes)
        if notes[path].text != texts[path]
    )


def _check(session: Session, path: NotePath, text: str) -> tuple[Diagnostic, ...]:
    session.update((Change(path, "saved", text),))
    return session.diagnostics((path,)).diagnostics
