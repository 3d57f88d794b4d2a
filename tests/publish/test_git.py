"""The git target, in real repositories."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gits import HOSTILE, commit, git, make_hostile, write
from publish.deliveries import Sender
from publish.vaults import fresh_site, public
from vaultkit.errors import SetupError, TargetError
from vaultkit.publish.ledger import LEDGER
from vaultkit.targets.git import git as place

PAGES = {"index.html": "home\r\n", "a/b.html": "b", "assets/é.png": b"\x89PNG\r\n\x00\xff"}


@pytest.fixture
def vault(tmp_path):
    """A vault that is a repository with something staged, something changed and something new."""
    folder = tmp_path / "vault"
    folder.mkdir()
    git(folder, "init", "-q")
    write(folder, Note="one", Other="two")
    commit(folder)
    write(folder, Note="staged")
    git(folder, "add", "Note.md")
    write(folder, Note="changed", New="new")
    return folder


def sender(vault, **options):
    return Sender(place, vault.parent, "git", vault, **options)


def there(repository, branch="gh-pages"):
    """The files of a branch by path, what vaultkit keeps there for itself left out."""
    names = git(repository, "ls-tree", "-r", "-z", "--name-only", branch).split("\0")
    found = {}
    for name in filter(None, names):
        shown = subprocess.run(["git", "show", f"{branch}:{name}"], cwd=repository, check=True, capture_output=True)
        found[name] = shown.stdout
    found.pop(LEDGER, None)
    return found


def as_bytes(files):
    return {path: item.encode() if isinstance(item, str) else item for path, item in files.items()}


def state(repository):
    """All of a work tree that a person sees: files, index, HEAD."""
    files = {
        str(path.relative_to(repository)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in repository.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
    return files, (repository / ".git/index").read_bytes(), (repository / ".git/HEAD").read_text()


def count(repository, branch="gh-pages"):
    return int(git(repository, "rev-list", "--count", branch))


# What is committed ------------------------------------------------------------------------------------------------


def test_every_byte_is_on_the_branch_and_nothing_else_has_changed(vault):
    git(vault, "config", "core.autocrlf", "true")
    before = state(vault)
    told = sender(vault).send(PAGES)
    assert there(vault) == {**as_bytes(PAGES), ".nojekyll": b""}
    assert state(vault) == before
    assert told == (f"committed to `gh-pages` of {vault}: 4 files added",)
    assert git(vault, "fsck", "--strict") == ""
    assert git(vault, "for-each-ref", "--format=%(refname)").split() == ["refs/heads/gh-pages", "refs/heads/main"]


def test_without_a_change_there_is_no_commit(vault):
    site = sender(vault)
    site.send(PAGES)
    assert site.send(PAGES) == ()
    assert count(vault) == 1


def test_what_changed_was_added_and_went_is_told_and_done(vault):
    site = sender(vault)
    site.send(PAGES)
    after = {"index.html": "other", "c.html": "c", "assets/é.png": PAGES["assets/é.png"]}
    assert site.foresee(after) == (
        f"would commit to `gh-pages` of {vault}: 1 file added, 1 file changed, 1 file deleted",
    )
    assert count(vault) == 1
    told = site.send(after)
    assert told == (f"committed to `gh-pages` of {vault}: 1 file added, 1 file changed, 1 file deleted",)
    assert there(vault) == {**as_bytes(after), ".nojekyll": b""}
    assert count(vault) == 2


def test_a_folder_where_a_file_was(vault):
    site = sender(vault)
    site.send({"a": "file", "b/c": "below"})
    site.send({})
    site.send({"a/x": "below", "b": "file"})
    assert there(vault) == {"a/x": b"below", "b": b"file", ".nojekyll": b""}


def test_the_files_of_github_pages(vault):
    site = sender(vault, cname="notes.example.org", nojekyll=False)
    site.send(PAGES)
    assert there(vault) == {**as_bytes(PAGES), "CNAME": b"notes.example.org\n"}
    sender(vault).send(PAGES)
    assert there(vault) == {**as_bytes(PAGES), ".nojekyll": b""}


def test_files_of_others_stay_and_are_never_replaced(vault):
    git(vault, "checkout", "-q", "-b", "gh-pages")
    write(vault, README="mine")
    (vault / "index.html").write_text("mine")
    (vault / "docs").symlink_to("..")
    commit(vault)
    git(vault, "checkout", "-q", "main")
    tip = git(vault, "rev-parse", "gh-pages")
    site = sender(vault)
    with pytest.raises(TargetError, match="there is not what vaultkit brought, so nothing was changed"):
        site.send(PAGES)
    with pytest.raises(TargetError, match="`index"):
        site.foresee(PAGES)
    with pytest.raises(TargetError, match="`docs` there is not"):
        site.send({"docs/x.html": "x"})
    assert git(vault, "rev-parse", "gh-pages") == tip
    site.send(PAGES, force=True)
    assert there(vault)["index.html"] == b"home\r\n"
    assert there(vault)["README.md"] == b"mine"
    assert git(vault, "ls-tree", "gh-pages", "docs").startswith("120000 ")
    site.send({})
    assert there(vault).keys() >= {"README.md", "Note.md"}
    assert "index.html" not in there(vault)


def test_what_somebody_edited_on_the_branch_is_kept(vault, tmp_path):
    site = sender(vault)
    site.send(PAGES)
    git(tmp_path, "clone", "-q", "-b", "gh-pages", str(vault), "clone")
    (tmp_path / "clone/index.html").write_text("edited")
    commit(tmp_path / "clone")
    git(tmp_path / "clone", "push", "-q")
    for wanted in ({**PAGES, "index.html": "new"}, {"a/b.html": "b"}):
        with pytest.raises(TargetError, match="there is not what vaultkit brought"):
            site.send(wanted)
    assert there(vault)["index.html"] == b"edited"
    site.send({"a/b.html": "b"}, force=True)
    assert there(vault) == {"a/b.html": b"b", ".nojekyll": b""}


def test_the_same_file_by_somebody_else_becomes_ours(vault):
    git(vault, "checkout", "-q", "-b", "gh-pages")
    (vault / "CNAME").write_text("notes.example.org\n")
    commit(vault)
    git(vault, "checkout", "-q", "main")
    site = sender(vault, cname="notes.example.org")
    assert site.foresee({})[0].endswith("1 file added")
    site.send({})
    sender(vault).send({})
    assert "CNAME" not in there(vault)


def test_a_folder_of_the_repository(vault):
    site = sender(vault, folder="docs/site", branch="pages/one")
    site.send({"a.html": "a", "b.html": "b"})
    site.send({"a.html": "a"})
    assert set(there(vault, "pages/one")) == {"docs/site/a.html", "docs/site/.nojekyll", f"docs/site/{LEDGER}"}


@pytest.mark.parametrize("folder", ["docs", "docs/notes"])
def test_what_stands_where_the_folder_should_be_is_not_replaced(vault, folder):
    git(vault, "checkout", "-q", "--orphan", "gh-pages")
    (vault / "docs").write_text("mine")
    git(vault, "add", "docs")
    commit(vault)
    git(vault, "checkout", "-q", "-f", "--detach")
    site = sender(vault, folder=folder)
    for act in (site.send, site.foresee):
        with pytest.raises(TargetError, match="`docs` there is not what vaultkit brought, so nothing was changed"):
            act(PAGES)
    assert there(vault)["docs"] == b"mine"
    site.send(PAGES, force=True)
    assert f"{folder}/index.html" in there(vault)


def test_a_damaged_record_deletes_nothing(vault, tmp_path):
    site = sender(vault)
    site.send(PAGES)
    git(tmp_path, "clone", "-q", "-b", "gh-pages", str(vault), "clone")
    for text in ("", "{}", '{"vaultkit":1,"files":{"a":1}}', "[]"):
        (tmp_path / "clone" / LEDGER).write_text(text)
        commit(tmp_path / "clone")
        git(tmp_path / "clone", "push", "-q")
        with pytest.raises(TargetError, match="the record of what was brought here is damaged"):
            site.send({})
    assert there(vault).keys() >= PAGES.keys()


def test_a_file_that_was_edited_in_the_local_folder_is_not_brought(vault):
    site = sender(vault)
    site.send(PAGES)
    plan = site.published({**PAGES, "new.html": "new"})
    Path(site.output, "new.html").write_text("private words")
    with pytest.raises(TargetError, match="not as it was published"):
        site.place.deliver(site.delivery(plan), site.config)
    assert "new.html" not in there(vault) and count(vault) == 1


# Who, and what is said --------------------------------------------------------------------------------------------


def test_the_message_tells_numbers_and_no_names(vault):
    site = fresh_site(place=place, target={"kind": "git", "repository": str(vault)})
    site.publish({"A.md": public("A"), "B.md": public("B"), "Zanzibar plan.md": "private"})
    site.publish({"A.md": public("A FAILS"), "C.md": public("C"), "Zanzibar plan.md": "private"})
    body = git(vault, "log", "-1", "--format=%B", "gh-pages")
    assert body.startswith("Publish 2 notes\n\n1 new, 1 changed, 1 held at the last good version, 1 withdrawn.\n")
    everything = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch"], cwd=vault, check=True, capture_output=True
    ).stdout
    assert b"Zanzibar" not in everything and b"private" not in everything
    assert b"<p>A</p>" in everything


def test_the_author_is_who_git_says_or_vaultkit(vault, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    site = sender(vault, message="Notes [skip ci]")
    site.send({"a": "1"})
    git(vault, "config", "user.name", "A <Reader>\nx")
    git(vault, "config", "user.email", "reader@example.org")
    site.send({"a": "2"})
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Robot")
    site.send({"a": "3"})
    assert git(vault, "log", "--format=%an <%ae> %cn %s", "gh-pages").splitlines() == [
        "A Readerx <reader@example.org> Robot Notes [skip ci]",
        "A Readerx <reader@example.org> A Readerx Notes [skip ci]",
        "vaultkit <vaultkit@localhost> vaultkit Notes [skip ci]",
    ]


# Hostile surroundings ---------------------------------------------------------------------------------------------

HOOKS = ("reference-transaction", "pre-push", "post-commit", "pre-auto-gc", "post-rewrite", "push-to-checkout")
MORE = ("core.askPass", "credential.helper", "gpg.program", "core.gitProxy", "core.alternateRefsCommand")


def make_evil(repository):
    make_hostile(repository)
    for key in (*HOSTILE, *MORE):
        git(repository, "config", key, f"!touch {repository}/ran #" if "helper" in key else f"touch {repository}/ran #")
    for name in HOOKS:
        hook = repository / ".git/hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {repository}/ran\n")
        hook.chmod(0o755)
    for key, value in (("protocol.ext.allow", "always"), ("commit.gpgSign", "true"), ("push.gpgSign", "if-asked")):
        git(repository, "config", key, value)
    git(repository, "config", "remote.evil.url", f"ext::sh -c 'touch {repository}/ran'")
    git(repository, "config", f"url.ext::touch {repository}/ran #.insteadOf", "https://")


def test_nothing_that_the_repository_configures_is_run(vault, tmp_path):
    git(tmp_path, "init", "-q", "--bare", "remote.git")
    git(vault, "remote", "add", "origin", str(tmp_path / "remote.git"))
    make_evil(vault)
    git(vault, "config", "remote.origin.receivepack", f"touch {vault}/ran; git-receive-pack")
    git(vault, "config", "remote.origin.uploadpack", f"touch {vault}/ran; git-upload-pack")
    told = sender(vault, push="origin").send(PAGES)
    assert told[1] == f"pushed `gh-pages` to {tmp_path}/remote.git"
    assert not (vault / "ran").exists()
    assert there(tmp_path / "remote.git") == there(vault) == {**as_bytes(PAGES), ".nojekyll": b""}
    for push in ("evil", "ext::sh -c touch% ran", "--upload-pack=touch ran", "https://127.0.0.1:1/x"):
        with pytest.raises((SetupError, TargetError)):
            sender(vault, push=push).send({"push": push})
    assert not (vault / "ran").exists()


def test_the_variables_of_a_hook_have_no_say(vault, tmp_path, monkeypatch):
    git(tmp_path, "init", "-q", "other")
    for key, value in {
        "GIT_DIR": tmp_path / "other/.git",
        "GIT_INDEX_FILE": tmp_path / "other/.git/index",
        "GIT_WORK_TREE": tmp_path / "other",
        "GIT_OBJECT_DIRECTORY": tmp_path / "other/.git/objects",
        "GIT_CONFIG_COUNT": "nonsense",
        "GIT_NAMESPACE": "x",
        "GIT_QUARANTINE_PATH": "x",
    }.items():
        monkeypatch.setenv(key, str(value))
    sender(vault).send(PAGES)
    monkeypatch.undo()
    assert there(vault) == {**as_bytes(PAGES), ".nojekyll": b""}
    assert git(tmp_path / "other", "for-each-ref") == ""


# Set-ups that cannot be used --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"branch": "--force"}, "cannot be the name of a branch"),
        ({"branch": "a..b"}, "cannot be the name of a branch"),
        ({"branch": ""}, "cannot be the name of a branch"),
        ({"branch": "main"}, "the branch `main` is checked out here"),
        ({"folder": "../x"}, "is no folder in a repository"),
        ({"folder": "a/.git/hooks"}, "is no folder in a repository"),
        ({"repository": "nowhere"}, "there is no such repository"),
        ({"repository": ".."}, "this is no git repository that can be used: not a git repository"),
        ({"repository": "ext::sh -c true"}, "this address of a repository is not used"),
        ({"repository": "foo://x/y"}, "this address of a repository is not used"),
        ({"push": "origin"}, "there is no remote `origin`"),
        ({"push": "-x"}, "there is no remote `-x`"),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_is_made(vault, options, message):
    with pytest.raises(SetupError, match=re.escape(message)):
        place.check(sender(vault, **options).config, str(vault))


def test_without_git_that_is_said(vault, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SetupError, match="git is not installed"):
        place.check(sender(vault).config, str(vault))


def test_a_branch_that_another_work_tree_has_is_refused(vault):
    git(vault, "worktree", "add", "-q", "-b", "gh-pages", "../tree")
    with pytest.raises(SetupError, match="is checked out here"):
        sender(vault).send(PAGES)


def test_a_branch_that_is_only_another_name_is_refused(vault):
    git(vault, "symbolic-ref", "refs/heads/gh-pages", "refs/heads/main")
    with pytest.raises(SetupError, match="only another name of `main`"):
        sender(vault).send(PAGES)


def test_detached_bare_submodule_and_linked_work_trees_are_fine(vault, tmp_path):
    git(vault, "checkout", "-q", "--detach")
    sender(vault).send({"a": "1"})
    git(tmp_path, "clone", "-q", "--bare", str(vault), "bare.git")
    sender(vault, repository="../bare.git", branch="p").send({"a": "2"})
    git(vault, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(tmp_path / "bare.git"), "sub")
    Sender(place, tmp_path / "2", "git", vault / "sub", branch="q").send({"a": "3"})
    git(vault, "worktree", "add", "-q", "--detach", "../tree")
    Sender(place, tmp_path / "3", "git", tmp_path / "tree", branch="r").send({"a": "4"})
    found = [there(vault), there(tmp_path / "bare.git", "p"), there(vault / "sub", "q"), there(vault, "r")]
    assert [item["a"] for item in found] == [b"1", b"2", b"3", b"4"]


def test_a_repository_of_sha256(tmp_path):
    git(tmp_path, "init", "-q", "--object-format=sha256", "vault")
    site = sender(tmp_path / "vault")
    site.send(PAGES)
    assert site.send(PAGES) == ()
    assert there(tmp_path / "vault") == {**as_bytes(PAGES), ".nojekyll": b""}


# Other machines ---------------------------------------------------------------------------------------------------


@pytest.fixture
def remote(vault):
    git(vault.parent, "init", "-q", "--bare", "remote.git")
    git(vault, "remote", "add", "origin", "../remote.git")
    return vault.parent / "remote.git"


def test_what_could_not_be_pushed_is_pushed_later(vault, remote):
    site = sender(vault, push="origin")
    remote.rename(remote.parent / "away.git")
    with pytest.raises(TargetError, match=r"the remote repository cannot be used: .* does not appear to be a git"):
        site.send(PAGES)
    assert git(vault, "for-each-ref", "refs/heads/gh-pages") == "", "what is here is there"
    assert site.foresee(PAGES) == (f"would commit to `gh-pages` of {vault}, and push it: 4 files added",)
    (remote.parent / "away.git").rename(remote)
    told = (f"committed to `gh-pages` of {vault}: 4 files added", f"pushed `gh-pages` to {remote}")
    assert site.send(PAGES) == told
    assert site.send(PAGES) == ()
    assert there(remote) == there(vault)


def somebody_else_pushes(remote, folder):
    git(folder, "clone", "-q", "-b", "gh-pages", str(remote), "clone")
    write(folder / "clone", Mine="mine")
    commit(folder / "clone")
    git(folder / "clone", "push", "-q")


def test_a_remote_that_went_on_is_gone_on_from(vault, remote, tmp_path):
    site = sender(vault, push="origin")
    site.send(PAGES)
    somebody_else_pushes(remote, tmp_path)
    site.send({"index.html": "new"})
    assert there(remote) == {"index.html": b"new", "Mine.md": b"mine", ".nojekyll": b""} == there(vault)
    assert count(remote) == count(vault) == 3
    somebody_else_pushes(remote, tmp_path / "vault")
    git(vault, "branch", "-q", "-D", "gh-pages")
    assert site.send({"index.html": "new"}) == ()
    assert count(vault) == 4, "nothing is to be done but to know of it"


def test_a_remote_that_went_on_elsewhere_is_never_forced(vault, remote, tmp_path):
    site = sender(vault, push="origin")
    site.send(PAGES)
    somebody_else_pushes(remote, tmp_path)
    sender(vault).send({"index.html": "committed here alone"})
    with pytest.raises(TargetError, match="has commits here that the remote has not, and the remote has") as caught:
        site.send({"index.html": "new"})
    assert "`git branch -D gh-pages`" in caught.value.do
    assert there(remote)["Mine.md"] == b"mine"
    git(vault, "branch", "-q", "-D", "gh-pages")
    site.send({"index.html": "new"})
    assert there(remote) == {"index.html": b"new", "Mine.md": b"mine", ".nojekyll": b""} == there(vault)


@pytest.mark.parametrize("depth", [(), ("--depth=1",)])
@pytest.mark.parametrize("keeps", [True, False])
def test_a_build_server_has_a_fresh_clone_each_time(vault, remote, tmp_path, depth, keeps):
    """With what it remembers of the last time, and without."""
    git(vault, "push", "-q", "origin", "HEAD:refs/heads/main")
    git(remote, "symbolic-ref", "HEAD", "refs/heads/main")
    for number, text in enumerate(("one", "two", "three")):
        clone = tmp_path / f"clone{number}"
        git(tmp_path, "clone", "-q", *depth, "--single-branch", f"file://{remote}", clone.name)
        where = tmp_path / ("state" if keeps else f"state{number}")
        site = Sender(place, where, "git", clone, push="origin")
        pages = {"index.html": text, f"{text}.html": text}
        assert site.send(pages)[-1] == f"pushed `gh-pages` to file://{remote}"
        assert there(remote) == as_bytes({**pages, ".nojekyll": ""})
        assert count(remote) == number + 1
        git(clone, "fsck", "--strict")


def test_a_whole_repository_does_not_become_shallow(vault, remote, tmp_path):
    """Our own repository is, after a fresh clone that was."""
    git(vault, "push", "-q", "origin", "HEAD:refs/heads/main")
    sender(vault, push="origin").send(PAGES)
    git(tmp_path, "clone", "-q", "--depth=1", "-b", "main", f"file://{remote}", "clone")
    site = Sender(place, tmp_path / "state", "git", tmp_path / "clone", push="origin")
    site.send({"index.html": "new"})
    git(tmp_path / "clone", "fetch", "-q", "--unshallow")
    git(tmp_path / "clone", "branch", "-q", "-D", "gh-pages")
    git(tmp_path / "clone", "-c", "gc.reflogExpire=now", "gc", "-q", "--prune=now")
    sender(vault, push="origin").send({"index.html": "newer"})
    site.send({"index.html": "newest"})
    assert git(tmp_path / "clone", "rev-parse", "--is-shallow-repository").strip() == "false"
    assert count(tmp_path / "clone") == count(remote) == 4


def test_a_repository_that_is_only_reached_by_an_address(vault, remote, tmp_path):
    site = sender(vault, repository=f"file://{remote}")
    assert site.foresee(PAGES) == (f"would look at `gh-pages` of file://{remote}, and commit there what is new",)
    assert site.send(PAGES) == (f"committed to `gh-pages` of file://{remote}: 4 files added",)
    git(tmp_path, "clone", "-q", "-b", "gh-pages", str(remote), "clone")
    write(tmp_path / "clone", Mine="mine")
    commit(tmp_path / "clone")
    git(tmp_path / "clone", "push", "-q")
    assert site.send(PAGES) == ()
    site.send({"index.html": "new"})
    assert there(remote) == {"index.html": b"new", "Mine.md": b"mine", ".nojekyll": b""}
    assert count(remote) == 3
    assert "gh-pages" not in git(vault, "branch", "--all")


def test_a_new_machine_goes_on_with_what_is_there(vault, remote, tmp_path):
    sender(vault, repository=f"file://{remote}").send(PAGES)
    other = Sender(place, tmp_path / "other", "git", vault, repository=f"file://{remote}")
    other.send({"index.html": "home\r\n"})
    assert there(remote) == {"index.html": b"home\r\n", ".nojekyll": b""}
    assert count(remote) == 2


def test_a_protected_branch_says_so(vault, remote):
    hook = remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    for options in ({"push": "origin"}, {"repository": f"file://{remote}"}):
        with pytest.raises(TargetError, match="the remote refuses `gh-pages`: pre-receive hook declined"):
            sender(vault, **options).send(PAGES)
    assert git(remote, "for-each-ref") == ""


def test_the_lock_of_a_push_that_was_lost_says_so(vault, remote):
    """Git takes it for that of a push that is under way, and so must we."""
    site = sender(vault, push="origin")
    site.send(PAGES)
    (remote / "refs/heads/gh-pages.lock").touch()
    with pytest.raises(TargetError, match="failed to update ref") as caught:
        site.send({"index.html": "new"})
    assert "`.lock` file" in caught.value.do
    (remote / "refs/heads/gh-pages.lock").unlink()
    site.send({"index.html": "new"})
    assert there(remote)["index.html"] == b"new"


def test_a_password_in_an_address_is_not_told(vault, monkeypatch):
    site = sender(vault, repository="https://me:s3cret@127.0.0.1:1/x.git")
    with pytest.raises(TargetError) as caught:
        site.send(PAGES)
    assert "s3cret" not in str(caught.value)
    assert caught.value.where == "https://127.0.0.1:1/x.git"


def test_an_address_of_ssh(vault, remote, monkeypatch, tmp_path):
    script = tmp_path / "ssh"
    script.write_text(f'#!/bin/sh\nfor last; do :; done\ncd {remote.parent} && eval "git ${{last#git-}}"\n')
    script.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(script))
    git(vault, "config", "core.sshCommand", f"touch {vault}/ran #")
    git(vault, "remote", "add", "far", "me@example.org:remote.git")
    assert sender(vault, push="far").send(PAGES)[1] == "pushed `gh-pages` to me@example.org:remote.git"
    assert there(remote) == there(vault)
    site = Sender(place, tmp_path / "2", "git", vault, repository="me@example.org:remote.git", branch="p")
    site.send({"a": "1"})
    assert there(remote, "p")["a"] == b"1"
    assert not (vault / "ran").exists()


def test_headers_of_a_build_server_are_sent_once_and_told_nobody(vault, tmp_path):
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            asked.append(self.headers.get_all("Authorization"))
            self.send_error(403)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}/x.git"
    (tmp_path / "included").write_text('[http "http://127.0.0.1/"]\n\textraheader = X-Other: 1\n')
    git(vault, "config", "include.path", str(tmp_path / "included"))
    git(vault, "config", f"http.{address}.extraheader", "Authorization: basic s3cret")
    git(vault, "remote", "add", "origin", address)
    with pytest.raises(TargetError, match="the remote repository cannot be used") as caught:
        sender(vault, push="origin").send(PAGES)
    server.shutdown()
    server.server_close()
    assert asked and all(found == ["basic s3cret"] for found in asked)
    assert "s3cret" not in str(caught.value)


def test_two_publishers_on_one_branch_lose_nothing(vault, tmp_path):
    script = (
        "import sys, os; from publish.deliveries import Sender; from vaultkit.targets.git import git\n"
        "who = sys.argv[2]; site = Sender(git, sys.argv[1] + '/' + who, 'git', sys.argv[1] + '/vault', folder=who)\n"
        "for n in range(5):\n"
        "    while True:\n"
        "        try: site.send({'n': str(n)}); break\n"
        "        except Exception as error:\n"
        "            if 'moved' not in str(error): raise\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    running = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path), who], env=environment) for who in ("a", "b")
    ]
    assert [process.wait() for process in running] == [0, 0]
    found = there(vault)
    assert (found["a/n"], found["b/n"]) == (b"4", b"4")
    assert count(vault) == 10


def test_a_lock_that_a_killed_run_left_behind_is_taken_away(vault):
    site = sender(vault)
    site.send({"a": "1"})
    lock = vault / ".git/refs/heads/gh-pages.lock"
    lock.write_text("")
    with pytest.raises(TargetError, match=r"cannot be moved: .*gh-pages.lock.: File exists"):
        site.send({"a": "2"})
    with pytest.raises(TargetError, match="cannot be moved"):
        site.send({"a": "2"})
    note = Path(site.delivery(None).home, "moving")
    note.write_text("1" * 40 + "\n")
    lock.write_text("1" * 40 + "\n")
    site.send({"a": "2"})
    assert there(vault)["a"] == b"2" and not lock.exists() and not note.exists()


def test_a_pack_that_a_killed_run_kept_is_let_go(vault, tmp_path, monkeypatch):
    """git marks the pack that it makes for as long as it runs, and refuses to make one that is marked."""
    monkeypatch.setattr("vaultkit.targets.git.commit.time.time", lambda: 1_700_000_000)
    many = {f"{number}.html": f"{number}\n" for number in range(110)}
    shutil.copytree(vault, tmp_path / "same/vault")
    sender(tmp_path / "same/vault").send(many)
    (pack,) = (tmp_path / "same/vault/.git/objects/pack").glob("*.pack")
    packs = vault / ".git/objects/pack"
    own, others = (packs / pack.name).with_suffix(".keep"), packs / "pack-1.keep"
    own.write_text("fast-import")
    others.write_text("")  # as who wants to keep a pack makes it
    sender(vault).send(many)
    assert (packs / pack.name).exists(), "the same pack"
    assert others.exists() and not own.exists()
    assert len(there(vault)) == 111


def test_the_record_names_what_was_brought(vault):
    sender(vault).send(PAGES)
    record = json.loads(git(vault, "show", f"gh-pages:{LEDGER}"))
    assert record["files"].keys() == {*PAGES, ".nojekyll"}
