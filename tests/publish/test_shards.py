"""A long list in files is cut the same way whether all of it was written or only what changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.targets.site import shards
from vaultkit.targets.site.shards import Lost, Shards, as_json

WORDS = Shards("d/", "words", lambda text: text[2 : text.index('"', 2)])
KEYS = st.text("abc", min_size=1, max_size=3)
VALUES = st.integers(0, 10**30)


def item(key, value):
    return as_json([key, value])


def written(items):
    made = list(WORDS.write((key, item(key, items[key])) for key in sorted(items)))
    return [entry for entry, _ in made], {output.path: output.data for _, output in made}


@pytest.fixture(autouse=True, scope="module")
def small():
    size, shards.SIZE = shards.SIZE, 200
    yield
    shards.SIZE = size


@given(st.dictionaries(KEYS, VALUES, max_size=40), st.dictionaries(KEYS, st.none() | VALUES))
def test_a_change_gives_what_writing_everything_gives(before, changes):
    entries, files = written(before)
    after = {key: value for key, value in (before | changes).items() if value is not None}
    changed = {key: (lambda old, key=key: None if changes[key] is None else item(key, changes[key])) for key in changes}
    now, fresh = WORDS.change(entries, changed, files.get)
    kept = {f"d/{name}" for _, name in now}
    assert (now, {**files, **{output.path: output.data for output in fresh}}.keys() & kept) == (written(after)[0], kept)


def test_only_the_files_of_the_place_are_read():
    before = {f"{number:04}": number for number in range(2000)}
    entries, files = written(before)
    read = []
    _, fresh = WORDS.change(
        entries, {"1000": lambda old: item("1000", 7)}, lambda path: read.append(path) or files[path]
    )
    assert len(entries) > 100 and len(read) <= 2 and len(fresh) <= 2


def test_a_file_that_is_lost_is_told():
    entries, _ = written({"a": 1})
    with pytest.raises(Lost):
        WORDS.change(entries, {"a": lambda old: None}, lambda path: None)
