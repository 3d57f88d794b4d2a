"""Names of files that no file system here would take."""

import pytest

from schema.note_checks import findings


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("\u00e9" * 127 + ".md", "is longer than 255 bytes"),
        ("a" * 252 + ".md", ""),
        ("x" * 300 + "/a.md", "the folder name"),
        ("a\x07b.md", "has a control character in it"),
        ("lpt1.md", "is that of a device on Windows"),
        ("lpt.md", ""),
        ("a b./c .md", "ends with a dot"),
        ("c .md", ""),
    ],
)
def test_portable(path, words):
    found = [item.message for item in findings("", path=path) if item.rule == "filename-portable"]
    assert len(found) == bool(words)
    assert not found or words in found[0]
