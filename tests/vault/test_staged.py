"""The vault as git's index holds it, whatever lies in the working tree."""

import os
import shutil
import subprocess
import sys

import pytest

from gits import commit, git, make_hostile, write
from vaultkit.errors import SetupError
from vaultkit.vault.files import Gone
from vaultkit.vault.staged import Staged

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init")
    return tmp_path


@pytest.fixture
def staged():
    opened = []

    def make(root, leave_out=()):
        opened.append(Staged(str(root)))
        opened[-1].leave_out(leave_out)
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def texts(files):
    return {path: files.read(path).text for path in files.scan().files}


def test_what_is_staged_is_read_and_not_what_lies_there(repository, staged):
    for name in ("a.md", "b c.md", "gone.md", "é\n\t.md"):
        (repository / name).write_text(f"staged {name}")
    git(repository, "add", ".")
    (repository / "a.md").write_text("saved later")
    (repository / "gone.md").unlink()
    (repository / "new.md").write_text("not staged")
    assert texts(staged(repository)) == {name: f"staged {name}" for name in ("a.md", "b c.md", "gone.md", "é\n\t.md")}


def test_changed_are_the_notes_that_a_commit_would_add_or_alter(repository, staged):
    for name in ("kept.md", "edited.md", "deleted.md", "old.md"):
        (repository / name).write_text(name * 40)
    git(repository, "add", ".")
    assert set(staged(repository).changed()) == {"kept.md", "edited.md", "deleted.md", "old.md"}
    git(repository, "commit", "-m", "x")
    (repository / "edited.md").write_text("other")
    git(repository, "rm", "deleted.md")
    git(repository, "mv", "old.md", "moved.md")
    (repository / "kept.md").write_text("edited and not staged")
    git(repository, "add", "edited.md")
    assert set(staged(repository).changed()) == {"edited.md", "moved.md"}


def test_a_vault_in_a_folder_of_the_repository_sees_that_folder(repository, staged):
    vault = repository / "notes"
    (vault / "out").mkdir(parents=True)
    (vault / ".obsidian").mkdir()
    for name in ("a.md", "out/page.md", ".obsidian/app.json", ".hidden.md"):
        (vault / name).write_text("x")
    (repository / "README.md").write_text("x")
    git(repository, "add", "--force", ".")
    files = staged(vault, ("out",))
    assert set(files.scan().files) == {"a.md"}
    assert set(files.changed()) >= {"a.md"}
    assert not any("README" in path for path in files.changed())


def test_how_far_up_git_looks_is_for_the_user_to_say(repository, staged, monkeypatch):
    (repository / "vault").mkdir()
    assert texts(staged(repository / "vault")) == {}
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(repository))
    with pytest.raises(SetupError, match="not a git repository"):
        staged(repository / "vault").scan()


def test_links_and_submodules_are_no_notes(repository, staged):
    (repository / "a.md").write_text("x")
    (repository / "link.md").symlink_to("a.md")
    git(repository, "add", ".")
    head = "1" * 40
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{head},module.md")
    listing = staged(repository).scan()
    assert set(listing.files) == {"a.md"}
    assert listing.odd == {"link.md": "a symbolic link"}


def test_in_a_conflict_our_side_is_read(repository, staged):
    note = repository / "a.md"
    note.write_text("base\n")
    git(repository, "add", ".")
    git(repository, "commit", "-m", "base")
    git(repository, "switch", "-c", "theirs")
    note.write_text("theirs\n")
    git(repository, "commit", "-am", "theirs")
    git(repository, "switch", "main")
    note.write_text("ours\n")
    git(repository, "commit", "-am", "ours")
    with pytest.raises(subprocess.CalledProcessError):
        git(repository, "merge", "theirs")
    assert texts(staged(repository)) == {"a.md": "ours\n"}


def test_a_hook_reads_the_index_that_git_names(repository, staged, monkeypatch):
    (repository / "a.md").write_text("one")
    (repository / "b.md").write_text("one")
    git(repository, "add", ".")
    git(repository, "commit", "-m", "x")
    (repository / "a.md").write_text("two")
    (repository / "b.md").write_text("two")
    git(repository, "add", "b.md")
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    script = (
        "from vaultkit.vault.staged import Staged; files = Staged('.'); files.scan(); "
        "print([(path, files.read(path).text) for path in files.changed()]); files.close()"
    )
    hook.write_text(f'#!/bin/sh\n"{sys.executable}" -c "{script}" > seen\n')
    hook.chmod(0o755)
    git(repository, "commit", "-m", "only a", "--only", "a.md")
    assert (repository / "seen").read_text() == "[('a.md', 'two')]\n"


def test_an_index_of_another_repository_is_put_aside(repository, tmp_path_factory, staged, monkeypatch):
    other = tmp_path_factory.mktemp("other")
    git(other, "init")
    (other / "private.md").write_text("x")
    git(other, "add", ".")
    (repository / "a.md").write_text("x")
    git(repository, "add", ".")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    monkeypatch.chdir(other)
    assert texts(staged(repository)) == {"a.md": "x"}


def test_nothing_that_the_repository_configures_is_run(repository, staged):
    (repository / "a.md").write_text("x")
    (repository / "--output=evil.md").write_text("x")
    git(repository, "add", ".")
    make_hostile(repository)
    files = staged(repository)
    assert set(texts(files)) == {"a.md", "--output=evil.md"}
    assert set(files.changed()) >= {"a.md", "--output=evil.md"}
    assert not (repository / "ran").exists()


