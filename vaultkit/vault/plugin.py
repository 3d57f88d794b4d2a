"""The Obsidian plugin in a vault: whether it is there, putting it there, taking it away.

Of a plugin's folder only the three files are ours; `data.json` and what the app keeps elsewhere are never touched. The
manifest is written last: it carries the version.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from importlib.resources import files
from typing import Any, Literal

from vaultkit._version import VERSION
from vaultkit.errors import SetupError
from vaultkit.model.record import NamedTuple
from vaultkit.vault.whole import write_whole

ID = "vaultkit"
FILES = ("main.js", "styles.css", "manifest.json")
PROTOCOL = 1

State = Literal["absent", "current", "modified", "older", "newer"]


class Installed(NamedTuple):
    """How the plugin stands in a vault. `version` is that of the files there, "" when they do not say."""

    state: State
    version: str
    folder: str


class Plugin:
    """The plugin in the vault at `root`, whose settings are in `config_dir`.

    Raises SetupError when that is no vault of Obsidian, or the place is a link.
    """

    def __init__(self, root: str, config_dir: str = ".obsidian") -> None:
        settings = os.path.join(root, config_dir)
        if not os.path.isdir(settings) or os.sep in config_dir.strip("/") or config_dir in ("", ".", ".."):
            raise SetupError(
                "this is no vault that Obsidian has opened",
                where=root,
                do="open it in Obsidian once; --config-dir names its settings folder when it is not .obsidian",
            )
        self.folder = os.path.join(settings, "plugins", ID)
        for path in (settings, os.path.dirname(self.folder), self.folder):
            if os.path.islink(path):
                raise SetupError("this is a symbolic link, so nothing is written through it", where=path)

    def status(self) -> Installed:
        """What is there now."""
        there = {name: data for name in FILES if (data := self._read(name)) is not None}
        if not there:
            return Installed("absent", "", self.folder)
        version = _version(there.get("manifest.json", b""))
        if there == packaged():
            return Installed("current", version, self.folder)
        if version in ("", VERSION):
            return Installed("modified", version, self.folder)
        return Installed("newer" if _order(version) > _order(VERSION) else "older", version, self.folder)

    def install(self, force: bool = False) -> list[str]:
        """Put the plugin there; the names of the files that were written. What is there already is not written again.

        Raises SetupError when a newer one is there, unless with `force`, and OSError.
        """
        found = self.status()
        if found.state == "newer" and not force:
            raise SetupError(
                f"the plugin there is newer ({found.version}, and this is {VERSION})",
                where=self.folder,
                do="update vaultkit, or put the older one there with --force",
            )
        os.makedirs(self.folder, exist_ok=True)
        written = [name for name, data in packaged().items() if self._read(name) != data]
        for name in written:
            write_whole(os.path.join(self.folder, name), packaged()[name])
        return written

    def uninstall(self, force: bool = False) -> list[str]:
        """Take the plugin away; the names of the files that are gone. `data.json` stays, with its folder.

        Raises SetupError when somebody changed a file, unless with `force`, and OSError.
        """
        found = self.status()
        if found.state == "modified" and not force:
            raise SetupError(
                "these files are not as they were installed",
                where=self.folder,
                do="--force takes them away all the same",
            )
        gone = [name for name in FILES if self._read(name) is not None]
        for name in gone:
            os.unlink(os.path.join(self.folder, name))
        with suppress(OSError):
            os.rmdir(self.folder)
        return gone

    def _read(self, name: str) -> bytes | None:
        try:
            handle = os.open(os.path.join(self.folder, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SetupError("this cannot be read", where=os.path.join(self.folder, name)) from error
        with open(handle, "rb") as file:
            return file.read()


def packaged() -> dict[str, bytes]:
    """The files as they come with vaultkit, the manifest last."""
    folder = files("vaultkit") / "obsidian"
    return {name: (folder / name).read_bytes() for name in FILES}


def backend_file() -> str:
    """Where the plugin looks for the program: in the user's own settings, outside of every vault."""
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    return os.path.join(home, "vaultkit", "backend.json")


def write_backend() -> str:
    """Tell the plugin of this device where this very vaultkit is; the file. Raises OSError."""
    command = [sys.executable, "-m", "vaultkit", "lsp"]
    text = json.dumps({"protocol": PROTOCOL, "version": VERSION, "command": command}, indent=2) + "\n"
    path = backend_file()
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    write_whole(path, text.encode())
    os.chmod(path, 0o600)
    return path


def _version(manifest: bytes) -> str:
    try:
        found: Any = json.loads(manifest)["version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return found if isinstance(found, str) else ""


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 0 for part in version.split("."))
