"""What a file's name says about it, and which files the settings exclude."""

import re

import pytest

from vaultkit.index.file_kinds import ending, excluder, is_note, is_supported, stem_of, vault_report
from vaultkit.schema.pattern import pattern_test


@pytest.mark.parametrize(
    ("path", "end", "stem", "note", "supported"),
    [
        ("a/b.md", "md", "b", True, True),
        ("B.MD", "md", "B", True, True),
        ("v1.2.md", "md", "v1.2", True, True),
        ("v1.2", "2", "v1.2", False, False),
        ("x.y/plain", "", "plain", False, False),
        ("pic.PNG", "png", "pic", False, True),
        ("board.canvas", "canvas", "board", False, True),
        ("data.csv", "csv", "data.csv", False, False),
        (".canvas", "", ".canvas", False, False),
    ],
)
def test_names(path, end, stem, note, supported):
    assert (ending(path), stem_of(path), is_note(path), is_supported(path)) == (end, stem, note, supported)


def test_excluded_by_the_beginning_of_a_path_or_a_pattern():
    excluded = excluder(["Bin/", "/old\\d+/", "/(?<!a)b/", "/", "//", ""], pattern_test)
    assert [path for path in ("Bin/a.md", "x/Bin/a.md", "x/old12.md", "old.md", "b.md") if excluded(path)] == [
        "Bin/a.md",
        "x/old12.md",
    ]
    assert not excluder([], pattern_test)("a.md")


def test_excluded_whatever_the_unicode_form():
    excluded = excluder(["Cafe\u0301/", "/\u00fc$/"], pattern_test)
    assert all(map(excluded, ("Caf\u00e9/a.md", "Cafe\u0301/a.md", "u\u0308", "\u00fc")))
    assert not excluded("Cafe/a.md")


def test_vault_report():
    files = ["b.md", "a.md", "pic.png", "data.csv"]
    assert vault_report(files, re.compile("^a").search) == {
        "vault_notes": ["a.md", "b.md"],
        "supported_files": ["a.md", "b.md", "pic.png"],
        "excluded": ["a.md"],
    }
