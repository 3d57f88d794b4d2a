"""Asking git about a vault, so that nothing the repository configures is ever run.

Only commands that read, with arguments that no note or file name can become; without file system monitors, hooks,
external diffs, filters and transports (a missing object would be fetched by a command of the repository's choice).
Inside a hook git names its index in the environment (a partial commit has one of its own), and that one is read when it
belongs to the vault's repository; otherwise git's variables are put aside.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping

from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath

_GIT = (
    "git",
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.quotepath=false"),
    "--literal-pathspecs",
    "--no-optional-locks",
)
FILES = ("100644", "100755")
"""The modes of regular files."""

_LOOKING = frozenset({"GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_CEILING_DIRECTORIES"})
_NOTHING_IS_FETCHED = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}


class Git:
    """Git in a folder of a work tree, asked about `what` ("what is staged"): messages say that it cannot be told."""

    def __init__(self, folder: str, what: str) -> None:
        self.folder = folder
        self._what = what
        self._environment = _environment(folder)
        self._objects: subprocess.Popen[bytes] | None = None

    def within(self, folder: str) -> Git:
        """Git in a submodule, by its path from here. What is said of an index there is no matter."""
        return Git(os.path.join(self.folder, folder), self._what)

    def ask(self, *arguments: str) -> bytes:
        """What git answers. Raises SetupError when there is no git, no repository, or git refuses."""
        answer, words = _run(self.folder, self._environment, *arguments)
        if answer is None:
            raise SetupError(f"git cannot tell {self._what} here: {words}", where=self.folder)
        return answer

    def says(self, *arguments: str) -> str | None:
        """A line that git answers with; None when it refuses. Raises SetupError when there is no git."""
        answer, _ = _run(self.folder, self._environment, *arguments)
        return None if answer is None else answer.decode("utf-8", "surrogateescape").rstrip("\n")

    def rows(self, *arguments: str) -> Iterator[str]:
        """What git answers to a question with `-z`, part by part. Raises SetupError as `ask` does."""
        return (os.fsdecode(row) for row in self.ask(*arguments).split(b"\0") if row)

    def changed(self, *arguments: str) -> set[NotePath]:
        """The paths that the index holds otherwise than HEAD, or than another commit when one is named."""
        how = ("-z", "--name-only", "--no-renames", "--no-ext-diff", "--ignore-submodules=dirty", "--diff-filter=d")
        return {NotePath(name) for name in self.rows("diff", "--cached", "--relative", *how, *arguments, "--")}

    def read(self, digest: str) -> bytes | None:
        """The bytes of an object by its name in hex digits; None when it is not there."""
        if self._objects is None:
            self._objects = subprocess.Popen(
                (*_GIT, "cat-file", "--batch"),
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        assert self._objects.stdin and self._objects.stdout
        try:
            self._objects.stdin.write(digest.encode("ascii") + b"\n")
            self._objects.stdin.flush()
        except BrokenPipeError:
            return None
        answer = self._objects.stdout.readline().split()
        return self._objects.stdout.read(int(answer[2]) + 1)[:-1] if len(answer) == 3 else None

    def sizes(self, digests: Iterable[str]) -> dict[str, int]:
        """The bytes that objects have, by their names; one that is not there has none."""
        asked = "".join(f"{digest}\n" for digest in digests).encode("ascii")
        form = "--batch-check=%(objectname) %(objectsize)"
        answer, _ = _run(self.folder, self._environment, "cat-file", form, given=asked)
        rows = (row.split() for row in (answer or b"").decode("ascii").splitlines())
        return {name: int(size) for name, size in rows if size.isdecimal()}

    def close(self) -> None:
        """End git."""
        if self._objects:
            self._objects.communicate()
            self._objects = None


def _run(
    folder: str, environment: Mapping[str, str], *arguments: str, given: bytes | None = None
) -> tuple[bytes | None, str]:
    """What git answers (`given`: on its standard input), or None and the reason in its words."""
    command = (*_GIT, *arguments)
    try:
        done = subprocess.run(command, cwd=folder, env=environment, input=given, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise SetupError(
            "git is not installed", do="install git, or do without --staged and --changed-since"
        ) from error
    if done.returncode:
        return None, done.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
    return done.stdout, ""


def _environment(folder: str) -> dict[str, str]:
    """The environment for git. Its own variables stay when they speak of the repository that holds the folder, and when
    they say how far up to look for one."""
    named = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in _LOOKING}
    plain = named | _NOTHING_IS_FETCHED
    index = os.environ.get("GIT_INDEX_FILE")
    if index and _repository(folder, plain) == _repository(".", dict(os.environ)) != "":
        plain["GIT_INDEX_FILE"] = os.path.abspath(index)
    return plain


def _repository(folder: str, environment: Mapping[str, str]) -> str:
    answer, _ = _run(folder, environment, "rev-parse", "--absolute-git-dir")
    return os.path.realpath(os.fsdecode(answer).rstrip("\n")) if answer else ""
