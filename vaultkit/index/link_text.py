"""Writing links the way the app does, and changing the target of one that stands in a text.

Source: the help's "Files and links" settings, the API's `generateMarkdownLink` and `stripHeadingForLink`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from vaultkit.index.file_kinds import is_note
from vaultkit.index.outline import heading_in_link
from vaultkit.index.resolve import folder_of, strip
from vaultkit.model.expression import expression
from vaultkit.model.note import Link, NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span, TextEdit
from vaultkit.parse.grammar import destination, markdown

if TYPE_CHECKING:
    from vaultkit.index.vault_index import VaultIndex

_NOT_IN_WIKILINK = expression(r"[|#^\r\n]|\[\[|\]\]|%%")
_ENCODED = expression(r"[\s\\<>\x00-\x1f\x7f]|%(?=[0-9A-Fa-f]{2})")
_OPENING = expression(r"\]\(")


class LinkStyle(NamedTuple):
    """The settings `newLinkFormat` and `useMarkdownLinks`."""

    format: Literal["shortest", "relative", "absolute"] = "shortest"
    markdown: bool = False


def write_link(
    index: VaultIndex,
    source: NotePath,
    to: NotePath,
    style: LinkStyle,
    *,
    subpath: str = "",
    display: str = "",
    embed: bool = False,
) -> str:
    """The link that the app writes into `source` to open the file `to`.

    `subpath` is a heading's text, `#Heading#Below`, or `^id` or `#^id`. A file that is no note is embedded.
    """
    path = link_path(index, source, to, style)
    subpath = _subpath(index, to, subpath)
    if to == source and subpath:
        path = ""
    sign = "!" if embed or not is_note(to) else ""
    if not style.markdown:
        text = path + subpath
        return f"{sign}[[{text}|{display}]]" if display and display != text else f"{sign}[[{text}]]"
    name = to.rpartition("/")[2].removesuffix(".md")
    shown = display or ("" if sign else " > ".join(filter(None, (name if path else "", *subpath.split("#")))))
    return f"{sign}[{re.sub(r'[][]', _backslash, shown)}]({encoded(path + subpath)})"


def link_path(index: VaultIndex, source: NotePath, to: NotePath, style: LinkStyle) -> str:
    """The path part of a link, in the format of the settings; a note's ending stands in Markdown links only. One
    that is relative begins with `./` where without it it would open another file, which lies so from the root."""
    if style.format == "relative":
        path = _relative(folder_of(source), to)
    elif style.format == "shortest" and index.alone(to):
        path = to.rpartition("/")[2]
    else:
        path = to
    written = path if style.markdown or not is_note(to) else path[:-3]
    if style.format == "relative" and index.look_up(written, source)[0].path not in (to, None):
        return "./" + written
    return written


def _relative(folder: str, to: str) -> str:
    here = folder.split("/") if folder else []
    there = to.split("/")
    same = 0
    while same < min(len(here), len(there) - 1) and here[same] == there[same]:
        same += 1
    return "/".join([".."] * (len(here) - same) + there[same:])


def _subpath(index: VaultIndex, to: NotePath, subpath: str) -> str:
    """A subpath in the form of a link. One that is, whole, a heading of the note is never cut at a `#` in it."""
    plain = subpath.removeprefix("#")
    if not plain:
        return ""
    if plain.startswith("^"):
        return "#" + plain
    outline = index.outline(to)
    whole = outline is not None and strip(plain) in outline.titles
    parts = [plain] if whole or plain == subpath else plain.split("#")
    return "".join("#" + heading_in_link(part) for part in parts if part.strip())


def _backslash(match: re.Match[str]) -> str:
    return "\\" + match[0]


def encoded(path: str) -> str:
    """A path as the destination of a Markdown link: spaces and what would end or change it are percent-encoded."""
    text = _ENCODED.sub(_percent, path)
    depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            break
    plain = depth == 0 and not text.startswith("(")
    return text if plain else text.replace("(", "%28").replace(")", "%29")


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


def target_span(text: str, link: Link) -> Span | None:
    """Where a link's path and subpath stand in the text of its note; None when they cannot be told apart there."""
    start, end = link.span
    at = text.find("[[", start, end)
    if at >= 0 and link.kind in ("wikilink", "embed") and text.startswith(("[[", "![["), start):
        pipe = text.find("|", at + 3, end)
        stop = text.find("]]", at + 2, end) if pipe < 0 else pipe - (text[pipe - 1] == "\\")
        return _trimmed(text, at + 2, stop)
    return _destination(text, link)


def _destination(text: str, link: Link) -> Span | None:
    """The destination of a Markdown link stands behind the last `](` from where one reaches the link's end."""
    start, end = link.span
    for opening in reversed(list(_OPENING.finditer(text, start, end))):
        found = destination(text, opening.end(), end)
        if found and found[1] == end and markdown(found[0])[:2] == (link.target, link.subpath):
            at = text.index(found[0], opening.end())
            return Span(at, at + len(found[0]))
    return None


def _trimmed(text: str, start: int, end: int) -> Span:
    inner = text[start:end]
    left = len(inner) - len(inner.lstrip())
    return Span(start + left, start + left + len(inner.strip()))


def retargeted(text: str, link: Link, target: str, subpath: str | None = None) -> TextEdit | None:
    """The edit that makes a link of the text point to another path, or to another subpath too, display text untouched.

    `target` and `subpath` are given as a wikilink writes them. None when the link cannot hold them.
    """
    span = target_span(text, link)
    whole = target + (link.subpath if subpath is None else subpath)
    if span is None:
        return None
    if text.startswith(("[[", "![["), link.span.start):
        quotes = set("\"'\\") & set(whole) if link.property else ()
        return None if _NOT_IN_WIKILINK.search(target) or quotes else TextEdit(span, whole)
    return None if "#" in target else TextEdit(span, encoded(whole))


def with_ending(link: Link, target: str, path: NotePath) -> str:
    """A note's link text with `.md`, where the link that it replaces had it."""
    return target + ".md" if is_note(path) and is_note(link.target) and not is_note(target) else target
