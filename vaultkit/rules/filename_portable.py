"""The name of a note, an attachment or a folder cannot be used on every system.

A vault that is synchronised, cloned or unpacked elsewhere loses such files, or does not arrive at all:

- Windows and Android take no `< > : " \\ | ? *` and no control characters in names, no space or dot at their end, and
  no file called `CON`, `NUL`, `COM1` and the like
- names longer than 255 bytes do not fit most file systems
- two files whose paths differ by letter case alone, or by how an accent is encoded, are one file on Windows and macOS

A folder is reported once, at its first file, and of two files the later one. Renaming a file in Obsidian, or with
`vaultkit move`, takes its links along.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from vaultkit.lint.rule import Context, rule
from vaultkit.model.diagnostic import Diagnostic, Related, Severity
from vaultkit.model.expression import expression
from vaultkit.model.text import Span

_SIGN = expression(r'[<>:"\\|?*\x00-\x1f\x7f]')
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in "123456789"))
)
_LONGEST = 255


@rule(severity=Severity.WARNING, over="all files")
def filename_portable(ctx: Context) -> Iterator[Diagnostic]:
    """Report names that break elsewhere, and files that would be one there."""
    path = ctx.note.path
    place, _, name = path.rpartition("/")
    for folder, fault in _folder_faults(place):
        if ctx.index.first_file_in(folder) == path:
            yield ctx.report(Span(0, 0), f"the folder name `{folder.rpartition('/')[2]}` {fault}")
    fault = _fault(name)
    if fault:
        yield ctx.report(Span(0, 0), f"the file name `{name}` {fault}")
    twin = next((other for other in ctx.index.same_elsewhere(path) if other < path), None)
    if twin:
        is_case = unicodedata.normalize("NFC", path) != unicodedata.normalize("NFC", twin)
        how = "letter case" if is_case else "the encoding of accents"
        related = (Related(twin, Span(0, 0), "the other one"),)
        message = f"`{twin}` differs from this path by {how} alone, and is the same file on some systems"
        yield ctx.report(Span(0, 0), message, related=related)


@lru_cache(maxsize=4096)
def _folder_faults(place: str) -> tuple[tuple[str, str], ...]:
    """The folders on the way to a place, from the root on, whose name is at fault, and what is wrong with it."""
    folders = place.split("/")
    faults = [(depth, fault) for depth, folder in enumerate(folders, 1) if (fault := _fault(folder))]
    return tuple(("/".join(folders[:depth]), fault) for depth, fault in faults)


def _fault(name: str) -> str:
    """What is wrong with one name of a path, as the end of a sentence; "" when nothing is."""
    sign = _SIGN.search(name)
    if sign:
        shown = f"`{sign[0]}`" if sign[0].isprintable() else "a control character"
        return f"has {shown} in it, which Windows and Android do not take"
    if name.endswith((" ", ".")):
        return f"ends with a {'space' if name[-1] == ' ' else 'dot'}, which Windows does not take"
    if name.partition(".")[0].lower() in _DEVICES:
        return "is that of a device on Windows"
    if len(name) > _LONGEST // 4 and len(name.encode("utf-8", "surrogatepass")) > _LONGEST:
        return f"is longer than {_LONGEST} bytes, which most file systems do not take"
    return ""
