"""What belongs to a vault by the word of its configuration and of Obsidian's settings."""

from __future__ import annotations

import os
from collections.abc import Callable

from vaultkit.config import Config
from vaultkit.errors import SetupError
from vaultkit.index.file_kinds import excluder
from vaultkit.model.record import NamedTuple
from vaultkit.schema.pattern import Glob, pattern_test
from vaultkit.vault.obsidian import ObsidianSettings, Trouble
from vaultkit.vault.templates import known_templates
from vaultkit.vault.texts import inside


class Extent(NamedTuple):
    """`leaves_out` is a test for the paths whose notes are not checked; `told` are files (vault paths) of the app that
    name some, `unsure` is why nobody knows all of them."""

    leaves_out: Callable[[str], bool]
    told: tuple[str, ...] = ()
    unsure: Trouble | None = None


def extent(root: str, config: Config) -> Extent:
    """Which notes are left out: by `notes.exclude`, by the app's "Excluded files", or because they are templates, which
    are full of blanks and become notes when these are filled in."""
    globs = [Glob(pattern) for pattern in config.notes.exclude]
    settings, (folders, trouble) = ObsidianSettings.load(root), known_templates(root)
    hidden = excluder((*settings.ignore, *(f"{folder}/" for folder in folders.values())), pattern_test)
    leaves_out = (lambda path: hidden(path) or any(glob.fits(path) for glob in globs)) if globs else hidden
    told = ((".obsidian/app.json",) if settings.ignore else ()) + tuple(folders)
    return Extent(leaves_out, told, settings.unsure or trouble)


def left_out(root: str, config: Config) -> Callable[[str], bool]:
    """A test for the paths whose notes are not checked."""
    return extent(root, config).leaves_out


def expect_sure(unsure: Trouble | None) -> None:
    """Raise SetupError when nobody knows all notes that are left out: one of them might become public."""
    if unsure:
        where, what = unsure
        raise SetupError(
            f"{what}, so nobody knows which notes the app excludes, and nothing is published",
            where=where,
            do="see what is wrong with the file; Obsidian writes it anew when a setting is changed",
        )


def assigned_types(root: str) -> dict[str, str]:
    """The types that Obsidian's settings assign to properties, by their names in small letters."""
    return {name.lower(): kind for name, kind in ObsidianSettings.load(root).types.items()}


def output_folders(root: str, config: Config) -> tuple[str, ...]:
    """The output folders that lie in the vault, as vault paths; what is in them are no notes."""
    folders = []
    for output in config.outputs:
        path = os.path.normpath(os.path.join(root, os.path.expanduser(output)))
        if inside(path, root):
            folders.append(os.path.relpath(path, root).replace(os.sep, "/"))
    return tuple(folders)
