"""What belongs to a vault by the word of its configuration and of Obsidian's settings."""

from __future__ import annotations

import os
from collections.abc import Callable

from vaultkit.config import Config
from vaultkit.index.file_kinds import excluder
from vaultkit.schema.pattern import Glob, pattern_test
from vaultkit.vault.obsidian import ObsidianSettings
from vaultkit.vault.templates import template_folders
from vaultkit.vault.texts import inside


def left_out(root: str, config: Config) -> Callable[[str], bool]:
    """A test for the paths whose notes are not checked: by `notes.exclude`, by the app's "Excluded files", or because
    they are templates, which are full of blanks and become notes when these are filled in."""
    globs = [Glob(pattern) for pattern in config.notes.exclude]
    templates = [f"{folder}/" for folder in template_folders(root)]
    hidden = excluder((*ObsidianSettings.load(root).ignore, *templates), pattern_test)
    return (lambda path: hidden(path) or any(glob.fits(path) for glob in globs)) if globs else hidden


def assigned_types(root: str) -> dict[str, str]:
    """The types that Obsidian's settings assign to properties, by their names in small letters."""
    return {name.lower(): kind for name, kind in ObsidianSettings.load(root).types.items()}


def output_folders(root: str, config: Config) -> tuple[str, ...]:
    """The output folders that lie in the vault, as vault paths; what is in them are no notes."""
    folders = []
    for target in config.publish.targets:
        path = os.path.normpath(os.path.join(root, target.output)) if target.output else ""
        if path and inside(path, root):
            folders.append(os.path.relpath(path, root).replace(os.sep, "/"))
    return tuple(folders)
