"""What a publish told that left nothing to do, outside of the vault: as long as nothing is other than it was then, the
next one tells the same and does nothing.

What counts: the set-up, the state of every file of the vault, our own code and the packages beside it, all that lies in
the published folders, and the day. A record that is damaged or of another time is as good as none.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from vaultkit.model.digest import blake2b
from vaultkit.vault.addresses import load
from vaultkit.vault.cache import cache_folder, version
from vaultkit.vault.files import Stat
from vaultkit.vault.theme import read_theme
from vaultkit.vault.whole import write_whole

if TYPE_CHECKING:
    from vaultkit.config import Config
    from vaultkit.model.note import NotePath

_RACY = 2_000_000_000
"""Nanoseconds in which a file may change once more and look the same."""


class Settled:
    """The record of one way to publish a vault: `root` is the vault's folder, `options` tell the ways apart."""

    def __init__(self, root: str, options: object) -> None:
        name = blake2b(repr((os.path.realpath(root), options)).encode("utf-8", "replace"), digest_size=16).hexdigest()
        self._root = root
        self._path = os.path.join(cache_folder(), "published", f"{name}.json")
        self._began = time.time_ns()

    def told(self, stamp: str) -> list[dict[str, Any]] | None:
        """What was told of each target when all was as the stamp says and nothing is other since, else None."""
        try:
            with open(self._path, "rb") as file:
                known, outputs, look = json.loads(file.readline())
                if not stamp or known != stamp or look != _look(outputs):
                    return None
                found: list[dict[str, Any]] = json.loads(file.read())
                return found
        except (OSError, ValueError, TypeError):
            return None

    def keep(self, stamp: str, told: list[dict[str, Any]]) -> None:
        """Keep what is told of each target, if it can be known for how long it holds."""
        outputs = [item["output"] for item in told]
        with suppress(OSError):
            head, body = json.dumps((stamp, outputs, _look(outputs))), json.dumps(told)
            os.makedirs(os.path.dirname(self._path), 0o700, exist_ok=True)
            write_whole(self._path, f"{head}\n{body}".encode())

    def stamp(self, setup: str, files: Mapping[NotePath, Stat], odd: Mapping[NotePath, str], config: Config) -> str:
        """Stands for a vault as it was looked at since this was made: the stamp of its set-up, the states of its files,
        and what a publish reads besides. "" when a file may have changed unseen."""
        newest = self._began - _RACY
        if not setup or any(stat.mtime_ns >= newest or stat.ctime_ns >= newest for stat in files.values()):
            return ""
        day = time.localtime()[:3]  # which a base may tell
        known = f"{setup}\0{version()}\0{day}\0{_packages()}\0{sorted(odd.items())}"
        digest = blake2b(known.encode("utf-8", "surrogatepass"))
        digest.update(repr((read_theme(self._root, config), load(self._root, config))).encode("utf-8", "surrogatepass"))
        digest.update("\0".join([f"{path}\0{stat}" for path, stat in files.items()]).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def _packages() -> list[tuple[str, int]]:
    """The folders that packages are installed in, with the time when one came or went last."""
    found = [path for path in sys.path if path.endswith(("site-packages", "dist-packages")) and os.path.isdir(path)]
    return [(path, os.stat(path).st_mtime_ns) for path in found]


def _look(outputs: Iterable[str]) -> str:
    """Stands for all that lies in some published folders, and for the records beside them. Raises OSError."""
    digest = blake2b()
    for output in outputs:
        folder, name = os.path.split(output)
        home = os.path.join(folder, f".{name}.vaultkit")
        beside = sorted(item for item in os.listdir(home) if item == "next" or item.startswith("manifest-"))
        digest.update("\n".join([f"{item} {_state(os.lstat(os.path.join(home, item)))}" for item in beside]).encode())
        for line in _lines(output):
            digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _lines(output: str) -> Iterator[str]:
    """A line for each folder, with everything in it."""
    waiting = [output]
    while waiting:
        place = waiting.pop()
        with os.scandir(place) as found:
            items = sorted([(item.name, item.is_dir(follow_symlinks=False), item) for item in found])
        waiting += [item.path for _, is_folder, item in items if is_folder]
        told = [f"{name} {_state(item.stat(follow_symlinks=False))}" for name, folder, item in items if not folder]
        yield f"{place} {_state(os.lstat(place))}\n" + "\n".join(told)


def _state(state: os.stat_result) -> str:
    return f"{state.st_ino} {state.st_mode} {state.st_size} {state.st_mtime_ns}"
