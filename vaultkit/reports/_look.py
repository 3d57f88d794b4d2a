"""What every report shares: how it should look, how text from notes is made harmless, and where offsets stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from vaultkit.model.diagnostic import Severity
from vaultkit.model.note import NotePath
from vaultkit.model.text import LineIndex

_CI_COMMAND = re.compile(r"##(?=[A-Za-z-]*\[)")
_JOINERS = "\u200c\u200d"
SEVERITY_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}


class Look(NamedTuple):
    """How a report is to look. `prefix` leads from the reader's folder to the vault, ending in `/`, or is "".

    `width` is the number of columns that an excerpt may take.
    """

    color: bool = False
    width: int = 100
    prefix: str = ""

    def path(self, path: NotePath) -> str:
        """A vault path as the reader can open it, harmless to print."""
        return show(self.prefix + path)

    def paint(self, code: str, text: str) -> str:
        """The text in a colour (an SGR code), or as it is."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text


def cells(text: str, tab: str = "␉") -> list[str]:
    """Per character what may be printed for it.

    Control characters become their pictures, what cannot be seen or turns the direction of writing becomes `<U+202E>`,
    the undecodable byte of a file's name `\\xff`, and `##[`, with which build servers take commands from a log, gets a
    backslash. Joiners stay: scripts and emoji need them.
    """
    out = [char if " " <= char < "\x7f" else _cell(char, tab) for char in text]
    for match in _CI_COMMAND.finditer(text):
        out[match.start() + 1] = "\\#"
    return out


def _cell(char: str, tab: str) -> str:
    code = ord(char)
    if char == "\t":
        return tab
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in _JOINERS:
        return f"<U+{code:04X}>"
    return char


def show(text: str) -> str:
    """Text from a note, a file's name or an error, made safe for a terminal or a log, on one line."""
    return "".join(cells(text))


def columns(text: str) -> int:
    """How many columns a terminal takes for a printable text."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class Lines:
    """The line index of every note that a report speaks of, each made once."""

    def __init__(self, text: Callable[[NotePath], str]) -> None:
        self._text = text
        self._known: dict[NotePath, LineIndex] = {}

    def __getitem__(self, path: NotePath) -> LineIndex:
        if path not in self._known:
            self._known[path] = LineIndex(self._text(path))
        return self._known[path]
