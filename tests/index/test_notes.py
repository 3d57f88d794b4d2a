"""Notes that are only unpacked when they must be, and answers that do not depend on it."""

from hypothesis import given
from hypothesis import strategies as st

from vaultkit.index.notes import Notes
from vaultkit.index.vault_index import VaultIndex
from vaultkit.model.note import Note
from vaultkit.parse.note import parse
from vaultkit.parse.packed import pack

texts = st.lists(
    st.sampled_from(
        [
            "---\naliases: [Nick]\n---",
            "---\nALIASES: nick\n---",
            "---\nÉtat: été\nid: 1\n---",
            "[[a#B]]",
            "[[a]]",
            "# B",
            "![[b#^c]]",
        ]
    ),
    max_size=3,
).map("\n".join)


def packed_notes(notes, loaded):
    """The notes as they come from another process: packed, and their unpacking counted."""
    by_path = {note.path: note for note in notes}
    lines = {path: pack(note.facts) for path, note in by_path.items()}

    def load(path):
        loaded.append(path)
        return by_path[path]

    return Notes((), by_path, load, lambda sign: [item for item in lines.items() if sign in item[1].lower()])


@given(st.lists(texts, min_size=1, max_size=4))
def test_packed_notes_give_the_same_answers(bodies):
    notes = [Note(f"{name}.md", "", parse(text)) for name, text in zip("abcd", bodies, strict=False)]
    plain, packed = VaultIndex((), notes), VaultIndex((), packed_notes(notes, []))
    for index in (packed, VaultIndex((), Notes((), [n.path for n in notes], {n.path: n for n in notes}.__getitem__))):
        assert index.aliased("NICK") == plain.aliased("NICK")
        assert index.holders("État", "été") == plain.holders("État", "été")
        assert index.holders("id", 1) == plain.holders("id", 1)
        for note in notes:
            assert index.linked_subpaths(note.path) == plain.linked_subpaths(note.path)
            assert index.backlinks(note.path) == plain.backlinks(note.path)


def test_only_what_is_needed_is_unpacked():
    texts = {"a.md": "---\naliases: [Nick]\n---\n", "b.md": "[[a#B]]\n", "c.md": "[[a]]\n"}
    loaded = []
    index = VaultIndex((), packed_notes([Note(path, "", parse(text)) for path, text in texts.items()], loaded))
    assert index.aliased("nick") == ("a.md",)
    assert index.holders("id", 1) == ()
    assert loaded == []
    assert index.linked_subpaths("a.md") == ("#B",)
    assert loaded == ["b.md"]
