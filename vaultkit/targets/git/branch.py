"""A branch that gets commits: one of a repository on this machine, or one that is only reached by an address."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Protocol

from vaultkit.errors import SetupError, TargetError
from vaultkit.targets.git.remote import Rejected, Remote, checked, is_address
from vaultkit.targets.git.repository import Repository, git, open_repository, words
from vaultkit.targets.git.tree import Tip, read_tip

if TYPE_CHECKING:
    from vaultkit.targets.git import GitOptions

_STALE = 2
"""Seconds after which a lock that a run of ours left behind is taken away."""


class Moved(TargetError):
    """Somebody else moved the branch after it was looked at."""


class Branch(Protocol):
    """Where commits go. `shown` says to a person in which repository, `pushes` whether other machines are asked,
    `is_pushed` whether these have what is known here, as far as this machine knows."""

    name: str
    shown: str
    pushes: bool

    @property
    def is_pushed(self) -> bool: ...

    @property
    def repository(self) -> Repository:
        """Where commits are made."""
        ...

    def check(self) -> None:
        """Raise SetupError when the branch cannot get commits."""
        ...

    def known(self, folder: str) -> Tip | None:
        """The branch as this machine knows it, None when it does not."""
        ...

    def fresh(self, folder: str) -> Tip:
        """The branch as it is now. Raises TargetError."""
        ...

    def settle(self, old: str | None, new: str) -> None:
        """Move the branch, which stands at `old`, there first and then here. Raises Moved when it does not, TargetError
        when it cannot be."""
        ...

    def pushed(self) -> tuple[str, ...]:
        """Push what was not pushed yet, and tell what was pushed. Raises TargetError."""
        ...


def branch_of(options: GitOptions, vault: str, home: str) -> Branch:
    """The branch that the options name. `vault` is the vault's root, `home` a folder of ours. Raises SetupError."""
    name = options.branch
    if name.startswith("-") or git(".", "check-ref-format", f"refs/heads/{name}").code:
        raise SetupError(f"`{name}` cannot be the name of a branch", do="`gh-pages` is one")
    if any(part in ("", ".", "..", ".git") for part in options.folder.strip("/").lower().split("/")) and options.folder:
        raise SetupError(f"`{options.folder}` is no folder in a repository", do="write it as `docs` or `content/notes`")
    if is_address(options.repository, vault):
        return ThereBranch(Remote(checked(options.repository), home), name)
    repository = open_repository(options.repository, vault)
    remote = Remote.of(repository, options.push, home) if options.push else None
    return HereBranch(repository, name, home, remote)


