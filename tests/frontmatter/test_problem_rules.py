"""Files that no case file can hold: what is no regular file, may not be read, is too large or too complex."""

import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from rights import as_ordinary_user
from vaultkit import registry
from vaultkit.session import Session


def findings(root):
    session = Session.open(str(root))
    result = session.refresh()
    return {(item.path, item.rule, item.severity.label): item.message for item in result.diagnostics}


def test_a_large_note_is_not_read(tmp_path):
    (tmp_path / "Large.md").write_text("[[Nowhere]]\n" + "x" * 2 * 1024 * 1024)
    assert findings(tmp_path) == {("Large.md", "too-large", "error"): "the note is larger than 2 MiB"}


def test_what_is_no_file_is_one_finding(tmp_path):
    outside = tmp_path / "outside.md"
    outside.write_text("[[Nowhere]]")
    vault = tmp_path / "vault"
    vault.mkdir()
    os.mkfifo(vault / "Pipe.md")
    os.symlink(outside, vault / "Link.md")
    os.symlink("Loop.md", vault / "Loop.md")
    (vault / "Folder.md").mkdir()
    (vault / "Note.md").write_text("A note.")
    assert {path: rule for path, rule, _ in findings(vault)} == dict.fromkeys(
        ["Link.md", "Loop.md", "Pipe.md"], "unreadable"
    )


def test_a_note_without_permission():
    with TemporaryDirectory() as folder:
        note = Path(folder, "Note.md")
        note.write_text("[[Nowhere]]")
        assert [rule for _, rule, _ in findings(folder)] == ["link-broken"]
        with as_ordinary_user(Path(folder)):
            note.chmod(0o200)
            found = findings(folder)
    assert found == {("Note.md", "unreadable", "error"): "the file cannot be read: Permission denied"}


def test_a_paragraph_of_signs(tmp_path):
    (tmp_path / "Note.md").write_text("Before.\n\n" + "*a _b " * 2000 + "\n\nBehind.\n")
    assert [key[:2] for key in findings(tmp_path)] == [("Note.md", "too-complex")]


def test_every_problem_that_is_found_has_its_rule():
    """What parser and reader name is what somebody reports."""
    package = os.path.dirname(registry.__file__)
    named = set()
    for folder in ("parse", "vault"):
        for name in os.listdir(os.path.join(package, folder)):
            if name.endswith(".py") and name not in ("canvas.py", "bases.py"):  # these are no notes
                with open(os.path.join(package, folder, name), encoding="utf-8") as file:
                    named |= set(re.findall(r'(?:Problem|refused)\(\s*"([a-z-]+)"', file.read()))
    named |= {"frontmatter-invalid-yaml", "frontmatter-duplicate-key"}
    assert len(named) > 9
    assert named <= set(registry.names("vaultkit.rules"))