def test_an_object_that_is_not_there_is_not_fetched_by_a_command_of_the_repository(repository, staged):
    write(repository, a="x\n", b="y\n")
    git(repository, "add", ".")
    digest = git(repository, "rev-parse", ":a.md").strip()
    (repository / ".git" / "objects" / digest[:2] / digest[2:]).unlink()
    settings = {
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": "ssh://nowhere/x",
        "protocol.allow": "always",
        "protocol.ssh.allow": "always",
    }
    for key, value in settings.items():
        git(repository, "config", key, value)
    make_hostile(repository)
    files = staged(repository)
    files.scan()
    with pytest.raises(SetupError, match="does not find a staged file"):
        files.read("a.md")
    assert not (repository / "ran").exists()


def test_what_is_only_meant_to_be_added_is_not_there(repository, staged):
    write(repository, committed="", staged="", meant="[[Nowhere]]\n", full="x\n")
    git(repository, "add", "committed.md", "full.md")
    git(repository, "commit", "-m", "x")
    git(repository, "add", "staged.md")
    git(repository, "add", "--intent-to-add", "meant.md")
    files = staged(repository)
    assert set(texts(files)) == {"committed.md", "staged.md", "full.md"}
    assert set(files.changed()) == {"staged.md"}


def test_all_of_a_sparse_tree_is_there(repository, staged):
    (repository / "far" / "away").mkdir(parents=True)
    write(repository, near="x\n")
    write(repository / "far" / "away", note="y\n")
    commit(repository)
    git(repository, "sparse-checkout", "set", "--cone", "--sparse-index", "other")
    assert not (repository / "far").exists()
    write(repository, near="z\n")
    git(repository, "add", "near.md")
    files = staged(repository)
    assert texts(files) == {"near.md": "z\n", "far/away/note.md": "y\n"}
    assert files.changed() == ("near.md",)


@pytest.fixture
def with_submodule(repository, tmp_path_factory):
    inner = tmp_path_factory.mktemp("inner")
    git(inner, "init")
    write(inner, shared="one\n")
    commit(inner)
    write(repository, a="x\n")
    git(repository, "submodule", "add", "-q", str(inner), "lib/inner")
    commit(repository)
    return repository / "lib" / "inner"


def test_of_a_submodule_the_staged_commit_is_there(repository, staged, with_submodule):
    write(with_submodule, shared="two\n", late="x\n")
    assert texts(staged(repository)) == {"a.md": "x\n", "lib/inner/shared.md": "one\n"}
    commit(with_submodule)
    assert texts(staged(repository))["lib/inner/shared.md"] == "one\n"
    git(repository, "add", "lib/inner")
    files = staged(repository)
    assert texts(files)["lib/inner/shared.md"] == "two\n" and "lib/inner/late.md" in texts(files)
    assert files.changed() == ("lib/inner",)
    assert texts(staged(with_submodule)) == {"shared.md": "two\n", "late.md": "x\n"}


def test_a_submodule_that_is_not_checked_out_or_lacks_its_commit(repository, staged, with_submodule):
    git(repository, "update-index", "--cacheinfo", f"160000,{'1' * 40},lib/inner")
    with pytest.raises(SetupError, match="submodule"):
        staged(repository).scan()
    git(repository, "reset", "-q", "--hard")
    git(repository, "submodule", "deinit", "-q", "-f", "lib/inner")
    assert texts(staged(repository)) == {"a.md": "x\n"}


def test_bytes_that_are_no_text_and_names_that_are_no_utf8(repository, staged):
    name = b"caf\xe9.md"
    try:
        with open(os.path.join(os.fsencode(repository), name), "wb") as file:
            file.write(b"\xff")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    git(repository, "add", ".")
    files = staged(repository)
    [path] = files.scan().files
    assert os.fsencode(path) == name
    assert files.read(path).problem.rule == "encoding"


def test_what_is_not_staged_is_gone_and_what_is_too_large_is_refused(repository, staged):
    (repository / "a.md").write_text("x" * 10)
    git(repository, "add", ".")
    files = staged(repository)
    files.scan()
    with pytest.raises(Gone):
        files.read("b.md")
    with pytest.raises(OSError, match="larger"):
        files.read_bytes("a.md", 9)
    assert files.read_bytes("a.md", 10) == b"x" * 10


def test_without_a_repository_or_without_git_one_sentence_says_so(tmp_path, monkeypatch):
    with pytest.raises(SetupError, match="not a git repository"):
        Staged(str(tmp_path)).scan()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SetupError, match="git is not installed"):
        Staged(str(tmp_path)).scan()


def test_the_size_of_what_is_no_note_is_that_of_what_is_staged(repository, staged):
    (repository / "a.md").write_text("words")
    for name in ("pier.png", "same.png"):
        (repository / name).write_bytes(b"x" * 300)
    (repository / "empty.png").write_bytes(b"")
    git(repository, "add", ".")
    (repository / "pier.png").write_bytes(b"x")
    listing = staged(repository).scan()
    sizes = {path: state.size for path, state in listing.files.items() if not path.endswith(".md")}
    assert sizes == {"pier.png": 300, "same.png": 300, "empty.png": 0}
