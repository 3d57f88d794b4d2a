"""What Obsidian makes of a file by its name alone: note, shown attachment, hidden, excluded.

Source: the help's "Accepted file formats" and "Files and links" settings; audio endings also from the API typings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from vaultkit.model.path import NotePath, composed

Test = Callable[[str], bool]

IMAGES = frozenset(("avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "webp"))
AUDIO = frozenset(("flac", "m4a", "mp3", "ogg", "wav", "3gp", "oga", "opus"))
VIDEO = frozenset(("mkv", "mov", "mp4", "ogv", "webm"))
ATTACHMENTS = frozenset(("pdf",)) | IMAGES | AUDIO | VIDEO
SUPPORTED = frozenset(("md", "base", "canvas")) | ATTACHMENTS


def ending(path: str) -> str:
    """A file's extension in lower case, "" without one."""
    stem, dot, end = path.rpartition("/")[2].rpartition(".")
    return end.lower() if dot and stem else ""


def is_note(path: str) -> bool:
    """Whether a file is a note: Markdown by its ending."""
    return path[-3:].lower() == ".md"


def notes_among(paths: Iterable[NotePath]) -> list[NotePath]:
    """Those of some files that are notes."""
    return [path for path in paths if path[-3:] == ".md" or path[-3:].lower() == ".md"]


def is_supported(path: str) -> bool:
    """Whether Obsidian shows the file with default settings."""
    return ending(path) in SUPPORTED


def stem_of(path: str) -> str:
    """A file's name without folders, and without the ending if Obsidian knows it."""
    name = path.rpartition("/")[2]
    end = ending(name)
    return name[: -len(end) - 1] if end in SUPPORTED else name


def excluder(filters: Iterable[str], pattern_test: Callable[[str], Test]) -> Test:
    """A test for the files that the "Excluded files" setting (`userIgnoreFilters`) names.

    An entry is the beginning of a path, or a regular expression between slashes that is searched for in the path;
    `pattern_test` makes a search of an expression or raises ValueError, and an expression that cannot be read excludes
    nothing. The Unicode form of a path does not matter. Excluded files stay part of the vault and can be linked to.
    """
    starts: tuple[str, ...] = ()
    searches = []
    for entry in map(composed, filters):
        if len(entry) > 2 and entry.startswith("/") and entry.endswith("/"):
            with suppress(ValueError):
                searches.append(pattern_test(entry[1:-1]))
        elif entry:
            starts = (*starts, entry)
    if not searches:
        return lambda path: composed(path).startswith(starts)
    return lambda path: (whole := composed(path)).startswith(starts) or any(search(whole) for search in searches)


def vault_report(files: Iterable[NotePath], excluded: Test) -> dict[str, list[NotePath]]:
    """The facts of a vault: its notes, the files that the app shows, the files that its settings exclude."""
    ordered = sorted(files)
    return {
        "vault_notes": [path for path in ordered if is_note(path)],
        "supported_files": [path for path in ordered if is_supported(path)],
        "excluded": [path for path in ordered if excluded(path)],
    }
