"""Link resolution against a slow reading of the rules, and the examples that the rules were taken from."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vaultkit.index.resolve import FileTable, Resolution, strip

NAMES = (
    "a",
    "A",
    "b",
    "é",
    "e\u0301",
    "a b",
    "a\u00a0b",
    "a.md",
    "b.md",
    "B.MD",
    "é.md",
    "e\u0301.md",
    "a b.md",
    "a.png",
    "v1.2.md",
)
FOLDERS = ("", "x", "X", "x/y", "longer", "é")
paths = st.builds(
    lambda folder, name: f"{folder}/{name}" if folder else name, st.sampled_from(FOLDERS), st.sampled_from(NAMES)
)
targets = st.one_of(
    paths,
    st.builds(lambda start, path: start + path, st.sampled_from(("/", "./", "../", "../../", "./x/../")), paths),
    st.sampled_from(("y/a", "wrong/a", "x", "..", "./", "a/", " a ")),
)


def plain(text):
    return unicodedata.normalize("NFC", text.replace("\u00a0", " ").replace("\u202f", " "))


def slow(files, target, folder):
    """The rules word for word, over all files; the set of files that may be chosen."""
    same = lambda path, wanted: plain(path).lower() == wanted.lower()  # noqa: E731
    wanted = plain(target).strip()
    searched = True
    if wanted.startswith(("./", "../", "/")):
        searched = False
        parts = [] if wanted.startswith("/") else [part for part in folder.split("/") if part]
        for part in wanted.split("/"):
            if part == ".." and not parts:
                return set()
            if part == "..":
                parts.pop()
            elif part not in ("", "."):
                parts.append(part)
        wanted = plain("/".join(parts))
    for exact in (wanted, wanted + ".md"):
        if found := {path for path in files if same(path, exact)}:
            return {path for path in found if path == exact} or found
    for end in (wanted, wanted + ".md") if searched else ():
        if found := [path for path in files if plain(path).lower().endswith("/" + end.lower())]:
            found = [path for path in found if not folder or path.startswith(folder + "/")] or found
            return {path for path in found if len(path) == min(map(len, found))}
    return set()


@given(st.lists(paths, unique=True, max_size=8), targets, st.sampled_from(FOLDERS))
@example(["x/a", "é/a"], "a", "X")
@example(["x/a", "X/y/a", "é/a"], "a", "X")
def test_agrees_with_the_rules(files, target, folder):
    table = FileTable(files)
    resolution = table.find(target, folder).resolution
    allowed = slow(files, target, folder)
    assert (resolution.path in allowed) if allowed else resolution.path is None
    if len(allowed) > 1:
        assert resolution.ambiguous
    assert resolution.candidates[:1] == ((resolution.path,) if resolution.path else ())
    assert FileTable(reversed(files)).find(target, folder) == table.find(target, folder)


@given(st.lists(paths, unique=True, max_size=8), st.data())
def test_a_table_that_changed_equals_a_new_one(files, data):
    table = FileTable(files)
    left = list(files)
    for _ in range(3):
        path = data.draw(paths)
        if path in left:
            left.remove(path)
            table.remove(path)
        else:
            left.append(path)
            table.add(path)
        target, folder = data.draw(targets), data.draw(st.sampled_from(FOLDERS))
        assert table.find(target, folder) == FileTable(left).find(target, folder)


@given(st.lists(paths, unique=True, min_size=1, max_size=8), st.sampled_from(FOLDERS), st.data())
def test_the_shortest_text_opens_the_file(files, folder, data):
    table = FileTable(files)
    path = data.draw(st.sampled_from(files))
    twins = [other for other in files if plain(other).lower() == plain(path).lower()]
    if len(twins) == 1:
        text = table.shortest(path, folder)
        assert table.find(text, folder).resolution.path == path, text


@pytest.mark.parametrize(
    ("files", "target", "folder", "path", "ambiguous"),
    [
        (["Other.md", "Deck/Other.md"], "Other", "Deck", "Other.md", False),
        (["a/Other.md", "b/Other.md"], "Other", "", "a/Other.md", True),
        (["a/Other.md", "bb/Other.md"], "Other", "", "a/Other.md", True),
        (["a/Other.md", "bb/Other.md"], "Other", "bb", "bb/Other.md", False),
        (["a/Other.md", "bb/c/Other.md"], "Other", "bb", "bb/c/Other.md", False),
        (["bb/Other.md", "bb/c/Other.md"], "Other", "bb", "bb/Other.md", False),
        (["bb/d/Other.md", "bb/c/Other.md"], "Other", "bb", "bb/c/Other.md", True),
        (["a/x/Other.md", "b/x/Other.md"], "x/Other", "", "a/x/Other.md", True),
        (["A.md", "a.md"], "a", "", "a.md", False),
        (["A.md", "a.md"], "A", "", "A.md", False),
        (["AB.md", "ab.md"], "Ab", "", "AB.md", True),
        (["data.csv", "data.csv.md"], "data.csv", "", "data.csv", False),
        (["pic.png"], "pic", "", None, False),
        (["Deck/Other.md"], "Deck", "", None, False),
        (["Other.md"], "wrong/Other", "", None, False),
        (["abc/Other.md"], "c/Other", "", None, False),
        (["a/b.md"], "../a/b", "x", "a/b.md", False),
        (["a/b.md"], "../b", "a", None, False),
        (["a/b.md"], "./b", "a", "a/b.md", False),
        (["a/b.md"], "./b", "", None, False),
    ],
)
def test_examples(files, target, folder, path, ambiguous):
    resolution = FileTable(files).find(target, folder).resolution
    assert (resolution.path, resolution.ambiguous) == (path, ambiguous)
    assert isinstance(resolution, Resolution)


def test_strip():
    assert strip("Q&A") == "q a" == strip(" Q  A ")
    assert strip("See [[X|y]]") == "see x y"
    assert strip("C++") == "c"
    assert strip("snake_case - it's – 第一章：潮") == "snake_case - it's – 第一章：潮"
    assert strip("a\u00a0\u3000b") == "a b"
