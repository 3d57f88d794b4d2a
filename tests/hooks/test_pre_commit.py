"""The pre-commit hook, run by the real pre-commit in a real repository; it builds its environment with pip."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
NO_NETWORK = (
    "Could not find a version",
    "ConnectionError",
    "NewConnectionError",
    "Temporary failure in name resolution",
)

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


def environment(home):
    plain = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return plain | {
        "PRE_COMMIT_HOME": str(home),
        "PRE_COMMIT_COLOR": "never",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Where pre-commit keeps the environments that it builds: once for this file."""
    pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture(scope="module")
def source(tmp_path_factory, home):
    """The project as it is now, committed, where the hook is taken from: what git tracks, changes included."""
    if not (PROJECT / ".git").exists():
        pytest.skip("this is no clone: pre-commit takes hooks from git repositories")
    folder = tmp_path_factory.mktemp("source")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if os.path.lexists(PROJECT / name) and not name.startswith(("tests/", "docs/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, folder / name, follow_symlinks=False)
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"]):
        subprocess.run(["git", *command], cwd=folder, env=environment(home), check=True)
    return folder


@pytest.fixture
def vault(tmp_path, home):
    files = {
        "vaultkit.yaml": "version: 1\n",
        "Dune.md": "A desert.\n",
        "good.md": "[[Dune]]\n",
        "other.md": "[[Nowhere at all]]\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"]):
        subprocess.run(["git", *command], cwd=tmp_path, env=environment(home), check=True)
    return tmp_path


def try_hook(vault, source, home, *arguments):
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(source), "vaultkit-check", *arguments]
    done = subprocess.run(command, cwd=vault, env=environment(home), capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if any(reason in said for reason in NO_NETWORK):
        pytest.skip("pip cannot install what the hook needs: no package index is reachable")
    return done.returncode, said


def stage(vault, home, name, staged, saved):
    (vault / name).write_text(staged)
    subprocess.run(["git", "add", name], cwd=vault, env=environment(home), check=True)
    (vault / name).write_text(saved)


def test_half_staged_notes_are_judged_by_the_staged_half(vault, source, home):
    stage(vault, home, "good.md", "[[Dnue]]\n", "[[Dune]], mended and not staged\n")
    stage(vault, home, "other.md", "[[Dune]], mended\n", "[[Nowhere]], broken and not staged\n")
    stage(vault, home, "new.md", "[[other]], and [[late]]\n", "[[other]]\n")
    (vault / "late.md").write_text("Not staged.\n")
    (vault / "last.md").write_text("[[Nowhere]]\n")
    code, said = try_hook(vault, source, home)
    assert code == 1, said
    assert [line for line in said.splitlines() if line.startswith(("error[", "Found"))] == [
        "error[link-broken]: there is no note `Dnue`; did you mean `Dune`?  [fixable: --unsafe-fixes]",
        "error[link-broken]: there is no note `late`",
        "Found 2 errors in 2 of 3 notes.",
    ], said
    assert "good.md:1:1" in said and "new.md:1:16" in said
    assert (vault / "good.md").read_text() == "[[Dune]], mended and not staged\n"
