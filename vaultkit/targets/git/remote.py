"""Fetching and pushing, from a bare repository of our own: what another repository configures has no say in it.

The objects of a repository on this machine are borrowed for the push. Its address is never an argument (other people of
the machine could read what it tells), and only transports that git itself has are allowed.
"""

from __future__ import annotations

import os
import re

from vaultkit.errors import SetupError, TargetError
from vaultkit.publish.manifest import digest_of
from vaultkit.publish.process import Done
from vaultkit.targets.git.repository import (
    Repository,
    call,
    environment,
    git,
    take_over,
    without_password,
    words,
)

_SECONDS = 300
_SCHEMES = ("https", "http", "ssh", "git", "file")
_OF_THE_USER = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH")
_GIT = (
    "git",
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "gc.autoDetach=false"),
)
_SHORT = re.compile(r"([\w.-]+@)?[\w.-]+:(?!:)")
_REFUSED = {
    "failed to update ref": "if nobody else is pushing there, remove the `.lock` file that a lost push left behind"
}
"""What to do about reasons that git gives."""
_REASON = re.compile(r"^!\t[^\t]*\t\[([^\]]*)\] ?\(?([^)\n]*)", re.MULTILINE)


class Rejected(TargetError):
    """The branch there has commits that we do not know."""


def is_address(text: str, vault: str) -> bool:
    """Whether a repository is named by an address, and not by a path seen from the vault."""
    return "::" in text or "://" in text or bool(_SHORT.match(text) and not os.path.exists(os.path.join(vault, text)))


def checked(address: str) -> str:
    """An address that git can be given. Raises SetupError for one that would make git run something."""
    scheme = address.partition("://")[0] if "://" in address else ""
    odd = address.startswith("-") or "::" in address or not address.isprintable()
    if odd or (scheme and scheme.lower() not in _SCHEMES):
        do = f"an address starts with {', '.join(f'`{name}://`' for name in _SCHEMES)}, or is written `host:path`"
        raise SetupError("this address of a repository is not used", where=without_password(address), do=do)
    return address


