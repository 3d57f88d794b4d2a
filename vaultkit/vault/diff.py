"""What changes in a file, as a unified diff that git can apply."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from vaultkit.model.expression import expression
from vaultkit.model.note import NotePath

_MISREAD = expression(r'[\x00-\x1f"\\\x7f]')


def git_diff(old: NotePath, new: NotePath, before: str, after: str) -> Iterator[str]:
    """The lines of a diff in git's form, each with its line end. `old` and `new` are the file's paths, the same when it
    stays where it is; the texts hold a byte order mark if the file does."""
    left, right = _quoted(f"a/{old}"), _quoted(f"b/{new}")
    yield f"diff --git {left} {right}\n"
    if new != old:
        yield f"rename from {_quoted(old)}\nrename to {_quoted(new)}\n"
    left, right = (name + "\t" * (" " in name) for name in (left, right))
    for line in difflib.unified_diff(_lines(before), _lines(after), left, right):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _quoted(path: str) -> str:
    """A path as git writes it: one that could be misread stands in quotes, as in C."""
    if not _MISREAD.search(path):
        return path
    return '"' + _MISREAD.sub(lambda sign: f"\\{ord(sign[0]):03o}", path) + '"'


def _lines(text: str) -> list[str]:
    """The lines as git sees them: they end at LF only."""
    return [line + "\n" for line in text.split("\n")[:-1]] + [text.rpartition("\n")[2]] * (not text.endswith("\n"))
