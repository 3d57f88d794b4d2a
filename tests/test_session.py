"""What a session does when the disk changes under its hands."""

import os
import sys

import pytest

from vaultkit.config import Config
from vaultkit.lint.ruleset import rules_for
from vaultkit.session import Session, Setup
from vaultkit.vault.files import Gone, Listing, Stat, decode

NOTE = b"---\ntags: [1984]\n---\n"


class Slippery:
    """A vault in memory whose note can be read so many times before it is another one, or gone."""

    root = "nowhere"

    def __init__(self):
        self.texts = [NOTE]
        self.stat = Stat(1, 1, 1, 1)

    def present(self):
        return True

    def leave_out(self, folders):
        assert not folders

    def scan(self):
        return Listing({"A.md": self.stat}, {}, {})

    def read(self, path):
        text = self.texts.pop(0) if len(self.texts) > 1 else self.texts[0]
        if text is None:
            raise Gone(path)
        return decode(text)


def open_session(files):
    config = Config()
    return Session(files, lambda: Setup(config, (), rules_for(config), lambda path: True))


def test_a_note_that_changes_while_it_is_checked_is_looked_at_again():
    files = Slippery()
    session = open_session(files)
    for later in (None, b"short", b""):
        files.texts = [NOTE, later, NOTE]
        files.stat = Stat(*(number + 1 for number in files.stat))
        session.refresh()
        files.texts = [NOTE]
        session.refresh()
        assert [item.rule for item in session.diagnostics().diagnostics] == ["tag-invalid"]


@pytest.mark.parametrize("processes", [1, 2])
def test_each_step_of_a_look_is_told(tmp_path, monkeypatch, processes):
    if processes == 2 and (sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2):
        pytest.skip("a second process is started on Linux, where there are two processors")
    monkeypatch.setattr("vaultkit.spread.WORTH_A_PROCESS", 0 if processes == 2 else 1 << 40)
    for number in range(10):
        (tmp_path / f"{number}.md").write_text("A note.\n")
    session = Session.open(str(tmp_path))
    steps = []
    session.seen = lambda done, total: steps.append((done, total))
    session.refresh()
    done = [done for done, _ in steps]
    if processes == 1:
        assert steps == [(step, 20) for step in range(20)], "each note is read, and checked"
    else:  # what the other process has taken counts, and nobody knows how much that is
        assert {total for _, total in steps} <= {20} and done == sorted(done) and {*done} <= {*range(21)}
    steps.clear()
    (tmp_path / "3.md").write_text("Another note.\n")
    session.refresh()
    assert steps == [(0, 1)]
