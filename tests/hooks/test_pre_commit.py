"""The pre-commit hooks, run by the real pre-commit in real repositories; it builds their environment with pip, once."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from vaultkit import registry

PROJECT = Path(__file__).parent.parent.parent
NO_NETWORK = (
    "Could not find a version",
    "ConnectionError",
    "NewConnectionError",
    "Temporary failure in name resolution",
)

pytestmark = [pytest.mark.lasting, pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")]


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
    """The project as it is now, committed, where the hooks are taken from: what git tracks, changes included."""
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


class Repository:
    """A repository with hooks of ours, installed as people install them."""

    def __init__(self, folder, source, home):
        self.folder, self.source, self.home = folder, source, home
        self.git("init", "-q")

    def run(self, *command, check=False):
        done = subprocess.run(
            command, cwd=self.folder, env=environment(self.home), capture_output=True, text=True, check=check
        )
        return done.returncode, done.stdout + done.stderr

    def git(self, *arguments):
        self.run("git", *arguments, check=True)

    def hooks(self, **hooks):
        """Use these hooks, by their names with `_`, each with what a configuration says of it."""
        head = (self.source / ".git" / "HEAD").read_text().removeprefix("ref: ").strip()
        revision = (self.source / ".git" / head).read_text().strip()
        used = [{"id": name.replace("_", "-"), **how} for name, how in hooks.items()]
        config = {"repos": [{"repo": str(self.source), "rev": revision, "hooks": used}]}
        (self.folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
        self.git("add", ".pre-commit-config.yaml")

    def write(self, files):
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def stage(self, name, staged, saved):
        self.write({name: staged})
        self.git("add", name)
        self.write({name: saved})

    def pre_commit(self, *arguments):
        code, said = self.run(sys.executable, "-m", "pre_commit", *arguments)
        if any(reason in said for reason in NO_NETWORK):
            pytest.skip("pip cannot install what the hook needs: no package index is reachable")
        return code, said

    def commit(self):
        """Commit, with the hooks that are installed."""
        self.pre_commit("install")
        self.pre_commit("install-hooks")
        return self.run("git", "commit", "-m", "x")

    def state(self):
        return {
            path: (path.lstat().st_mtime_ns, path.lstat().st_ino)
            for path in self.folder.rglob("*")
            if ".git" not in path.parts
        }


@pytest.fixture
def repository(tmp_path, source, home):
    made = Repository(tmp_path, source, home)
    made.write(
        {
            "vaultkit.yaml": "version: 1\n",
            "Dune.md": "A desert.\n",
            "good.md": "[[Dune]]\n",
            "other.md": "[[Nowhere at all]]\n",
        }
    )
    made.hooks(vaultkit_check={})
    made.git("add", ".")
    made.git("commit", "-qm", "all")
    return made


def told(said):
    """What the hook says: findings with their places, and the summary, without what is said of fixes."""
    lines = [line.strip().partition("  [fixable")[0] for line in said.splitlines()]
    return [line for line in lines if line.startswith(("error[", "--> ", "Found", "Nothing"))]


def test_half_staged_notes_are_judged_by_the_staged_half(repository):
    repository.stage("good.md", "[[Dnue]]\n", "[[Dune]], mended and not staged\n")
    repository.stage("other.md", "[[Dune]], mended\n", "[[Nowhere]], broken and not staged\n")
    repository.stage("new.md", "[[other]], and [[late]]\n", "[[other]]\n")
    repository.write({"late.md": "Not staged.\n", "last.md": "[[Nowhere]]\n"})
    code, said = repository.commit()
    assert code == 1, said
    assert told(said) == [
        "error[link-broken]: there is no note `Dnue`; did you mean `Dune`?",
        "--> good.md:1:1",
        "error[link-broken]: there is no note `late`",
        "--> new.md:1:16",
        "Found 2 errors in 2 of 3 notes.",
    ], said
    assert (repository.folder / "good.md").read_text() == "[[Dune]], mended and not staged\n"
    repository.stage("good.md", "[[Dune]]\n", "[[Nowhere]]\n")
    repository.stage("new.md", "[[other]]\n", "[[other]]\n")
    code, said = repository.commit()
    assert code == 0, said


def test_a_partial_commit_is_judged_by_its_own_index(repository):
    repository.stage("good.md", "[[Nowhere]]\n", "[[Nowhere]]\n")
    repository.stage("other.md", "Mended.\n", "Mended.\n")
    repository.pre_commit("install")
    repository.pre_commit("install-hooks")
    code, said = repository.run("git", "commit", "-m", "x", "--only", "other.md")
    assert code == 0, said
    code, said = repository.run("git", "commit", "-m", "x", "--only", "good.md")
    assert code == 1 and "--> good.md:1:1" in told(said)


def test_a_renamed_note_is_judged_and_what_it_leaves_behind_is_not_there(repository):
    repository.git("mv", "other.md", "renamed.md")
    repository.git("mv", "Dune.md", "Arrakis.md")
    repository.stage("new.md", "[[Dune]] [[Arrakis]]\n", "[[Dune]] [[Arrakis]]\n")
    code, said = repository.commit()
    assert code == 1, said
    assert told(said) == [
        "error[link-broken]: there is no note `Dune`",
        "--> new.md:1:1",
        "error[link-broken]: there is no note `Nowhere at all`",
        "--> renamed.md:1:1",
        "Found 2 errors in 2 of 3 notes.",
    ], said


def test_a_commit_that_only_deletes_has_nothing_to_judge(repository):
    repository.git("rm", "-q", "Dune.md")
    code, said = repository.commit()
    assert code == 0 and "(no files to check)" in said, said
    code, said = repository.pre_commit("run", "--all-files")
    assert code == 1 and "--> good.md:1:1" in told(said), "where all files are looked at, the dead link is found"


def test_a_vault_in_a_folder_and_markdown_that_is_no_note(repository):
    repository.hooks(vaultkit_check={"args": ["--vault", "my notes"], "files": "^my notes/"})
    repository.write(
        {
            "my notes/a.md": "[[b]] [[Dune]]\n",
            "my notes/b.md": "x\n",
            "my notes/vaultkit.yaml": "version: 1\n",
            "my notes/.github/c.md": "[[Nowhere]]\n",
            "README.md": "[[Nowhere]]\n",
        }
    )
    repository.git("add", "--force", ".")
    code, said = repository.commit()
    assert code == 1, said
    assert told(said) == [
        "error[link-broken]: there is no note `Dune`",
        "--> my notes/a.md:1:7",
        "Found 1 error in 1 of 2 notes.",
    ], said


def test_many_files_in_batches_agree_with_one_run(repository):
    """pre-commit hands over at most 128 KiB of names at once."""
    repository.hooks(vaultkit_check={"args": ["--output-format", "github"], "verbose": True})
    folder = "/".join(["A folder with a name that is as long as the names of folders with meeting notes are"] * 3)
    repository.write(
        {
            f"{folder}/{number:04}.md": f"[[{number + 1:04}]]\n" + "[[Nowhere]]\n" * (number % 32 == 0)
            for number in range(1_600)
        }
    )
    repository.git("add", ".")
    code, said = repository.pre_commit("run", "vaultkit-check", "--all-files")
    assert code == 1
    batches = re.findall("^Found .* notes?[.]$", said, re.MULTILINE)
    assert len(batches) > 2, said[-2000:]
    found = [line for line in said.splitlines() if line.startswith("::")]
    command = (sys.executable, "-m", "vaultkit", "check", "--staged", "--output-format", "github", "--quiet", ".")
    one = subprocess.run(command, cwd=repository.folder, env=os.environ, capture_output=True, text=True, check=False)
    assert sorted(found) == sorted(one.stdout.splitlines())
    assert len(found) == 52


def test_nothing_is_written_in_a_tree_that_cannot_be_written(repository):
    folders = [repository.folder, *(path for path in repository.folder.rglob("*") if ".git" not in path.parts)]
    before = repository.state()
    for path in folders:
        path.chmod(0o555)
    try:
        code, said = repository.pre_commit("run", "--all-files")
    finally:
        for path in folders:
            path.chmod(0o755)
    assert code == 1 and "--> other.md:1:1" in told(said), said
    assert repository.state() == before


def test_two_at_once_agree(repository):
    repository.pre_commit("install-hooks")
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: repository.pre_commit("run", "--all-files"), range(2))
    assert one == other and one[0] == 1 and "--> other.md:1:1" in told(one[1])


needs_fix = pytest.mark.skipif("fix" not in registry.names("vaultkit.cli"), reason="this vaultkit has no command `fix`")


@needs_fix
def test_fixes_are_made_in_the_notes_of_the_commit_and_stop_it_once(repository):
    repository.hooks(vaultkit_fix={})
    wrong = "---\ntag: book\n---\n[[Dune]]\n"
    repository.write({"left.md": wrong})
    repository.git("add", ".")
    repository.git("commit", "-qm", "before there was a hook")
    repository.write({"new.md": wrong})
    repository.git("add", "new.md")
    code, said = repository.commit()
    assert code == 1 and "files were modified by this hook" in said, said
    assert (repository.folder / "new.md").read_text() != wrong
    assert (repository.folder / "left.md").read_text() == wrong, "it is not in the commit"
    repository.git("add", "new.md")
    code, said = repository.commit()
    assert code == 0, said


@needs_fix
def test_what_is_not_staged_of_a_fixed_note_is_kept(repository):
    repository.hooks(vaultkit_fix={})
    wrong = "---\ntag: book\n---\n" + "A line.\n" * 20
    repository.stage("new.md", wrong, wrong + "Not staged.\n")
    code, said = repository.commit()
    assert code == 1, said
    text = (repository.folder / "new.md").read_text()
    assert text.endswith("A line.\nNot staged.\n") and "tag: book" not in text
