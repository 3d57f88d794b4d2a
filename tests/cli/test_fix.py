"""Fixing files: what is kept of them, what is refused, and what a person at a terminal is asked."""

import contextlib
import io
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from readable import readable
from vaultkit.cli._main import main
from vaultkit.session import Session

BROKEN = "---\ntag: sand\n---\nSee [[Dnue]] and [[Dnue]].\n"
MENDED = "---\ntags: [sand]\n---\nSee [[Dnue]] and [[Dnue]].\n"


@pytest.fixture
def vault(tmp_path, monkeypatch):
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / "a.md").write_text(BROKEN)
    (tmp_path / "b.md").write_text(BROKEN)
    (tmp_path / "Dune.md").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*arguments])
    return code, out.getvalue(), err.getvalue()


def listing(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_fixed_file_keeps_its_mode_owner_and_attributes(vault):
    file = vault / "a.md"
    file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(file, 1234, 2345)
    try:
        os.setxattr(file, "user.vaultkit", b"\x00kept")
    except (OSError, AttributeError):
        kept = {}
    else:
        kept = {"user.vaultkit": b"\x00kept"}
    before = file.stat()
    assert run("fix", "--quiet", "--ignore", "link-broken") == (0, "", "")
    after = file.stat()
    assert file.read_text() == MENDED
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert {name: os.getxattr(file, name) for name in kept} == kept


def states(folder):
    """All that changes when a file is written, and not when it is read."""
    found = {path.name: path.stat() for path in folder.iterdir()}
    return {name: (state.st_ino, state.st_mtime_ns, state.st_ctime_ns) for name, state in found.items()}


def test_a_note_without_a_fix_is_not_written(vault):
    (vault / "b.md").write_text("Fine.\n")
    before = states(vault)
    assert run("fix", "--quiet", "--ignore", "link-broken")[0] == 0
    after = states(vault)
    assert {name for name in before if before[name] != after[name]} == {"a.md"}
    assert run("fix", "--quiet", "--ignore", "link-broken")[0] == 0
    assert after == states(vault), "fixing twice changes nothing more"


def saves_while_fixing(monkeypatch, save):
    """Somebody saves at the moment when all is decided and nothing is written yet."""
    fix = Session.fix

    def interrupted(self, *arguments):
        notes = fix(self, *arguments)
        save()
        return notes

    monkeypatch.setattr(Session, "fix", interrupted)


@pytest.mark.parametrize("text", [BROKEN + "More.\n", BROKEN.replace("sand", "dust")], ids=["longer", "as long"])
def test_a_note_that_was_saved_meanwhile_is_left_and_named_and_the_others_are_fixed(vault, monkeypatch, text):
    saves_while_fixing(monkeypatch, lambda: (vault / "a.md").write_text(text))
    code, out, err = run("fix", "--ignore", "link-broken")
    assert (vault / "a.md").read_text() == text
    assert (vault / "b.md").read_text() == MENDED
    assert "vaultkit: a.md: this file was changed meanwhile, so nothing was done\n" in err
    assert "Fixed 1 finding in 1 note.\n" in err
    assert code == 2
    assert "a.md:2:1" in out, "what is left is told of the text that is there now"
    assert listing(vault) == [".obsidian", "Dune.md", "a.md", "b.md"]


def test_a_note_that_vanished_meanwhile_does_not_come_back(vault, monkeypatch):
    saves_while_fixing(monkeypatch, (vault / "a.md").unlink)
    code, _, err = run("fix", "--ignore", "link-broken")
    assert (code, listing(vault)) == (2, [".obsidian", "Dune.md", "b.md"])
    assert "a.md: this file was changed meanwhile" in err


def test_a_save_between_the_last_look_and_the_swap_is_not_lost(vault, monkeypatch):
    real = os.fchmod

    def saving(handle, mode):
        real(handle, mode)
        (vault / "a.md").write_text("Saved just now.\n")

    monkeypatch.setattr(os, "fchmod", saving)
    assert run("fix", "a.md", "--ignore", "link-broken")[0] == 2
    assert (vault / "a.md").read_text() == "Saved just now.\n"


def test_what_is_remembered_is_what_was_fixed(vault):
    run("check")
    run("fix")
    assert run("check") == run("check", "--no-cache")
    (vault / "a.md").write_text(BROKEN)
    run("fix", "a.md", "--unsafe-fixes")
    assert run("check") == run("check", "--no-cache")
    assert (vault / "a.md").read_text() == MENDED.replace("Dnue", "Dune")


def test_a_fix_in_one_note_makes_way_for_one_in_another(vault):
    """A heading gets its name, so the link to its old one can be mended too; and the memory knows it."""
    (vault / "vaultkit.yaml").write_text("schemas:\n  - use: n\n    match: { path: b.md }\n")
    (vault / "schemas").mkdir()
    (vault / "schemas/n.yaml").write_text("name: n\nsections: { items: [heading: Takeaways] }\n")
    (vault / "a.md").write_text("[[b#Take-aways]]\n")
    (vault / "b.md").write_text("## Take-aways\n\nOne.\n")
    run("check")
    assert run("fix", "--unsafe-fixes") == (
        0,
        "",
        "Fixed 2 findings in 2 notes.\nFound nothing wrong in 3 notes.\n",
    )
    assert (vault / "a.md").read_text() == "[[b#Takeaways]]\n"
    assert run("check") == run("check", "--no-cache")


def test_a_disk_that_is_full_is_said_and_leaves_the_note(vault, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, err = run("fix", "a.md", "--ignore", "link-broken")
    assert code == 2
    assert "vaultkit: a.md: No space left on device, so nothing was changed\n" in err
    assert (vault / "a.md").read_text() == BROKEN
    assert listing(vault) == [".obsidian", "Dune.md", "a.md", "b.md"]


def test_a_file_or_folder_that_may_not_be_written_is_left_and_named():
    command = [sys.executable, "-m", "vaultkit", "fix", "--ignore", "link-broken", "--no-cache"]
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root may write everything, and there is no setpriv to drop rights")
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    with TemporaryDirectory() as folder:  # a place that another user can reach
        vault, inner = Path(folder), Path(folder, "Sub")
        inner.mkdir()
        notes = [vault / "a.md", vault / "b.md", inner / "c.md"]
        for path in notes:
            path.write_text(BROKEN)
        for path in (vault, inner, *notes):
            if os.geteuid() == 0:
                os.chown(path, 65534, 65534)
        notes[0].chmod(0o444)
        inner.chmod(0o555)
        done = subprocess.run(command, cwd=vault, capture_output=True, text=True, check=False)
        inner.chmod(0o755)
        if "No module named" in done.stderr or "can't open" in done.stderr:
            pytest.skip("another user may not read this environment")
        assert "a.md: this file may not be written, so nothing was changed" in done.stderr
        assert "Sub/c.md: Permission denied, so nothing was changed" in done.stderr
        assert "Fixed 1 finding in 1 note." in done.stderr
        assert done.returncode == 2
        assert [path.read_text() for path in notes] == [BROKEN, MENDED, BROKEN]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_killed_at_any_step_a_note_is_old_or_new(vault):
    """Every system call that changes something is the last one once."""
    (vault / "b.md").unlink()
    command = [sys.executable, "-m", "vaultkit", "fix", "a.md", "--quiet", "--no-cache", "--ignore", "link-broken"]
    seen = set()
    for call in ("write", "fsync", "fchmod", "renameat"):
        for number in range(1, 40):
            (vault / "a.md").write_text(BROKEN)
            done = subprocess.run(
                [
                    "strace",
                    "-f",
                    "-qq",
                    "-o",
                    "/dev/null",
                    "-e",
                    f"trace={call}",
                    "-e",
                    f"inject={call}:signal=KILL:when={number}",
                    *command,
                ],
                cwd=vault,
                capture_output=True,
                check=False,
            )
            text = (vault / "a.md").read_text()
            assert text in (BROKEN, MENDED)
            seen.add((call, done.returncode == 0, text == MENDED))
            if done.returncode == 0:
                break
        else:
            pytest.fail(f"{call} is called without end")
    killed = {(call, new) for call, whole, new in seen if not whole}
    assert {("write", False), ("fsync", False), ("fchmod", False)} <= killed, "it was killed before the swap"
    assert ("fsync", True) in killed, "and behind it"
    leftovers = [name for name in listing(vault) if name.startswith(".vaultkit-")]
    assert leftovers, "what a killed process leaves is hidden, and no part of the vault"
    assert run("check", "--ignore", "link-broken")[2] == "Found nothing wrong in 2 notes.\n"


class Terminal:
    """A person at a terminal: waits for a question, and answers it."""

    def __init__(self, *arguments):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vaultkit", "fix", "--pick", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=subprocess.PIPE,
            env=os.environ | {"TERM": "dumb", "NO_COLOR": "1"},
        )
        os.close(slave)

    def until(self, words):
        seen = ""
        while words not in seen:
            ready = readable(self.master, 60)
            assert ready, seen
            seen += os.read(self.master, 4096).decode()
        return seen.replace("\r\n", "\n")

    def answer(self, word):
        os.write(self.master, f"{word}\n".encode())

    def end(self):
        _, err = self.process.communicate()
        os.close(self.master)
        return self.process.returncode, err.decode()


def test_each_fix_is_shown_and_asked_about(vault):
    (vault / "b.md").write_text("Fine.\n")
    terminal = Terminal("a.md")
    seen = terminal.until("[y,n,a,q] ")
    assert "warning[property-deprecated]: `tag` has no effect" in seen
    assert "-tag: sand\n+tags: [sand]\n" in seen
    assert seen.endswith("rename to `tags`? [y,n,a,q] ")
    terminal.answer("what?")
    assert "y: yes, n: no" in terminal.until("[y,n,a,q] ")
    terminal.answer("n")
    seen = terminal.until("[y,n,a,q] ")
    assert "-See [[Dnue]] and [[Dnue]].\n+See [[Dune]] and [[Dnue]].\n" in seen
    assert seen.endswith("link to `Dune` (not safe)? [y,n,a,q] ")
    terminal.answer("y")
    assert "+See [[Dnue]] and [[Dune]].\n" in terminal.until("[y,n,a,q] ")
    assert (vault / "a.md").read_text() == BROKEN, "nothing is written before all is answered"
    terminal.answer("n")
    code, err = terminal.end()
    assert (vault / "a.md").read_text() == BROKEN.replace("[[Dnue]] and", "[[Dune]] and")
    assert code == 1 and "Fixed 1 finding in 1 note." in err


@pytest.mark.parametrize(("word", "text"), [("a", MENDED.replace("Dnue", "Dune")), ("q", BROKEN), ("\x04", BROKEN)])
def test_one_answer_can_be_for_all_that_are_left(vault, word, text):
    terminal = Terminal("a.md")
    terminal.until("[y,n,a,q] ")
    terminal.answer(word)
    terminal.end()
    assert (vault / "a.md").read_text() == text


def test_an_interrupted_person_has_changed_nothing(vault):
    terminal = Terminal()
    terminal.until("[y,n,a,q] ")
    terminal.answer("y")
    terminal.until("[y,n,a,q] ")
    terminal.process.send_signal(2)
    assert terminal.end()[0] == 130
    assert (vault / "a.md").read_text() == (vault / "b.md").read_text() == BROKEN
