"""Last good texts come back as they were, or not at all."""

import sqlite3
from contextlib import closing

import pytest

from vaultkit.publish.manifest import digest_of
from vaultkit.publish.texts import Texts


def some(*words):
    return {digest_of(word.encode()): word.encode for word in words}


@pytest.fixture
def place(tmp_path):
    return tmp_path / "texts.sqlite"


@pytest.fixture
def texts(place):
    return Texts(str(place))


def test_what_was_added_is_there_until_it_is_dropped(texts):
    both = some("Äpfel\r\n", "pears")
    texts.add(both)
    assert texts.digests() == both.keys()
    assert [texts.get(digest) for digest in both] == ["Äpfel\r\n", "pears"]
    first, second = both
    texts.drop([first])
    assert (texts.get(first), texts.get(second), texts.digests()) == (None, "pears", {second})


def test_nothing_is_written_when_there_is_nothing_to_keep(texts, place):
    texts.add({})
    texts.drop(["00"])
    assert (texts.get("00"), texts.digests()) == (None, set())
    assert not place.exists()


def test_what_is_there_is_not_asked_for_again(texts):
    texts.add(some("a"))
    texts.add(dict.fromkeys(some("a"), None))


def test_what_was_let_go_gives_back_its_room(texts, place):
    many = some(*(str(number) * 1000 for number in range(100)))
    texts.add(many)
    full = place.stat().st_size
    texts.drop(many)
    assert place.stat().st_size < full / 5


def test_a_damaged_text_is_as_good_as_none_and_is_written_again(texts, place):
    kept = some("good")
    texts.add(kept)
    with closing(sqlite3.connect(place)) as base, base:
        base.execute("UPDATE text SET data = ?", (b"evil",))
    assert texts.get(*kept) is None
    texts.add(kept)
    assert texts.get(*kept) == "good"


@pytest.mark.parametrize("damage", [b"no database at all", b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_file_holds_nothing_and_is_begun_anew(texts, place, damage):
    kept = some("good")
    place.write_bytes(damage)
    assert (texts.get(*kept), texts.digests()) == (None, set())
    texts.drop(kept)
    assert place.read_bytes() == damage, "whoever reads and drops leaves it alone"
    texts.add(kept)
    assert texts.get(*kept) == "good"


def test_what_can_be_read_of_a_damaged_file_stays(texts, place):
    kept = some(*(f"{number} " * 300 for number in range(200)))
    texts.add(kept)
    whole = place.read_bytes()
    place.write_bytes(whole[:-9000] + b"\xfe" * 9000)
    new = some(*(f"new {number} " * 300 for number in range(50)))
    texts.add(new)
    there = [digest for digest in kept if texts.get(digest)]
    assert all(texts.get(digest) for digest in new) and len(kept) > len(there) > len(kept) / 2


def test_pages_that_are_damaged_inside(texts, place):
    """Whatever bytes are lost, there is an answer, and what comes is what was kept."""
    kept = some(*(f"{number} " * 300 for number in range(40)))
    texts.add(kept)
    whole = place.read_bytes()
    for at in range(0, len(whole), 1500):
        place.write_bytes(whole[:at] + b"\xfe" * 700 + whole[at + 700 :])
        for digest, text in kept.items():
            assert texts.get(digest) in (None, text().decode())
        texts.add(kept)
        texts.drop(list(kept)[:3])


def test_what_cannot_be_written_is_said(tmp_path):
    texts = Texts(str(tmp_path / "nowhere" / "texts.sqlite"))
    with pytest.raises(OSError, match="unable to open"):
        texts.add(some("a"))
