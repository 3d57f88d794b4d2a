"""`check --output`: the report is in the file, whole, and nothing is lost when it cannot be."""

import json
import os
import subprocess
import sys

import pytest

from vaultkit.cli import _output
from vaultkit.cli._main import main


@pytest.fixture
def vault(tmp_path, monkeypatch):
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "a.md").write_text("[[Nowhere]]\n")
    monkeypatch.chdir(folder)
    return folder


def beside(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_report_is_in_the_file_and_the_summary_on_the_terminal(vault, capsys):
    assert main(["check", "--output-format", "json", "-o", "report.json"]) == 1
    assert capsys.readouterr() == ("", "Found 1 error in 1 of 1 note.\n")
    assert json.loads((vault / "report.json").read_text())["summary"]["error"] == 1
    assert main(["check", "--output", "../report.txt", "--color", "always", "--quiet"]) == 1
    assert capsys.readouterr() == ("", "")
    assert (vault.parent / "report.txt").read_text().startswith("\x1b[1;31merror[link-broken]")
    assert beside(vault) == ["a.md", "report.json"]


def test_a_file_is_replaced_in_one_step_and_keeps_its_mode(vault, monkeypatch):
    report = vault / "report.txt"
    report.write_text("old")
    report.chmod(0o640)
    before = report.stat()
    main(["check", "--quiet", "-o", "report.txt"])
    assert "Nowhere" in report.read_text() and report.stat().st_mode == before.st_mode
    assert report.stat().st_ino != before.st_ino, "it was written beside the old one"

    def full(handle):
        raise OSError(28, "No space left on device")

    report.write_text("old")
    monkeypatch.setattr(_output.os, "fsync", full)
    assert main(["check", "--quiet", "-o", "report.txt"]) == 2
    assert report.read_text() == "old" and beside(vault) == ["a.md", "report.txt"]


def test_a_link_stays_a_link_and_its_file_is_written(vault):
    (vault / "link.txt").symlink_to(vault.parent / "there.txt")
    main(["check", "--quiet", "-o", "link.txt"])
    assert (vault / "link.txt").is_symlink() and "Nowhere" in (vault.parent / "there.txt").read_text()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "missing/report.txt",
            "missing/report.txt: there is no folder to write this file into\n  help: make the folder missing",
        ),
        (
            "a.md/report.txt",
            "a.md/report.txt: there is no folder to write this file into\n  help: make the folder a.md",
        ),
        (".", ".: this is a folder, and a report is one file"),
        ("a.md", "a.md: this is a note of the vault, and no report is written over one\n  help: choose another name"),
        (
            "link.txt",
            "link.txt: this is a note of the vault, and no report is written over one\n  help: choose another",
        ),
    ],
)
def test_what_cannot_be_is_one_message_before_anything_is_checked(vault, capsys, monkeypatch, given, said):
    (vault / "link.txt").symlink_to("a.md")
    monkeypatch.setattr("vaultkit.session.Session.refresh", None)
    assert main(["check", "-o", given]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(f"vaultkit: {said}")
    assert (vault / "a.md").read_text() == "[[Nowhere]]\n" and beside(vault) == ["a.md", "link.txt"]


def test_a_folder_that_may_not_be_written_is_one_message(vault, capsys, monkeypatch):
    def refuse(path, *more, **named):
        if ".vaultkit-" in str(path):
            raise PermissionError(13, "Permission denied", path)
        return opened(path, *more, **named)

    opened = os.open
    monkeypatch.setattr(_output.os, "open", refuse)
    assert main(["check", "-o", "report.txt", "--no-cache"]) == 2
    assert capsys.readouterr().err == "vaultkit: report.txt: the report cannot be written: Permission denied\n"


def test_a_pipe_is_written_to_as_it_is(vault):
    os.mkfifo("pipe")
    check = [sys.executable, "-m", "vaultkit", "check", "--quiet", "-o", "pipe", "--output-format", "concise"]
    with subprocess.Popen(check) as process, open("pipe") as pipe:
        assert pipe.read() == "a.md:1:1: error[link-broken]: there is no note `Nowhere`\n"
    assert process.returncode == 1
    done = subprocess.run([*check[:-3], "/dev/stdout"], capture_output=True, text=True, check=False)
    assert "Nowhere" in done.stdout and done.stderr == ""


@pytest.mark.parametrize(
    ("form", "variable"), [("github", "GITHUB_WORKSPACE"), ("sarif", "GITHUB_WORKSPACE"), ("gitlab", "CI_PROJECT_DIR")]
)
def test_services_see_paths_from_the_repository(vault, capsys, monkeypatch, form, variable):
    main(["check", "--output-format", form, "--quiet"])
    assert '"a.md"' in capsys.readouterr().out.replace("file=a.md,", '"a.md"')
    monkeypatch.setenv(variable, str(vault.parent))
    main(["check", "--output-format", form, "--quiet"])
    assert "vault/a.md" in capsys.readouterr().out
