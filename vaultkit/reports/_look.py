"""What every report shares: how it should look, how text from notes is made harmless, and how wide it is then."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from vaultkit.model.diagnostic import Diagnostic, Origin, Severity
from vaultkit.model.expression import expression
from vaultkit.model.path import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import LineIndex
from vaultkit.registry import names

_CI_COMMAND = expression(r"##(?=[A-Za-z-]*\[)")
_JOINER = "\u200d"
_JOINERS = "\u200c\u200d"
_PICTURE = "\ufe0f"
_KEYS = tuple("#*0123456789")
_SKINS = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_HANGUL_ENDS = range(0x1160, 0x1200)
SEVERITY_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}


class Look(NamedTuple):
    """How a report is to look. `prefix` leads from the reader's folder to the vault, ending in `/`, or is "".

    `width` is the number of columns that an excerpt may take. `pages` is the address of the folder where each rule has
    its page, ending in `/`; it is "" where no page can be opened by a click.
    """

    color: bool = False
    width: int = 100
    prefix: str = ""
    pages: str = ""

    def path(self, path: NotePath) -> str:
        """A vault path as the reader can open it, harmless to print, and no workflow command at the start of a line."""
        shown = show(self.prefix + path)
        return f"./{shown}" if shown.lstrip().startswith(":") else shown

    def rule(self, name: str) -> str:
        """The name of a rule of ours, which opens its page when it is clicked in a terminal (OSC 8), or a name as it
        is."""
        has_page = self.pages and name in names("vaultkit.rules")
        return f"\x1b]8;;{self.pages}{name}.md\x1b\\{name}\x1b]8;;\x1b\\" if has_page else name

    def paint(self, code: str, text: str) -> str:
        """The text in a colour (an SGR code), or as it is."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text


def cells(text: str, tab: str = "␉") -> list[str]:
    """Per character what may be printed for it.

    Control characters become their pictures, what cannot be seen or turns the direction of writing becomes `<U+202E>`
    (so does what is no character at all: XML forbids it), the undecodable byte of a file's name `\\xff`, and `##[`,
    with which build servers take commands from a log, gets a backslash. Joiners stay: scripts and emoji need them.
    """
    plain = text.isascii() and text.isprintable()
    out = list(text) if plain else [char if " " <= char < "\x7f" else _cell(char, tab) for char in text]
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
    if char in _JOINERS:
        return char
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") or code & 0xFFFE == 0xFFFE:
        return f"<U+{code:04X}>"
    return char


def show(text: str) -> str:
    """Text from a note, a file's name or an error, made safe for a terminal or a log, on one line."""
    return text if is_harmless(text) else "".join(cells(text))


def is_harmless(text: str) -> bool:
    """Whether it is plain to see that a text may be printed as it is, a column for each character."""
    return text.isascii() and text.isprintable() and "##" not in text


def columns(text: str) -> int:
    """How many columns a terminal takes for a printable text."""
    return len(text) if text.isascii() else sum(widths(text))


def widths(cells: Sequence[str]) -> list[int]:
    """How many columns each cell of a line takes, after those before it; a cell is what is printed for a character.

    Wide characters of East Asia and emoji take two; what joins the character before it takes none. Where terminals
    differ, this is what those of today do.
    """
    if "".join(cells).isascii():
        return list(map(len, cells))
    found: list[int] = []
    before = ""
    for cell in cells:
        if cell.isascii():
            found.append(len(cell))
        elif cell == _PICTURE and found and found[-1] == 1 and (before in _KEYS or not before.isascii()):
            found[-1] = 2
            found.append(0)
        elif (before == _JOINER and _is_picture(cell)) or (cell in _SKINS and _is_picture(before)):
            found.append(0)
        else:
            found.append(_width(cell))
        before = cell
    return found


def _is_picture(cell: str) -> bool:
    return len(cell) == 1 and unicodedata.category(cell) == "So"


def _width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or ord(char) in _HANGUL_ENDS:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def sentence(item: Diagnostic) -> str:
    """A finding on one line, harmless: what is wrong, who asks for it, and in whose words."""
    said, hint = show(item.message), show(item.hint)
    if item.origin:
        return f"{said} ({asked_by(item.origin)})" + (f": {hint}" if hint else "")
    return said + (f" (hint: {hint})" if hint else "")


def asked_by(origin: Origin) -> str:
    """The schema, if it has a name, and the place in it that asks for something."""
    schema = f"schema `{show(origin.schema)}`, " if origin.schema else ""
    return f"{schema}{show(origin.file)}:{origin.line}"


def fixable(item: Diagnostic) -> str:
    """Which option of `check` mends it, as it stands behind a message; "" when none does."""
    if not item.fix:
        return ""
    return f"  [fixable: {'--fix' if item.fix.safe else '--unsafe-fixes'}]"


class Lines:
    """The line index of every note that a report speaks of, each made once."""

    def __init__(self, text: Callable[[NotePath], str]) -> None:
        self._text = text
        self._known: dict[NotePath, LineIndex] = {}

    def __getitem__(self, path: NotePath) -> LineIndex:
        if path not in self._known:
            self._known[path] = LineIndex(self._text(path))
        return self._known[path]