class HereBranch:
    """A branch of a repository on this machine, pushed on if there is a remote."""

    def __init__(self, repository: Repository, name: str, home: str, remote: Remote | None) -> None:
        self.repository = repository
        self.name = name
        self.shown = _shown(repository.folder)
        self.pushes = remote is not None
        self._remote = remote
        self._sent = ""
        self._note = os.path.join(home, "moving")
        self._lock = os.path.join(repository.folder, "refs", "heads", *f"{name}.lock".split("/"))

    def check(self) -> None:
        where = self.repository.checked_out(self.name)
        if where is not None:
            raise SetupError(
                f"the branch `{self.name}` is checked out here, and its files would seem to be changed",
                where=where,
                do="publish to a branch of its own, or name the repository by its address: then a commit is pushed",
            )
        other = self.repository.says("symbolic-ref", "--quiet", f"refs/heads/{self.name}")
        if other:
            raise SetupError(
                f"the branch `{self.name}` is only another name of `{other.removeprefix('refs/heads/')}`",
                where=self.shown,
                do="publish to a branch of its own",
            )

    def known(self, folder: str) -> Tip:
        return read_tip(self.repository, self.repository.tip(self.name), folder, f"`{self.name}` of {self.shown}")

    @property
    def is_pushed(self) -> bool:
        tip = self.repository.tip(self.name)
        return not self._remote or not tip or self._remote.last(self.name) == tip

    def fresh(self, folder: str) -> Tip:
        """The branch, after it went forward to where it stands at the remote. Raises TargetError where each of the two
        has what the other has not."""
        if self._remote:
            self._catch_up(self._remote)
        return self.known(folder)

    def _catch_up(self, remote: Remote) -> None:
        here = self.repository.tip(self.name)
        there = remote.fetch_for(self.name, self.repository, shallow=not here)
        if there is None or (here and here != there and self._leads(there, here)):
            return
        if here and not self._leads(here, there):
            raise TargetError(
                f"`{self.name}` has commits here that the remote has not, and the remote has others",
                where=self.shown,
                do=f"bring them together, or let go of those that are here: `git branch -D {self.name}`",
            )
        if here != there:
            self.check()
            self._move(here, there)
        remote.remember(self.name, there)

    def _leads(self, old: str, new: str) -> bool:
        """Whether a commit is the other one, or one of its ancestors."""
        return self.repository.ask("merge-base", "--is-ancestor", old, new).code == 0

    def settle(self, old: str | None, new: str) -> None:
        """Push first: what the remote does not take is made anew, upon what it has. So nothing waits here that was
        never pushed."""
        self.check()
        if self._remote:
            self._push(self._remote, new)
        self._move(old, new)

    def _push(self, remote: Remote, commit: str) -> None:
        try:
            remote.push(commit, self.name, self.repository)
        except Rejected as error:
            what = f"somebody else moved the branch `{self.name}` just now: {error.what}"
            raise Moved(what, where=remote.shown, do="publish again") from error
        self._sent = f"pushed `{self.name}` to {remote.shown}"

    def _move(self, old: str | None, new: str) -> None:
        """Move it by comparison and swap. What is in `_note` is about to happen: a lock that a killed run left behind
        is known by it."""
        self._take_away_lock()
        with open(self._note, "w", encoding="ascii") as file:
            file.write(f"{new}\n")
        nothing = "0" * len(new)
        done = self.repository.ask(
            "update-ref", "-m", "vaultkit publish", f"refs/heads/{self.name}", new, old or nothing
        )
        os.unlink(self._note)
        if done.code == 0:
            return
        if self.repository.tip(self.name) != old:
            raise Moved(f"somebody else moved the branch `{self.name}` just now", where=self.shown, do="publish again")
        raise TargetError(f"the branch `{self.name}` cannot be moved: {words(done)}", where=self.shown)

    def _take_away_lock(self) -> None:
        """A run that was killed while git moved the branch leaves git's lock behind."""
        try:
            with open(self._note, "rb") as file:
                meant = file.read()
            if _read(self._lock) in (b"", meant):
                time.sleep(_STALE)
                if _read(self._lock) in (b"", meant):
                    os.unlink(self._lock)
        except FileNotFoundError:
            return

    def pushed(self) -> tuple[str, ...]:
        commit = self.repository.tip(self.name)
        if self._remote and commit and not self.is_pushed:
            self._push(self._remote, commit)
        return (self._sent,) if self._sent else ()


class ThereBranch:
    """A branch of a repository that is only reached by an address. It is fetched into a folder of ours, and a commit is
    pushed."""

    pushes = True
    is_pushed = True

    def __init__(self, remote: Remote, name: str) -> None:
        self.name = name
        self.shown = remote.shown
        self._remote = remote

    @property
    def repository(self) -> Repository:
        return self._remote.own()

    def check(self) -> None:
        git(".", "version")

    def known(self, folder: str) -> Tip | None:
        last = self._remote.last(self.name)
        own = self._remote.existing()
        if not own or not last or own.says("cat-file", "-t", last) != "commit":
            return None
        return read_tip(own, last, folder, f"`{self.name}` of {self.shown}")

    def fresh(self, folder: str) -> Tip:
        commit = self._remote.fetch(self.name)
        return read_tip(self.repository, commit, folder, f"`{self.name}` of {self.shown}")

    def settle(self, old: str | None, new: str) -> None:
        try:
            self._remote.push(new, self.name, None)
        except Rejected as error:
            what = f"somebody else moved the branch `{self.name}` just now: {error.what}"
            raise Moved(what, where=self.shown, do="publish again") from error

    def pushed(self) -> tuple[str, ...]:
        return ()


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _shown(folder: str) -> str:
    """A repository as people call it: the folder that it is the history of."""
    return folder.removesuffix(f"{os.sep}.git")
