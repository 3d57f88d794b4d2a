"""What is known of all notes as soon as they are read, whichever process read them and however they are kept."""

import pytest

from vaultkit.index.answers import folded_aliases
from vaultkit.index.tally import Tally
from vaultkit.model.note import Note
from vaultkit.parse.note import parse
from vaultkit.spread import Reading
from vaultkit.together import Row

TEXTS = {
    "a.md": "---\naliases: [Nick]\nrating: 1\n---\n#Book\n",
    "b.md": "---\naliases: [Nan]\nrating: one\n---\n#book [[a#B]]\n",
    "out/c.md": "---\naliases: [Nun]\nrating: [1]\n---\n#BOOK\n",
    "out/d.md": "#BOOK %% x %%\n",
}


class Texts:
    """A reader of notes that are not on any disk."""

    def readable(self, paths):
        return (Note(path, "", parse(TEXTS[path])) for path in paths)


@pytest.mark.parametrize("size", [10, 20_000_000], ids=["ready", "packed"])
@pytest.mark.parametrize("processes", [1, 2])
def test_what_is_left_out_counts_for_nothing(size, processes):
    reading = Reading(dict.fromkeys(TEXTS, size), Texts())
    if processes == 2:
        reading.together = True
        with reading:
            notes = reading.notes(lambda path: path < "out")
    else:
        notes = reading.notes(lambda path: path < "out")
    wanted = [Note(path, "", parse(TEXTS[path])) for path in ("a.md", "b.md")]
    assert {path: notes[path] for path in notes} == {note.path: note for note in wanted}
    assert reading.tally.counts == Tally.of(wanted).counts
    assert reading.aliases == {note.path: folded_aliases(note.facts.properties) for note in wanted}


@pytest.mark.parametrize("size", [10, 20_000_000], ids=["ready", "packed"])
def test_a_note_that_both_processes_took_counts_once(size, monkeypatch):
    reading = Reading(dict.fromkeys(TEXTS, size), Texts())
    reading.together = True
    monkeypatch.setattr(Row, "from_the_back", lambda self: iter((3, 2, 1)))
    monkeypatch.setattr(Row, "from_the_front", lambda self: iter((0, 1)))
    with reading:
        notes = reading.notes(lambda path: True)
    wanted = [Note(path, "", parse(text)) for path, text in TEXTS.items()]
    assert {path: notes[path] for path in notes} == {note.path: note for note in wanted}
    assert reading.tally.counts == Tally.of(wanted).counts
    assert reading.aliases == {n.path: found for n in wanted if (found := folded_aliases(n.facts.properties))}
