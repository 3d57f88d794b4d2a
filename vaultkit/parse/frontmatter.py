"""The properties at the top of a note: where they are, what they say, what Obsidian makes of some of them.

The block opens with exactly `---` on the first line and closes with the next line that is exactly `---`. What stands
between is YAML 1.2; anything but a mapping gives no properties, and the block is no part of the note's body either way.
Source: https://help.obsidian.md/properties
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from vaultkit.model.expression import expression
from vaultkit.model.note import NO_FRONT_MATTER, FrontMatter, Link, Problem, Value
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import Span, TextEdit
from vaultkit.parse import plain_yaml
from vaultkit.parse.grammar import TAG, WIKILINK, wikilink

if TYPE_CHECKING:
    from vaultkit.parse.yaml12 import Node

_FENCE = "---"
_OPEN = expression(r"---\r?\n")
_CLOSE = expression(r"\n---(?=\r?\n|\Z)")
_UNSEEN = r"\u00a0\u200b-\u200d\u2060\ufeff"
_ALMOST_OPEN = expression(rf"[\s{_UNSEEN}]*---[ \t{_UNSEEN}]*(?:\r?\n|\r)")
_ALMOST_CLOSE = expression(rf"[\r\n]---[ \t{_UNSEEN}]*(?=[\r\n]|\Z)")
_PROPERTY_AHEAD = expression(r"(?:[^\W\d_][\w -]*:(?:[ \t]|\r?\n|\Z)|\{[ \t]*[\"\r\n}])")
_RULES = {"syntax": "frontmatter-invalid-yaml", "duplicate": "frontmatter-duplicate-key"}

_TAG = expression(rf"(?!\d+\Z){TAG}+")
_QUOTED_LINK = expression(r"(?<= )([\"'])(\[\[[^\"'\\\n]*\]\])\1(?= *[\r\n])")
_LINE_END = expression(r"\r?\n")


def read(text: str) -> tuple[FrontMatter, tuple[Problem, ...]]:
    """The properties of a note's text (a byte order mark already removed), and what is wrong with them.

    The span runs from the opening fence to the end of the closing one, without the line end behind it.
    """
    opening = _OPEN.match(text)
    if opening is None:
        return NO_FRONT_MATTER, _misplaced(text)
    closing = _CLOSE.search(text, 3)
    if closing is None:
        return NO_FRONT_MATTER, _unclosed(text, opening.end())
    span = Span(0, closing.end())
    inner = Span(opening.end(), max(opening.end(), closing.start() + 1))
    quick = plain_yaml.read(text[slice(*inner)])
    if quick is not None:
        return FrontMatter("valid", span, quick), ()
    from vaultkit.parse.yaml12 import compose

    composed = compose(text, inner)
    if composed.mistakes:
        problems = tuple(Problem(_RULES[kind], place, message) for kind, place, message in composed.mistakes)
        return FrontMatter("invalid", span, {}), problems
    if composed.root is None:
        return FrontMatter("empty", span, {}), ()
    if not isinstance(composed.root.value, dict):
        return FrontMatter("invalid", span, {}), (_no_mapping(text, composed.root),)
    return FrontMatter("valid", span, composed.root.value), ()


def _misplaced(text: str) -> tuple[Problem, ...]:
    """A block that would be properties if it began on the first line, with nothing before it or behind its fences, and
    its lines did not end in CR alone: whoever wrote it takes what it says for said."""
    opening = _ALMOST_OPEN.match(text)
    if opening is None or not _PROPERTY_AHEAD.match(text, opening.end()):
        return ()
    start = text.index(_FENCE)
    if start and not _ALMOST_CLOSE.search(text, opening.end() - 1):
        return ()
    if "\n" not in text[start : opening.end()]:
        why = "their lines end in CR alone, which the app takes for no line end"
    elif start == 0:
        why = "there are spaces behind the `---` that opens them"
    elif text[start - 1] in " \t":
        why = "there is a space before the `---` that opens them"
    else:
        why = "the `---` that opens them is not the first line of the note"
    return (Problem("frontmatter-unclosed", Span(start, start + 3), f"these properties are not read: {why}"),)


def _unclosed(text: str, inner: int) -> tuple[Problem, ...]:
    """The fence of a block that is never closed; a rule at the top of a note without properties is just a rule."""
    if not _PROPERTY_AHEAD.match(text, inner):
        return ()
    return (Problem("frontmatter-unclosed", Span(0, 3), "the properties opened here are never closed by a line `---`"),)


def _no_mapping(text: str, root: Node) -> Problem:
    from vaultkit.parse.yaml12 import on_one_line, shortened

    place = on_one_line(text, root.span)
    words = text[slice(*place)]
    if re.match(r"[\w-]+:[^\s/]", words):
        message = f"a space is missing behind the colon in `{shortened(words)}`"
    elif isinstance(root.value, list):
        message = "this is a list without a name; a property is written `name: value`"
    else:
        only = "only properties (`name: value`) can stand between the `---` at the top and the next one"
        message = f"`{shortened(words)}` is no property; {only}"
    return Problem(_RULES["syntax"], place, message)


class Place(NamedTuple):
    """Where a property or list item stands: its name, and its value as typed, quotes and brackets included.

    An empty value stands, empty, behind its colon. The `key` of a list item is the item itself.
    """

    key: Span
    value: Span
    source: str


class Places:
    """The places of all properties of a note. `insert_at` is where a new line `name: value` goes."""

    def __init__(self, text: str, frontmatter: FrontMatter, root: Node | None) -> None:
        self._text = text
        self._state = frontmatter.state
        self._root = root
        self.insert_at = 0 if self._state == "none" else frontmatter.span.end - len(_FENCE)

    def get(self, *path: str | int) -> Place | None:
        """The place of a value by names and list indexes from the top (`"authors", 0, "name"`), if it is there."""
        node, key = self._root, Span(0, 0)
        for step in path:
            part = node.parts.get(step) if node else None
            if part is None:
                return None
            key, node = part
        return Place(key, node.span, self._text[slice(*node.span)]) if node and path else None

    def keys(self) -> tuple[str, ...]:
        """The names at the top, in the order they were typed."""
        return tuple(map(str, self._root.parts)) if self._root else ()

    def insertion(self, lines: Iterable[str]) -> TextEdit | None:
        """The edit that adds lines (without line ends) below the properties, with a block around them if there is none.

        None when the properties cannot be read or are written in brackets, where no line can be added.
        """
        if self._state == "invalid" or (self._root and self._root.flow):
            return None
        end = _LINE_END.search(self._text)
        lines = [_FENCE, *lines, _FENCE] if self._state == "none" else lines
        new = "".join(line + (end[0] if end else "\n") for line in lines)
        return TextEdit(Span(self.insert_at, self.insert_at), new)


def places(text: str, frontmatter: FrontMatter) -> Places:
    """Where the properties of `frontmatter` (read from this `text`) stand."""
    from vaultkit.parse.yaml12 import compose

    root = compose(text, _inner(text, frontmatter)).root if frontmatter.state == "valid" else None
    return Places(text, frontmatter, root)


def _inner(text: str, frontmatter: FrontMatter) -> Span:
    """What stands between the fences of a block that is there."""
    return Span(text.index("\n") + 1, frontmatter.span.end - len(_FENCE))


def property_links(text: str, frontmatter: FrontMatter) -> tuple[Link, ...]:
    """The links among the properties: values and list items that are, whole, one wikilink.

    `span` is the wikilink without the quotes around it; `property` the path to it, joined by dots. An embed is none.
    """
    end = frontmatter.span.end
    if text.find("[[", 0, end) < 0 and text.find("\\", 0, end) < 0:
        return ()
    found = list(_links((), frontmatter.properties))
    if not found:
        return ()
    spans = _plain_spans(text, frontmatter, [value for _, value in found])
    if spans is None:
        where = places(text, frontmatter)
        spans = [_without_quotes(where.get(*path)) for path, _ in found]
    links = []
    for (path, value), span in zip(found, spans, strict=True):
        parts = wikilink(value[2:-2])
        if parts:
            links.append(Link("wikilink", *parts, span, ".".join(map(str, path))))
    return tuple(links)


def _links(path: tuple[str | int, ...], value: Value) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The values that are one wikilink, each with the path to it, in order."""
    if isinstance(value, str):
        if value.startswith("[[") and WIKILINK.fullmatch(value):
            yield path, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _links((*path, name), item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _links((*path, index), item)


def _plain_spans(text: str, frontmatter: FrontMatter, links: list[str]) -> list[Span] | None:
    """Where the links stand when the properties are plain: a link is then all that is in a pair of quotes on one line.

    None when they are not, or when quotes elsewhere look the same. Ten times faster than finding every place.
    """
    inner = _inner(text, frontmatter)
    typed = list(_QUOTED_LINK.finditer(text, *inner))
    if [match[2] for match in typed] != links or plain_yaml.read(text[slice(*inner)]) is None:
        return None
    return [Span(*match.span(2)) for match in typed]


def _without_quotes(place: Place | None) -> Span:
    """Where a link stands in its value, which may be typed with escapes or as a block of text."""
    if place is None:
        return Span(0, 0)
    start, end = place.source.find("[["), place.source.rfind("]]")
    return Span(place.value.start + start, place.value.start + end + 2) if 0 <= start < end else place.value


def _of(properties: Mapping[str, Value], name: str) -> list[Value]:
    """The values under a name, whose letter case Obsidian ignores; one value counts as a list of one."""
    found: list[Value] = []
    for key, value in properties.items():
        if len(key) == len(name) and key.lower() == name:
            found.extend(value if isinstance(value, list) else [value])
    return found


def tags(properties: Mapping[str, Value]) -> tuple[str, ...]:
    """The tags among the properties, without `#`; text that is no tag (a space, a comma, digits only) is none."""
    found: dict[str, str] = {}
    for tag in filter(None, map(tag_of, _of(properties, "tags"))):
        found.setdefault(tag.lower(), tag)
    return tuple(found.values())


def tag_of(value: Value) -> str:
    """The tag that a value, or an item of a list, in the property `tags` is, without `#`; "" when it is none."""
    return _tag(value) if isinstance(value, str) else ""


@lru_cache(maxsize=4096)
def _tag(text: str) -> str:
    tag = text.strip().removeprefix("#")
    return tag if _TAG.fullmatch(tag) else ""


def aliases(properties: Mapping[str, Value]) -> tuple[str, ...]:
    """The note's other names: a list of texts; one text is one alias, commas and all."""
    values = _of(properties, "aliases")
    if not values:
        return ()
    found = (item.strip() for item in values if isinstance(item, str))
    return tuple(dict.fromkeys(alias for alias in found if alias))


def css_classes(properties: Mapping[str, Value]) -> tuple[str, ...]:
    """The style classes of the note; a class has no space in it, so spaces separate."""
    found = (item for item in _of(properties, "cssclasses") if isinstance(item, str))
    return tuple(dict.fromkeys(name for item in found for name in item.split()))
