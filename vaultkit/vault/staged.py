"""The vault as it is staged in git: notes come from the index, so a check judges exactly what a commit would hold.

Only reads: `git ls-files`, `git diff --cached` and `git cat-file`, run with arguments that no note or file name can
become, without file system monitors. Inside a hook git names its index in the environment (a partial commit has one of
its own), and that one is read when it belongs to the vault's repository; otherwise git's variables are put aside.
"""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterable, Mapping

from vaultkit.errors import SetupError
from vaultkit.model.note import NotePath
from vaultkit.vault.files import MAX_BYTES, Gone, Listing, Source, Stat, decode, refused

_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotepath=false", "--literal-pathspecs", "--no-optional-locks")
_LINK, _FILES = "120000", ("100644", "100755")


class Staged:
    """The files of a vault in git's index. `root` may be any folder of a work tree.

    Raises SetupError when there is no git, no repository, or git refuses.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self._pruned: tuple[str, ...] = ()
        self._environment = _environment(root)
        self._objects: dict[NotePath, str] = {}
        self._blobs: subprocess.Popen[bytes] | None = None

    def present(self) -> bool:
        """Git keeps what is staged, whatever happens to the folder."""
        return True

    def leave_out(self, folders: Iterable[str]) -> None:
        """These folders (vault paths) are no part of the vault, from now on."""
        self._pruned = tuple(folder + "/" for folder in folders)

    def scan(self) -> Listing:
        """The files in the index; of a file with conflicts, our side."""
        files: dict[NotePath, Stat] = {}
        odd: dict[NotePath, str] = {}
        for entry in self._git("ls-files", "--stage", "-z", "--", ".").split(b"\0"):
            if not entry:
                continue
            state, _, name = entry.partition(b"\t")
            mode, digest, stage = state.decode("ascii").split(" ")
            path = NotePath(os.fsdecode(name))
            if stage not in ("0", "2") or not self._belongs(path):
                continue
            if mode in _FILES:
                self._objects[path] = digest
                files[path] = Stat(int(digest, 16), 0, 0, 0)
            elif mode == _LINK and path.lower().endswith(".md"):
                odd[path] = "a symbolic link"
        return Listing(files, odd, {})

    def _belongs(self, path: str) -> bool:
        return not any(part.startswith(".") for part in path.split("/")) and not path.startswith(self._pruned)

    def changed(self) -> tuple[NotePath, ...]:
        """The paths that a commit would add or alter."""
        out = self._git(
            "diff", "--cached", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--diff-filter=d", "--relative"
        )
        return tuple(NotePath(os.fsdecode(name)) for name in out.split(b"\0") if name)

    def read(self, path: NotePath) -> Source:
        """A staged note's text."""
        try:
            return decode(self.read_bytes(path, MAX_BYTES))
        except OSError:
            return refused("too-large", f"the note is larger than {MAX_BYTES // 1024 // 1024} MiB")

    def read_bytes(self, path: NotePath, limit: int) -> bytes:
        """The bytes of a staged file. Raises Gone, or OSError when it is larger than `limit`."""
        if path not in self._objects:
            raise Gone(path)
        if self._blobs is None:
            self._blobs = subprocess.Popen(
                (*_GIT, "cat-file", "--batch"),
                cwd=self.root,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        assert self._blobs.stdin and self._blobs.stdout
        self._blobs.stdin.write(self._objects[path].encode("ascii") + b"\n")
        self._blobs.stdin.flush()
        answer = self._blobs.stdout.readline().split()
        if len(answer) != 3:
            raise SetupError("git does not find a staged file", where=path, do="`git fsck` tells what is missing")
        data = self._blobs.stdout.read(int(answer[2]) + 1)[:-1]
        if len(data) > limit:
            raise OSError(errno.EFBIG, f"is larger than {limit} bytes")
        return data

    def close(self) -> None:
        """End git."""
        if self._blobs:
            self._blobs.communicate()
            self._blobs = None

    def _git(self, *arguments: str) -> bytes:
        return _run(self.root, self._environment, *arguments)


def _run(root: str, environment: Mapping[str, str], *arguments: str) -> bytes:
    try:
        done = subprocess.run((*_GIT, *arguments), cwd=root, env=environment, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise SetupError("git is not installed", do="install git, or check without --staged") from error
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
        raise SetupError(f"git cannot tell what is staged here: {words}", where=root)
    return done.stdout


def _environment(root: str) -> dict[str, str]:
    """The environment for git. Its own variables stay when they speak of the repository that holds the vault."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    index = os.environ.get("GIT_INDEX_FILE")
    if index and _git_folder(root, plain) == _git_folder(".", dict(os.environ)):
        plain["GIT_INDEX_FILE"] = os.path.abspath(index)
    return plain


def _git_folder(root: str, environment: Mapping[str, str]) -> str:
    return os.path.realpath(os.fsdecode(_run(root, environment, "rev-parse", "--absolute-git-dir")).rstrip("\n"))
