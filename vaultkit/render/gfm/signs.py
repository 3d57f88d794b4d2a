"""Text as Markdown that is read as just that text, and addresses as they may stand in a link."""

from __future__ import annotations

import html
import re

from vaultkit.render.job import Dialect

_SIGNS = re.compile(r"[\\`*\[\]<|~$&_{]")
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")
_LINE_START = re.compile(r"^(?:(?=[-+=:#>])|(\d{1,9})(?=[.)](?:\s|$)))")
_FOOTNOTE = re.compile(r"^(\[\^\d+\])(?=:)")
_BARE_CARET = re.compile(r"\^\s*$")
_UNFIT = re.compile(r"[\x00-\x20<>\"\\`{}|^]")
_IN_ALT = re.compile(r"[\\`<>{}|~$*]|(?<!\w)_|_(?!\w)")
_RUN = re.compile(r"`+")


def text(raw: str, dialect: Dialect) -> str:
    """Some words of a paragraph."""

    def sign(found: re.Match[str]) -> str:
        char = found[0]
        if char == "<":
            return "&lt;"
        if char == "`" and dialect.kramdown:  # it looks for code in a line with a `|` without regard to backslashes
            return "&#96;"
        if char == "&":
            return "&amp;" if _ENTITY.match(raw, found.start()) else "&"
        if char == "\\" and dialect.kramdown and found.end() == len(raw):  # two of them end a line there
            return "&#92;"
        return f"\\{char}" if _speaks(char, raw, found.start(), dialect) else char

    return _SIGNS.sub(sign, raw)


def _speaks(char: str, raw: str, at: int, dialect: Dialect) -> bool:
    """Whether a sign could be markup where it stands."""
    before, after = raw[at - 1 : at], raw[at + 1 : at + 2]
    if char == "_":
        return not (before.isalnum() and after.isalnum())
    if char == "{":
        return dialect.ids
    if char == "$":
        return dialect.math or (dialect.kramdown and "$" in (before, after))
    return True


def lines(written: str) -> str:
    """A paragraph whose lines do not begin as another kind of block would."""
    return "\n".join(_line(line) for line in written.split("\n"))


def _line(line: str) -> str:
    kept = line.lstrip(" \t")
    if _BARE_CARET.match(kept):
        return "&#94;"
    kept = _FOOTNOTE.sub(r"\1\\", kept)
    return _LINE_START.sub(lambda found: f"{found[1] or ''}\\", kept, count=1)


def way(address: str) -> str:
    """An address as the destination of a link."""
    fit = _UNFIT.sub(lambda found: f"%{ord(found[0]):02X}", address)
    if fit.count("(") != fit.count(")"):
        fit = fit.replace("(", "%28").replace(")", "%29")
    return _ENTITY.sub("&amp;", fit)


def alt(words: str) -> str:
    """What stands for an image. Not every reader takes escapes there, so nothing is left that would need one."""
    return _ENTITY.sub("&amp;", " ".join(_IN_ALT.sub("", words.replace("[", "(").replace("]", ")")).split()))


def title(words: str) -> str:
    """The words that are shown when one points at a link."""
    return f' "{html.escape(" ".join(words.split())).replace("|", "&#124;")}"' if words.strip() else ""


def code(raw: str) -> str:
    """A span of code."""
    raw = raw.replace("\n", " ")
    fence = "`" * (1 + max((len(run) for run in _RUN.findall(raw)), default=int(raw[:1].isspace())))
    pad = " " if raw.startswith("`") or raw.endswith("`") or (raw.strip() and raw[0] == raw[-1] == " ") else ""
    return f"{fence}{pad}{raw}{pad}{fence}"


def fenced(raw: str, language: str) -> str:
    """A block of code."""
    longest = max((len(run) for run in _RUN.findall(raw)), default=0)
    fence = "`" * max(3, longest + 1)
    body = raw if raw.endswith("\n") or not raw else raw + "\n"
    return f"{fence}{re.sub(r'[^A-Za-z0-9+#.-]', '', language)}\n{body}{fence}"


def indented(block: str, first: str, others: str) -> str:
    """A block inside another: what its first line begins with, and what all others do."""
    begun, *rest = block.split("\n")
    lines = [first + begun if begun else first.rstrip(" ")]
    return "\n".join(lines + [others + line if line else others.rstrip() for line in rest])
