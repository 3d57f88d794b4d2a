"""Git in a repository that may be hostile: hooks, monitors, filters, transports and helpers of its own are never run.

Only plumbing is used that has nothing to do with an index or a work tree. Arguments are ours or checked; git's
variables in the environment (a hook has them) are put aside, but for those that say who commits.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping

from vaultkit.errors import SetupError, TargetError
from vaultkit.model.record import NamedTuple
from vaultkit.publish.process import Done, run

_LOCAL_SECONDS = 600
_WHO = tuple(f"GIT_{who}_{what}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL"))
_OF_THE_USER = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH", *_WHO)
_QUIET = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1"}
_GIT = (
    "git",
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsync=objects,reference"),
    *("-c", "core.filesRefLockTimeout=2000"),
    *("-c", "gc.auto=0"),
)


def environment(kept: Iterable[str] = (), **more: str) -> dict[str, str]:
    """The environment for git: this one without git's variables, the user's own and the `kept` excepted."""
    names = {*_OF_THE_USER, *kept}
    plain = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in names}
    return plain | _QUIET | more


def words(done: Done) -> str:
    """Why git refused, in its own words, without passwords."""
    lines = [line.strip() for line in done.err.splitlines()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:"))] or [line for line in lines if line]
    text = re.sub(r"^(fatal|error): ", "", telling[0]) if telling else f"exit code {done.code}"
    return without_password(text)


def without_password(text: str) -> str:
    """A text with addresses that do not tell who may use them."""
    return re.sub(r"(?<=://)[^/@\s]*@", "", text)


class Repository(NamedTuple):
    """A repository: the folder that git keeps it in (a path), and the name of the hash that it uses."""

    folder: str
    hash: str

    def ask(self, *arguments: str, given: Iterable[bytes] = ()) -> Done:
        """Run git; nothing is fetched, whatever is missing."""
        return git(self.folder, *arguments, given=given)

    def says(self, *arguments: str) -> str | None:
        """A line that git answers with, None when it refuses."""
        done = self.ask(*arguments)
        return os.fsdecode(done.out).rstrip("\n") if done.code == 0 else None

    def must(self, *arguments: str, given: Iterable[bytes] = ()) -> bytes:
        """What git answers. Raises TargetError when it refuses."""
        done = self.ask(*arguments, given=given)
        if done.code:
            raise TargetError(f"git refuses: {words(done)}", where=self.folder)
        return done.out

    def tip(self, branch: str) -> str | None:
        """The commit that a branch stands at, None when there is no such branch."""
        return self.says("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}^{{commit}}")

    @property
    def is_shallow(self) -> bool:
        """Whether its history is cut off somewhere."""
        return self.says("rev-parse", "--is-shallow-repository") == "true"

    def setting(self, key: str) -> str:
        """What git's configuration says, of the user and of the repository; "" when nothing."""
        return self.says("config", "--get", key) or ""

    def checked_out(self, branch: str) -> str | None:
        """The folder of the work tree that a branch is checked out in, if there is one."""
        folder = ""
        for line in os.fsdecode(self.must("worktree", "list", "--porcelain")).split("\n"):
            if line.startswith("worktree "):
                folder = line.removeprefix("worktree ")
            if line == f"branch refs/heads/{branch}":
                return folder
        return None


def git(folder: str, *arguments: str, given: Iterable[bytes] = (), upward: bool = True) -> Done:
    """Run git in a folder. A repository is looked for above it too, unless `upward` forbids that.

    Raises SetupError when there is no git.
    """
    above = {} if upward else {"GIT_CEILING_DIRECTORIES": os.path.dirname(os.path.realpath(folder))}
    variables = environment(GIT_ALLOW_PROTOCOL="none", **above)
    return call((*_GIT, *arguments), folder, variables, given, _LOCAL_SECONDS)


def take_over(repository: Repository, folder: str, *how: str, commit: str) -> Done:
    """Let a repository have a commit of another one that is ours, in a folder of this machine; `how` are options of
    `git fetch`. Raises SetupError when there is no git."""
    quiet = ("-c", "core.alternateRefsCommand=true", "-c", "maintenance.auto=false")
    variables = environment(GIT_ALLOW_PROTOCOL="file")
    return call((*_GIT, *quiet, "fetch", *how, folder, commit), repository.folder, variables, (), _LOCAL_SECONDS)


def call(
    command: Iterable[str], folder: str, variables: Mapping[str, str], given: Iterable[bytes], seconds: float
) -> Done:
    """Run a command line of git. Raises SetupError when there is no git."""
    try:
        return run(tuple(command), folder=folder, environment=variables, given=given, seconds=seconds)
    except FileNotFoundError as error:
        if os.path.isdir(folder):
            raise SetupError("git is not installed", do="install git, or publish to another kind of target") from error
        raise SetupError("there is no such folder", where=folder, do="name a repository with `repository`") from error


def open_repository(path: str, vault: str) -> Repository:
    """The repository at a path seen from the vault; "" is the one that the vault lies in. Raises SetupError."""
    folder = os.path.join(vault or ".", os.path.expanduser(path))
    if not os.path.isdir(folder):
        raise SetupError("there is no such repository", where=folder, do="make it with `git init`, or name another")
    done = git(folder, "rev-parse", "--git-common-dir", "--show-object-format", upward=not path)
    if done.code:
        do = "make one with `git init`, or name another with `repository`"
        if "dubious ownership" in done.err:
            do = "it belongs to somebody else; `git config --global --add safe.directory FOLDER` trusts it"
        raise SetupError(f"this is no git repository that can be used: {words(done)}", where=folder, do=do)
    where, _, kind = os.fsdecode(done.out).rstrip("\n").rpartition("\n")
    return Repository(os.path.realpath(os.path.join(folder, where)), kind)
