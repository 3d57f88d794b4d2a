"""Which files changed since a commit of git: on a branch since it parted from another, what is not committed included.

Git's own comparison of the files with its index would run the filters that the repository configures. So git tells
only what it holds, and the notes are compared with that here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from hashlib import sha1, sha256

from vaultkit.errors import SetupError
from vaultkit.index.file_kinds import is_note
from vaultkit.model.note import NotePath
from vaultkit.vault.files import MAX_BYTES, Gone, Vault
from vaultkit.vault.git import FILES, Git

_WHOLE = "`git fetch --unshallow` fetches the rest; GitHub's checkout takes `fetch-depth: 0`, GitLab `GIT_DEPTH: 0`"


def changed_since(root: str, revision: str, staged: bool = False) -> frozenset[NotePath]:
    """The paths below `root` that are not what they were where HEAD and `revision` parted; deleted ones are left out.

    A submodule or a repository in the folder is one path. `staged`: in the index; otherwise on the disk, with the files
    that git does not know yet and does not ignore (of the files that it knows, only notes are looked at). Raises
    SetupError when git does not know the revision.
    """
    git = Git(root, "what changed")
    base = _parting(git, revision)
    if staged:
        return frozenset(git.changed(base))
    others = {NotePath(name.rstrip("/")) for name in git.rows("ls-files", "-z", "--others", "--exclude-standard")}
    return frozenset(git.changed("--ita-visible-in-index", base) | others | set(_not_as_staged(git, root)))


def _parting(git: Git, revision: str) -> str:
    git.ask("rev-parse", "--is-inside-work-tree")
    shallow = git.says("rev-parse", "--is-shallow-repository") == "true"
    if not git.says("rev-parse", "--verify", "--quiet", "HEAD^{commit}"):
        raise SetupError("nothing is committed here yet", where="--changed-since", do="check without it, or --staged")
    if revision.startswith("-") or not (commit := git.says("rev-parse", "--verify", "--quiet", revision + "^{commit}")):
        raise SetupError(
            f"git knows no commit `{revision}`", where="--changed-since", do=_known(git, revision, shallow)
        )
    base = git.says("merge-base", commit, "HEAD")
    if base is None:
        why = ", because this clone holds only the last commits" if shallow else ": they have no commit in common"
        do = _WHOLE if shallow else "name a commit that HEAD comes from"
        raise SetupError(f"git does not know where `{revision}` and HEAD parted{why}", where="--changed-since", do=do)
    return base


def _known(git: Git, revision: str, shallow: bool) -> str:
    refs = (
        git.says("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes") or ""
    ).split()
    near = [name for name in refs if name.rpartition("/")[2] == revision] or difflib.get_close_matches(
        revision, refs, 1
    )
    if near:
        return f"did you mean `{near[0]}`?"
    return f"this clone holds only the last commits: {_WHOLE}" if shallow else "`git fetch` gets what is elsewhere"


def _not_as_staged(git: Git, root: str) -> Iterator[NotePath]:
    """The notes on the disk that are not what the index holds."""
    vault = Vault(root)
    try:
        for row in git.rows("ls-files", "--stage", "-z", "--", "."):
            state, _, name = row.partition("\t")
            mode, digest, _ = state.split(" ")
            if is_note(name) and mode in FILES and not _holds(vault, NotePath(name), digest):
                yield NotePath(name)
    finally:
        vault.close()


def _holds(vault: Vault, path: NotePath, digest: str) -> bool:
    """Whether a file is a git object, by its name, as it is or with other line ends; what is not there is no change."""
    try:
        data = vault.read_bytes(path, MAX_BYTES)
    except Gone:
        return True
    except OSError:
        return False
    return _named(data, digest) or (b"\r\n" in data and _named(data.replace(b"\r\n", b"\n"), digest))


def _named(data: bytes, digest: str) -> bool:
    hashed = sha1 if len(digest) == 40 else sha256
    return hashed(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == digest
