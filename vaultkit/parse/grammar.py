"""The grammar of links: what stands between `[[` and `]]`, and what stands between `](` and `)`.

Source of the rules: https://help.obsidian.md/links, https://help.obsidian.md/embeds, CommonMark 0.31 §6.3.
"""

from __future__ import annotations

import re

from vaultkit.model.expression import expression
from vaultkit.model.note import Link
from vaultkit.model.record import NamedTuple

WIKILINK = expression(r"\[\[(?!\[)((?:[^\[\]\n]++|\](?!\])|\[(?!\[))*+)\]\]")
"""From `[[` to the first `]]` on the same line; a `[[` in between starts anew."""

URL = expression(r"(?:[^\s<>`|\[\]%]++|%(?!%)|\[(?!\^)[^\s\[\]]*+\])++")
"""The rest of a bare address, from its `://` on."""

SPACE = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""White space, as it stands in a set: what it is to JavaScript. Python's has U+0085 and U+001C to 1F, not U+FEFF."""

TAG = rf"[^{SPACE}\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{{|}}~\[\]\\]"
"""A character of a tag's name."""

_LABELLED = expression(
    r"!?\[((?:[^\[\]\\]++|\\[\s\S]|\[(?:[^\[\]\\]++|\\[\s\S])*+\])*+)\]"
    r"\(\s*+<?((?:[^()]++|\((?:[^()]++|\([^()]*+\))*+\))*+)\)"
)
_SCHEME = expression(r"[A-Za-z][A-Za-z0-9+.\-]+:")
_SIZE = expression(r"([0-9]{1,9})(?:x([0-9]{1,9}))?\Z")
_DESTINATION = expression(
    r"[ \t]*+(?:\r?\n[ \t]*+)?(?:<((?:[^<>\\\n]++|\\.)*+)>"
    r"|((?:[^\s()\\<]|\\\S|\([^\s()\\]*+\))(?:[^\s()\\]++|\\\S|\([^\s()\\]*+\))*+)?)"
)
_TITLE = expression(
    r"(?:[ \t]*\r?\n[ \t]*|[ \t]+)(?:\"(?:[^\"\\]++|\\.)*+\"|'(?:[^'\\]++|\\.)*+'|\((?:[^()\\]++|\\.)*+\))", re.DOTALL
)
_CLOSE = expression(r"[ \t]*+(?:\r?\n[ \t]*+)?\)")
_ESCAPE = expression(r"\\([!-/:-@\[-`{-~])")
ENTITY = expression(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_PERCENT = expression(r"(?:%[0-9A-Fa-f]{2})+")
_PARENTHESES = 32
_UNBALANCED = expression(r"[()\s\\]")


class Parts(NamedTuple):
    """A link taken apart: the path, trimmed, the subpath with its `#`, and the author's own text."""

    target: str
    subpath: str
    display: str | None


def wikilink(inner: str) -> Parts | None:
    """The parts of what stands between `[[` and `]]`; None when it names nothing.

    The first `|` that is not the very first character begins the display text. In tables a `\\` must stand before it;
    elsewhere it is dropped as well.
    """
    pipe = inner.find("|", 1)
    display = None
    if pipe > 0:
        display = inner[pipe + 1 :].replace("\\|", "|") or None
        inner = inner[: pipe - 1] if inner[pipe - 1] == "\\" else inner[:pipe]
    mark = inner.find("#")
    if mark >= 0:
        return Parts(inner[:mark].strip(), inner[mark:].rstrip(), display)
    target = inner.strip()
    return Parts(target, "", display) if target else None


def image_size(display: str | None) -> tuple[int | None, int | None]:
    """The width and height in pixels that the last part of an embed's text gives: `120`, `120x80`, `pier|120`."""
    if display is None or not display[-1:].isdigit():
        return None, None
    size = _SIZE.match(display.rpartition("|")[2].strip())
    return (int(size[1]), int(size[2]) if size[2] else None) if size else (None, None)


def destination(text: str, start: int, end: int) -> tuple[str, int]:
    """The destination behind `](` as typed, without `<>`, and the offset behind the `)`; empty when it is no link.

    `start` is behind the `(`, `end` the end of the paragraph.
    """
    found = _DESTINATION.match(text, start, end)
    if found is None:
        return "", start
    raw, at = found[1] or found[2] or "", found.end()
    if found[1] is None and text.startswith("(", at):
        start = at - len(raw)
        at = _balanced(text, start, end)
        raw = text[start:at]
    title = _TITLE.match(text, at, end)
    close = _CLOSE.match(text, title.end() if title else at, end)
    return (raw, close.end()) if close else ("", start)


def _balanced(text: str, at: int, end: int) -> int:
    """Where a destination ends whose parentheses are nested; `at` when they are not balanced, or deeper than CommonMark
    asks for."""
    start, depth = at, 0
    while found := _UNBALANCED.search(text, at, end):
        char = found[0]
        if char == "\\":
            at = found.end() + 1
            continue
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return found.start()
        if depth > _PARENTHESES or char not in "()":
            return start if depth else found.start()
        at = found.end()
    return start


def has_scheme(address: str) -> bool:
    """Whether an address leads out of the vault: it begins with a scheme such as `https:` or `mailto:`."""
    return _SCHEME.match(address) is not None


def without_ways(text: str) -> str:
    """The text of a property with its links into the vault as their words. Within a text they are no links, but the
    folder of a note is no less private there."""
    if "[[" in text:
        text = WIKILINK.sub(_words, text)
    return _LABELLED.sub(_label, text) if "](" in text else text


def _label(found: re.Match[str]) -> str:
    return found[0] if has_scheme(found[2]) else without_ways(found[1])


def _words(found: re.Match[str]) -> str:
    parts = wikilink(found[1])
    return (parts.display or parts.target.rpartition("/")[2] or parts.subpath) if parts else found[0]


def literal(address: str) -> str:
    """A destination without its backslash escapes and entities."""
    return without_entities(_ESCAPE.sub(r"\1", address) if "\\" in address else address)


def without_entities(address: str) -> str:
    """An address with the characters that its entities stand for."""
    return ENTITY.sub(character, address) if "&" in address and ";" in address else address


def character(entity: re.Match[str]) -> str:
    """What an entity stands for; itself when there is none of that name."""
    import html

    return html.unescape(entity[0])


def markdown(address: str) -> Parts:
    """The path and subpath of a destination without a scheme, percent-decoded once."""
    path, sign, subpath = literal(address).partition("#")
    return Parts(_decoded(path).strip(), sign + _decoded(subpath).rstrip(), None)


def _decoded(text: str) -> str:
    return _PERCENT.sub(_bytes, text) if "%" in text else text


def _bytes(run: re.Match[str]) -> str:
    try:
        return bytes.fromhex(run[0].replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return run[0]


def bare_end(text: str, start: int, end: int) -> int:
    """Where a bare address that begins at `start` ends: punctuation and parentheses behind it are not its own."""
    surplus = text.count(")", start, end) - text.count("(", start, end)
    while end > start:
        last = text[end - 1]
        if last == ")" and surplus > 0:
            surplus -= 1
        elif last not in "?!.,:*_~'\"":
            break
        end -= 1
    return end


def shown(link: Link) -> str:
    """The text that Obsidian shows for a link: the author's own, or the parts of the target joined by ` > `."""
    return unnamed(link) if link.display is None else link.display


def unnamed(link: Link) -> str:
    """What it would show if the author had given no text."""
    return " > ".join(part for part in (link.target, *(part.strip() for part in link.subpath.split("#"))) if part)
