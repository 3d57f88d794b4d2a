"""Which notes changed since a branch left another, by real git in real repositories."""

import os
import shutil

import pytest

from gits import commit, git, make_hostile, write
from vaultkit.errors import SetupError
from vaultkit.vault.changed import changed_since

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init")
    write(folder, a="a\n", b="b\n", c="c\n", d="d\n", moved="a long enough text to be a rename\n")
    commit(folder)
    return folder


def since(folder, revision, staged=False):
    return sorted(changed_since(str(folder), revision, staged))


def test_what_the_branch_did_counts_and_what_the_other_did_meanwhile_does_not(repository):
    git(repository, "switch", "-c", "topic")
    write(repository, a="on the branch\n")
    git(repository, "rm", "-q", "b.md")
    git(repository, "mv", "moved.md", "there.md")
    commit(repository)
    git(repository, "switch", "main")
    write(repository, c="on main\n", late="on main\n")
    commit(repository)
    git(repository, "switch", "topic")
    assert since(repository, "main") == ["a.md", "there.md"]
    assert since(repository, "HEAD") == []
    assert since(repository, "HEAD~1") == ["a.md", "there.md"]


def test_what_is_not_committed_counts_and_what_git_ignores_does_not(repository):
    write(repository, a="staged\n", new="new\n", ignored="x\n", meant="")
    git(repository, "add", "a.md")
    git(repository, "add", "--intent-to-add", "meant.md")
    write(repository, b="saved\n", untracked="x\n")
    (repository / "c.md").unlink()
    (repository / ".gitignore").write_text("ignored.md\n")
    assert since(repository, "main") == [".gitignore", "a.md", "b.md", "meant.md", "new.md", "untracked.md"]
    assert since(repository, "main", staged=True) == ["a.md"]


def test_a_file_that_was_only_touched_did_not_change(repository):
    os.utime(repository / "a.md", (1, 1))
    write(repository, b="B\n")
    assert since(repository, "main") == ["b.md"]


def test_line_ends_that_git_would_convert_are_no_change(repository):
    (repository / ".gitattributes").write_text("*.md text eol=crlf\n")
    commit(repository)
    for path in repository.glob("*.md"):
        path.unlink()
    git(repository, "checkout", "-q", "--", ".")
    assert (repository / "a.md").read_bytes() == b"a\r\n"
    (repository / "b.md").write_bytes(b"B\r\n")
    assert since(repository, "HEAD") == ["b.md"]


def test_a_repository_with_longer_names_of_objects(tmp_path):
    git(tmp_path, "init", "--object-format=sha256")
    write(tmp_path, a="a\n", b="b\n", empty="")
    commit(tmp_path)
    write(tmp_path, b="B\n")
    assert since(tmp_path, "HEAD") == ["b.md"]
    git(tmp_path, "add", ".")
    assert since(tmp_path, "HEAD", staged=True) == ["b.md"]


def test_below_the_root_of_the_repository_paths_are_those_of_the_vault(repository):
    vault = repository / "notes" / "größe und “mehr”"
    vault.mkdir(parents=True)
    write(vault, kept="x\n", edited="x\n")
    commit(repository)
    write(vault, edited="y\n", new="y\n")
    (vault / "tab\there.md").write_text("y\n")
    write(repository, a="outside\n")
    assert since(vault, "main") == ["edited.md", "new.md", "tab\there.md"]


def test_in_a_worktree_of_its_own_and_in_a_sparse_one(repository, tmp_path):
    (repository / "far").mkdir()
    write(repository / "far", away="x\n")
    commit(repository)
    git(repository, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = tmp_path / "side"
    git(side, "sparse-checkout", "set", "--cone", "--sparse-index", "near")
    assert not (side / "far").exists()
    write(side, a="changed\n")
    assert since(side, "main") == ["a.md"]


def test_a_submodule_that_moved_on_is_one_path_and_so_is_a_repository_inside(repository, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    git(inner, "init")
    write(inner, shared="x\n")
    commit(inner)
    git(repository, "submodule", "add", "-q", str(inner), "shared")
    commit(repository)
    assert since(repository, "HEAD~1") == [".gitmodules", "shared"]
    write(repository / "shared", shared="y\n")
    git(repository / "shared", "commit", "-am", "y")
    assert since(repository, "HEAD") == []
    git(repository, "add", "shared")
    assert since(repository, "HEAD") == ["shared"]
    shutil.copytree(inner, repository / "alone")
    assert since(repository, "HEAD") == ["alone", "shared"]


@pytest.mark.parametrize("staged", [False, True])
def test_nothing_that_the_repository_configures_is_run(repository, staged):
    write(repository, a="changed\n", new="new\n")
    make_hostile(repository)
    os.utime(repository / "b.md", (1, 1))
    assert "a.md" in since(repository, "main") and since(repository, "main", staged) is not None
    assert not (repository / "ran").exists()


def test_a_submodule_cannot_run_anything_either(repository, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    git(inner, "init")
    write(inner, shared="x\n")
    commit(inner)
    git(repository, "submodule", "add", "-q", str(inner), "shared")
    commit(repository)
    marker = tmp_path / "ran"
    for key in ("core.fsmonitor", "filter.evil.clean"):
        git(repository / "shared", "config", key, f"touch {marker} #")
    (repository / "shared" / ".gitattributes").write_text("*.md filter=evil\n")
    write(repository / "shared", shared="y\n")
    since(repository, "HEAD")
    assert not marker.exists()


def refusal(folder, revision):
    with pytest.raises(SetupError) as error:
        changed_since(str(folder), revision)
    return error.value.what, error.value.do


@pytest.mark.parametrize("revision", ["nowhere", "--output=evil", "-", "", "a b", "HEAD:a.md", "\udcff"])
def test_a_revision_that_does_not_exist_is_one_message(repository, revision):
    what, _ = refusal(repository, revision)
    assert what == f"git knows no commit `{revision}`"
    assert not (repository / "evil").exists()


def test_a_near_name_is_suggested(repository):
    git(repository, "branch", "release-2")
    git(repository, "update-ref", "refs/remotes/origin/trunk", "HEAD")
    assert refusal(repository, "relaese-2")[1] == "did you mean `release-2`?"
    assert refusal(repository, "trunk")[1] == "did you mean `origin/trunk`?"


def test_a_shallow_clone_is_explained(repository, tmp_path):
    for number in range(3):
        write(repository, a=f"{number}\n")
        commit(repository)
    first = git(repository, "rev-list", "--max-parents=0", "HEAD").strip()
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", str(clone))
    what, do = refusal(clone, first)
    assert what == f"git knows no commit `{first}`" and "fetch-depth: 0" in do
    git(clone, "fetch", "-q", "--depth", "1", "origin", first)
    what, do = refusal(clone, "FETCH_HEAD")
    assert "because this clone holds only the last commits" in what and "--unshallow" in do


def test_without_anything_in_common_or_without_a_commit(repository, tmp_path):
    git(repository, "switch", "-q", "--orphan", "other")
    assert refusal(repository, "main")[0] == "nothing is committed here yet"
    commit(repository)
    assert refusal(repository, "main")[0].endswith("they have no commit in common")


def test_without_a_repository(tmp_path):
    assert refusal(tmp_path, "main")[0].startswith("git cannot tell what changed here: not a git repository")
