"""The vault as it is staged in git: notes come from the index, so a check judges exactly what a commit would hold.

Of a submodule it is the commit that the index names. What is only meant to be added (`git add --intent-to-add`) is not
in the commit, and so not in this vault.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator

from vaultkit.errors import SetupError
from vaultkit.index.file_kinds import is_note
from vaultkit.model.note import NotePath
from vaultkit.vault.files import MAX_BYTES, Gone, Listing, Source, Stat, decode, refused
from vaultkit.vault.git import FILES, Git

_LINK, _MODULE = "120000", "160000"
_EMPTY = (
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
)
"""The names of the empty file, with SHA-1 and with SHA-256."""

_Entry = tuple[str, str, NotePath]
"""The mode of a file, the name of its content, its path."""


class Staged:
    """The files of a vault in git's index. `root` may be any folder of a work tree.

    Raises SetupError when there is no git, no repository, or git refuses.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self._pruned: tuple[str, ...] = ()
        self._git = Git(root, "what is staged")
        self._modules: list[Git] = []
        self._objects: dict[NotePath, tuple[Git, str]] = {}

    def present(self) -> bool:
        """Git keeps what is staged, whatever happens to the folder."""
        return True

    def leave_out(self, folders: Iterable[str]) -> None:
        """These folders (vault paths) are no part of the vault, from now on."""
        self._pruned = tuple(folder + "/" for folder in folders)

    def scan(self) -> Listing:
        """The files in the index; of a file with conflicts, our side."""
        listing = Listing({}, {}, {})
        self._list(self._git, list(self._indexed()), "", listing)
        self._weigh(listing)
        return listing

    def _weigh(self, listing: Listing) -> None:
        """Put the sizes of the files that are no notes into the listing."""
        names: dict[Git, dict[str, list[NotePath]]] = {}
        for path in listing.files:
            if not is_note(path):
                git, digest = self._objects[path]
                names.setdefault(git, {}).setdefault(digest, []).append(path)
        for git, paths in names.items():
            for digest, size in git.sizes(paths).items():
                for path in paths[digest]:
                    listing.files[path] = listing.files[path]._replace(size=size)

    def _indexed(self) -> Iterator[_Entry]:
        entries = []
        for entry in self._git.rows("ls-files", "--stage", "-z", "--", "."):
            state, _, name = entry.partition("\t")
            mode, digest, stage = state.split(" ")
            if stage in ("0", "2"):
                entries.append((mode, digest, NotePath(name)))
        meant = {path for _, digest, path in entries if digest in _EMPTY}
        if meant:
            meant -= self._git.changed("--ita-invisible-in-index", self._git.ask(*_NO_TREE).decode("ascii").strip())
        return (entry for entry in entries if entry[2] not in meant)

    def _list(self, git: Git, entries: list[_Entry], folder: str, listing: Listing) -> None:
        for mode, digest, name in entries:
            path = NotePath(folder + name)
            if not self._belongs(path):
                continue
            if mode in FILES:
                self._objects[path] = (git, digest)
                listing.files[path] = Stat(int(digest, 16), 0, 0, 0)
            elif mode == _LINK and path.lower().endswith(".md"):
                listing.odd[path] = "a symbolic link"
            elif mode == _MODULE and os.path.lexists(os.path.join(git.folder, name, ".git")):
                module = git.within(name)
                self._modules.append(module)
                self._list(module, _committed(module, digest), path + "/", listing)

    def _belongs(self, path: str) -> bool:
        return not any(part.startswith(".") for part in path.split("/")) and not path.startswith(self._pruned)

    def changed(self) -> tuple[NotePath, ...]:
        """The paths that a commit would add or alter."""
        return tuple(sorted(self._git.changed()))

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
        git, digest = self._objects[path]
        data = git.read(digest)
        if data is None:
            raise SetupError("git does not find a staged file", where=path, do="`git fsck` tells what is missing")
        if len(data) > limit:
            raise OSError(errno.EFBIG, f"is larger than {limit} bytes")
        return data

    def close(self) -> None:
        """End git."""
        for git in (self._git, *self._modules):
            git.close()


_NO_TREE = ("hash-object", "-t", "tree", "/dev/null")


def _committed(module: Git, commit: str) -> list[_Entry]:
    """The files of a submodule at the commit that is staged. Raises SetupError when it is not there."""
    try:
        rows = module.rows("ls-tree", "-r", "-z", commit)
    except SetupError as error:
        raise SetupError(
            "the commit of this submodule that is staged is not there",
            where=module.folder,
            do="`git submodule update` fetches it, `git add` stages the one that is checked out",
        ) from error
    entries = []
    for row in rows:
        state, _, name = row.partition("\t")
        mode, _, digest = state.split(" ")
        entries.append((mode, digest, NotePath(name)))
    return entries
