"""The spare tree: the one that was let go last, without what is not live any more. The next tree is built of it."""

from __future__ import annotations

import os
from contextlib import suppress

from vaultkit.publish.tree import NO_FOLDER, Folder, Tree, remove, scan


class Spare:
    """The spare tree at `path`, if there is one. It may be cut off in whatever is done to it: each of its files is
    another name of one that is elsewhere, or rubbish."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._tree: Tree | None = None

    def become(self, place: str, tree: Tree, live: Tree) -> None:
        """Let the tree at `place` (a path) be the spare one, without what is not the very same file in the live one."""
        self.drop()
        os.rename(place, self.path)
        self._tree = self._trimmed(tree, live)

    def copy(self, root: str, live: Tree) -> None:
        """Let the spare tree be one more like the live one at `root` (a path), where there is none and files can have
        several names."""
        if os.path.lexists(self.path):
            return
        folders: dict[str, Folder] = {}
        try:
            for path, folder in live.folders.items():
                self._copy_folder(root, path, folder)
            for path, folder in reversed([*live.folders.items()]):
                where = os.path.join(self.path, path)
                os.chmod(where, folder.mode)
                os.utime(where, ns=(folder.mtime_ns, folder.mtime_ns))
                folders[path] = folder._replace(inode=os.lstat(where).st_ino)
        except OSError:
            self.drop()
        else:
            self._tree = Tree(dict(reversed(folders.items())))

    def _copy_folder(self, root: str, path: str, folder: Folder) -> None:
        where = os.path.join(self.path, path)
        os.mkdir(where, 0o700)
        old, new = (os.open(place, os.O_RDONLY | os.O_DIRECTORY) for place in (os.path.join(root, path), where))
        try:
            for name, entry in folder.entries.items():
                if entry.kind != "folder":
                    os.link(name, name, src_dir_fd=old, dst_dir_fd=new, follow_symlinks=False)
        finally:
            os.close(old)
            os.close(new)

    def take(self) -> Tree:
        """What it holds, for whoever takes it apart."""
        tree, self._tree = self._tree, None
        return tree if tree and self._is_there(tree) else scan(self.path)

    def _is_there(self, tree: Tree) -> bool:
        """Whether the spare tree is the one that is known: another process may have taken it, and left another."""
        with suppress(FileNotFoundError):
            state = os.lstat(self.path)
            return (state.st_ino, state.st_mtime_ns) == tree.folders.get("", NO_FOLDER)[:2]
        return False

    def drop(self) -> None:
        """Delete what is left of it."""
        self._tree = None
        with suppress(FileNotFoundError):
            remove(self.path)

    def _trimmed(self, tree: Tree, live: Tree) -> Tree:
        folders: dict[str, Folder] = {}
        for path, folder in tree.folders.items():
            entries, other = folder.entries, live.folders.get(path, NO_FOLDER).entries
            kept = entries
            if entries != other:
                kept = {
                    name: item
                    for name, item in entries.items()
                    if item is (twin := other.get(name)) or item == twin or item.kind == "folder"
                }
                where = os.path.join(self.path, path)
                for name in entries.keys() - kept.keys():
                    os.unlink(os.path.join(where, name))
                os.utime(where, ns=(folder.mtime_ns, folder.mtime_ns))  # so that it looks as it is known
            folders[path] = folder if kept is entries else folder._replace(entries=kept)
        return Tree(folders)
