"""Every case file's vault, fixed as a whole: all rules at once, in every form that a note can have."""

from pathlib import Path

import pytest

from casefile import read_cases
from vaultkit.model.change import Change
from vaultkit.session import Session

CASES = [case for case in read_cases("rules") if any("  fix:" in line for line in case.findings.lines)]


def crlf(data):
    return data.replace(b"\n", b"\r\n")


def plain(data):
    """Whether the bytes are a text that has line ends, and is the same text with other ones."""
    return b"\n" in data and b"\r" not in data and b"\x00" not in data and not data.startswith(b"\xef\xbb\xbf")


def fixed(case, folder, form, unsafe):
    """The bytes of every note before and after all fixes; and that fixing is over then is asserted on the way."""
    folder.mkdir()
    instead = {block.name: form(block.data) for block in case.files if block.name.endswith(".md") and plain(block.data)}
    case.make(folder, instead)
    after = {}
    for _ in range(2):
        session = Session.open(str(folder))
        session.refresh()
        found = session.diagnostics()
        notes = session.fix(None, lambda _, item: item.fix.safe or unsafe)
        assert session.diagnostics().diagnostics == found.diagnostics
        if after:
            assert notes == (), "what is fixed stays as it is"
        for note in notes:
            after[note.path] = note.rewrite(session.files).after
            (folder / note.path).write_bytes(after[note.path])
        session.files.close()
    return {block.name: Path(folder / block.name).read_bytes() for block in case.files if block.name in instead}, after


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "all"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_all_forms_of_a_note_are_fixed_alike_and_once(case, tmp_path, unsafe):
    expected, _ = fixed(case, tmp_path / "lf", bytes, unsafe)
    for name, form in (("crlf", crlf), ("bom", lambda data: b"\xef\xbb\xbf" + data)):
        assert fixed(case, tmp_path / name, form, unsafe)[0] == {path: form(data) for path, data in expected.items()}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_safe_fix_breaks_nothing_in_another_note(case, tmp_path):
    case.make(tmp_path)
    session = Session.open(str(tmp_path))
    session.refresh()
    before = session.diagnostics().diagnostics
    notes = session.fix(None, lambda _, item: item.fix.safe)
    session.update([Change(note.path, "saved", note.after) for note in notes])
    others = [item for item in session.diagnostics().diagnostics if item.path not in {note.path for note in notes}]
    assert {(item.path, item.rule, item.message) for item in others} <= {
        (item.path, item.rule, item.message) for item in before
    }
    session.files.close()