class Remote:
    """A repository somewhere, by its address. `home` is a folder of ours, "" as long as nothing is to be done."""

    def __init__(self, address: str, home: str, name: str = "", headers: tuple[tuple[str, str], ...] = ()) -> None:
        self.shown = without_password(address)
        self.name = name
        self._address = address
        self._headers = headers
        self._folder = os.path.join(home, "git")
        self._note = os.path.join(home, "pushed")

    @classmethod
    def of(cls, repository: Repository, wanted: str, home: str) -> Remote:
        """What a repository calls by a name, or an address. Raises SetupError."""
        top = repository.folder.removesuffix(f"{os.sep}.git")
        if is_address(wanted, top):
            return cls(checked(wanted), home)
        known = re.fullmatch(r"[\w][\w./-]*", wanted) and (
            repository.setting(f"remote.{wanted}.pushurl") or repository.setting(f"remote.{wanted}.url")
        )
        if not known:
            do = "`git remote -v` lists what there is, `git remote add` adds one; or write its address"
            raise SetupError(f"there is no remote `{wanted}`", where=top, do=do)
        address = checked(known)
        if not is_address(address, top):
            address = os.path.normpath(os.path.join(top, address))
        return cls(address, home, wanted, _headers(repository))

    def existing(self) -> Repository | None:
        """Our own repository, if it was made."""
        return Repository(self._folder, "sha1") if os.path.exists(os.path.join(self._folder, "HEAD")) else None

    def own(self, kind: str = "sha1") -> Repository:
        """Our own repository, made when it is missing. Raises TargetError."""
        done = git(
            os.path.dirname(self._folder),
            *("init", "--quiet", "--bare", "--template="),
            *(() if kind == "sha1" else (f"--object-format={kind}",)),
            self._folder,
        )
        if done.code:
            raise TargetError(f"git cannot work here: {words(done)}", where=self._folder)
        return Repository(self._folder, kind)

    def last(self, branch: str) -> str:
        """The commit that was last seen at a branch there, "" when none was."""
        try:
            with open(self._note, encoding="ascii") as file:
                where, _, commit = file.read().strip().partition(" ")
        except (OSError, UnicodeError):
            return ""
        return commit if where == self._mark(branch) else ""

    def fetch(self, branch: str) -> str | None:
        """Fetch a branch (its last commit alone), and return that; None when there is no such branch.

        Raises TargetError when the remote cannot be asked.
        """
        own, ref, commit = self.own(), f"refs/heads/{branch}", self._tip(branch)
        if commit and own.says("cat-file", "-t", commit) != "commit":
            how = ("--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
            self._must("fetch", *how, "origin", f"+{ref}:{ref}")
        return commit

    def fetch_for(self, branch: str, borrower: Repository, *, shallow: bool) -> str | None:
        """Fetch a branch into another repository of this machine, where no branch moves by it, and return its last
        commit; None when there is no such branch. `shallow`: of a repository that knows no more of its own history
        either, the last commit alone. Raises TargetError."""
        own, commit = self.own(borrower.hash), self._tip(branch)
        if not commit or borrower.says("cat-file", "-t", commit) == "commit":
            return commit
        how, ref = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"), f"refs/heads/{branch}"
        cut = borrower.is_shallow
        depth = ("--depth=1",) if cut and shallow else ("--unshallow",) if own.is_shallow and not cut else ()
        self._must("fetch", *how, *depth, "origin", f"+{ref}:{ref}")
        done = take_over(borrower, self._folder, *how, *(("--update-shallow",) if cut else ()), commit=ref)
        if done.code:
            raise TargetError(f"git cannot take over the branch `{branch}`: {words(done)}", where=borrower.folder)
        return commit

    def _tip(self, branch: str) -> str | None:
        row = os.fsdecode(self._must("ls-remote", "origin", f"refs/heads/{branch}")).partition("\n")[0]
        return row.partition("\t")[0] or None

    def push(self, commit: str, branch: str, lender: Repository | None) -> None:
        """Let a branch there move forward to a commit, of ours or of the lender.

        Raises Rejected when it does not lead forward, TargetError when the remote refuses or cannot be reached.
        """
        self.own(lender.hash if lender else "sha1")
        how = ("--quiet", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no")
        done = self._run(("push", *how, "origin", f"{commit}:refs/heads/{branch}"), lender)
        found = _REASON.search(done.out.decode("utf-8", "replace"))
        if found and found[1] == "rejected":
            raise Rejected(found[2], where=self.shown)
        if found:
            do = _REFUSED.get(found[2], "is the branch protected, or is there a rule about who may push?")
            raise TargetError(f"the remote refuses `{branch}`: {found[2]}", where=self.shown, do=do)
        if done.code:
            raise self._unreachable(done)
        self.remember(branch, commit)

    def remember(self, branch: str, commit: str) -> None:
        """A branch there stands at a commit."""
        with open(self._note + ".tmp", "w", encoding="ascii") as file:
            file.write(f"{self._mark(branch)} {commit}\n")
        os.rename(file.name, self._note)

    def _mark(self, branch: str) -> str:
        return digest_of(f"{self._address}\n{branch}".encode("utf-8", "surrogateescape"))

    def _must(self, *arguments: str) -> bytes:
        done = self._run(arguments, None)
        if done.code:
            raise self._unreachable(done)
        return done.out

    def _unreachable(self, done: Done) -> TargetError:
        do = "git asks nobody here: see whether `git ls-remote` works without a question; the next publish tries again"
        return TargetError(f"the remote repository cannot be used: {words(done)}", where=self.shown, do=do)

    def _run(self, arguments: tuple[str, ...], lender: Repository | None) -> Done:
        settings = (("remote.origin.url", self._address), *self._headers)
        variables = environment(
            _OF_THE_USER,
            GIT_ALLOW_PROTOCOL=":".join(_SCHEMES),
            GIT_CONFIG_COUNT=str(len(settings)),
            **{f"GIT_CONFIG_KEY_{number}": key for number, (key, _) in enumerate(settings)},
            **{f"GIT_CONFIG_VALUE_{number}": value for number, (_, value) in enumerate(settings)},
        )
        if lender:
            variables["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = os.path.join(lender.folder, "objects")
        return call((*_GIT, *arguments), self._folder, variables, (), _SECONDS)


def _headers(repository: Repository) -> tuple[tuple[str, str], ...]:
    """What build servers write into a repository so that it may be pushed: headers, which run nothing."""
    done = repository.ask("config", "--local", "--includes", "-z", "--get-regexp", r"^http\..*extraheader$")
    rows = (row.partition("\n") for row in os.fsdecode(done.out).split("\0") if row)
    return tuple((key, value) for key, _, value in rows)
