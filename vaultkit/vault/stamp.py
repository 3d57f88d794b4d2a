"""Whether the set-up of a vault is still the one that was read: its configuration, its schemas, Obsidian's settings,
and the style sheets, of which the state is enough (themes can be large)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator

from vaultkit.model.digest import blake2b
from vaultkit.vault.styles import style_sheets

_CONFIG = "vaultkit.yaml"
_SCHEMAS = "schemas"
_OBSIDIAN = ("app.json", "types.json", "templates.json", "plugins/templater-obsidian/data.json")


def stamp(root: str, sources: Iterable[str] = (), options: object = ()) -> str:
    """Stands for the content of all files that the set-up of the vault at `root` depends on, and for `options`.

    `sources` are the files that its configuration was read from, besides `vaultkit.yaml`. Equal stamps mean that the
    set-up read again would be the same.
    """
    digest = blake2b(repr(options).encode("utf-8", "surrogatepass"), digest_size=16)
    for path in sorted({os.path.abspath(path) for path in (*_files(root), *sources)}):
        try:
            with open(path, "rb", opener=_without_waiting) as file:
                regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
                content = file.read() if regular else b"no file"
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:  # something is there, and may not be taken for nothing
            content = str(error.errno).encode()
        digest.update(os.fsencode(path) + b"\0" + len(content).to_bytes(8, "big") + content)
    for path in style_sheets(root):
        try:
            state = os.stat(path)
        except OSError:
            continue
        digest.update(os.fsencode(f"{path}\0{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}\0"))
    return digest.hexdigest()


def _files(root: str) -> Iterator[str]:
    yield os.path.join(root, _CONFIG)
    yield from (os.path.join(root, ".obsidian", name) for name in _OBSIDIAN)
    for folder, folders, names in os.walk(os.path.join(root, _SCHEMAS)):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (os.path.join(folder, name) for name in names)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)
