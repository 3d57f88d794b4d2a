"""The check command where one console is not enough: many files, several runs at once, trees that stay as they are."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from vaultkit.cli._main import main


@pytest.fixture
def repository(tmp_path, monkeypatch):
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    for number in range(60):
        target = (number + 1) % 60 if number % 7 else "nowhere"
        (tmp_path / f"{number}.md").write_text(f"# {number}\n\n[[{target}]]\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def findings(*arguments):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = main(["check", "--output-format", "json", *arguments])
    return code, json.loads(out.getvalue())["findings"]


@pytest.mark.parametrize("staged", [(), ("--staged",)], ids=["saved", "staged"])
def test_batches_of_files_agree_with_one_run(repository, staged):
    names = sorted(path.name for path in repository.glob("*.md"))
    code, whole = findings(*staged)
    assert code == 1 and len(whole) == 9
    batches = [findings(*staged, *names[start : start + 13])[1] for start in range(0, 60, 13)]
    assert [item for batch in batches for item in batch] == whole
    assert findings(*staged, *names)[1] == whole


def test_a_rename_and_a_deletion_are_judged_as_staged(repository):
    subprocess.run(["git", "mv", "1.md", "one.md"], check=True)
    subprocess.run(["git", "rm", "-q", "--cached", "3.md"], check=True)
    _, found = findings("--staged")
    broken = {item["path"] for item in found} - {f"{number}.md" for number in range(0, 60, 7)}
    assert broken == {"2.md"}, "2 links to 3, which the commit would delete; 0 linked nowhere before"


def test_nothing_is_written_and_two_at_once_agree(repository):
    def state():
        return {
            path: (path.lstat().st_mtime_ns, path.lstat().st_ino)
            for path in repository.rglob("*")
            if ".git" not in path.parts
        } | {repository / ".git" / "index": (repository / ".git" / "index").stat().st_mtime_ns}

    before = state()
    command = [sys.executable, "-m", "vaultkit", "check", "--staged"]
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: subprocess.run(command, capture_output=True, check=False), range(2))
    assert one.returncode == other.returncode == 1
    assert one.stdout == other.stdout
    assert state() == before


def test_a_tree_that_cannot_be_written_is_checked(repository):
    for path in (repository, *repository.glob("*.md")):
        path.chmod(0o555)
    try:
        assert findings("--staged") == findings()
    finally:
        repository.chmod(0o755)


def test_names_that_are_no_utf8_are_reported_exactly(tmp_path, monkeypatch):
    name = b"caf\xe9.md"
    try:
        (tmp_path / os.fsdecode(name)).write_text("[[Nowhere]]\n")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    monkeypatch.chdir(tmp_path)
    _, [found] = findings()
    assert found["path"] == "caf\N{REPLACEMENT CHARACTER}.md" and found["path_b64"] == "Y2Fm6S5tZA=="
    assert findings(os.fsdecode(name))[1] == [found]


def test_a_vault_behind_a_symbolic_link_is_the_vault(tmp_path, monkeypatch):
    vault = tmp_path / "real"
    vault.mkdir()
    (vault / "a.md").write_text("[[Nowhere]]\n")
    (tmp_path / "link").symlink_to(vault)
    monkeypatch.chdir(tmp_path)
    assert len(findings("--vault", "link")[1]) == 1
    assert len(findings("--vault", "link", "real/a.md")[1]) == 1
    assert len(findings("--vault", "real", "link/a.md")[1]) == 1
