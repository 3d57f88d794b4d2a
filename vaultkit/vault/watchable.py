"""What the system can tell of changes below a folder: not all on some file systems, and only as far as limits go."""

from __future__ import annotations

import os
import re

_LIMIT = "/proc/sys/fs/inotify/max_user_watches"
_REMOTE = frozenset(
    ("9p", "afs", "ceph", "cifs", "gfs2", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs")
)
_SHARED = frozenset(("drvfs", "fakeowner", "prl_fs", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs"))
"""File systems whose files change elsewhere: on another machine, on the host of this one."""

_OCTAL = re.compile(r"\\([0-7]{3})")


def file_system(path: str, mounts: str | None = None) -> str:
    """The kind of file system that a path lies on, as Linux names it (`ext4`, `nfs4`, `fuse.sshfs`); "" where the
    system does not tell. `mounts` is what `/proc/self/mountinfo` says, by default of now."""
    if mounts is None:
        try:
            with open("/proc/self/mountinfo", "rb") as file:
                mounts = os.fsdecode(file.read())
        except OSError:
            return ""
    best, kind = "", ""
    for line in mounts.split("\n"):
        fields, dash, rest = line.partition(" - ")
        columns = fields.split(" ")
        if not dash or len(columns) < 5:
            continue
        place = _OCTAL.sub(lambda found: chr(int(found[1], 8)), columns[4])
        if len(place) >= len(best) and (path == place or path.startswith(place.rstrip("/") + "/")):
            best, kind = place, rest.split(" ")[0]  # of two at one place, the later one lies on top
    return kind


def changes_elsewhere(kind: str) -> bool:
    """Whether files of such a file system change without the system here being told."""
    return kind in _REMOTE or kind in _SHARED or kind.startswith("fuse.")


def count_folders(root: str) -> int:
    """How many folders there are from `root` on that can be listed; links are not followed."""
    count, folders = 0, [root]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                folders += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            continue
        count += 1
    return count


def most_watches() -> int:
    """How many folders all programs of this user may watch; 0 where the system does not tell."""
    try:
        with open(_LIMIT, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return 0


def watches_of(descriptor: int) -> int:
    """How many files and folders an inotify descriptor watches."""
    try:
        with open(f"/proc/self/fdinfo/{descriptor}", "rb") as file:
            return sum(line.startswith(b"inotify ") for line in file)
    except OSError:
        return 0


def tells_watches() -> bool:
    """Whether the system tells what an inotify descriptor watches."""
    return os.path.isdir("/proc/self/fdinfo")
