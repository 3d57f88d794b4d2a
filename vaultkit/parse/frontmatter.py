"""The properties at the top of a note: where they are, what they say, what Obsidian makes of some of them.

The block opens with exactly `---` on the first line and closes with the next line that is exactly `---`. What stands
between is YAML 1.2; anything but a mapping gives no properties, and the block is no part of the note's body either way.
Source: https://help.obsidian.md/properties
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from vaultkit.model.note import NO_FRONT_MATTER, FrontMatter, Link, Problem, Value
from vaultkit.model.text import Span
from vaultkit.parse import plain_yaml
from vaultkit.parse.yaml12 import PLAIN_LENGTH, Node, compose

_OPEN = re.compile(r"---\r?\n")
_CLOSE = re.compile(r"\n---(?=\r?\n|\Z)")
_ALMOST_OPEN = re.compile(r"\s*---[ \t]*\r?\n")
_PROPERTY_AHEAD = re.compile(r"[ \t]*\r?\n?(?:[^\W\d_][\w -]*:(?:[ \t]|\r?\n|\Z)|\{[ \t]*[\"\r\n}])")
_RULES = {"syntax": "frontmatter-invalid-yaml", "duplicate": "frontmatter-duplicate-key"}

_TAG = re.compile(r"(?!\d+\Z)[^\s\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\[\]\\]+")
_WIKILINK = re.compile(r"\[\[((?:(?!\[\[|\]\])[^\r\n])+)\]\]")


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
    quick = plain_yaml.read(text[slice(*inner)]) if inner.end - inner.start <= PLAIN_LENGTH else None
    if quick is not None:
        return FrontMatter("valid", span, quick), ()
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
    """A block that would be properties if it began on the first line, with nothing before it or behind its fence."""
    opening = _ALMOST_OPEN.match(text)
    if opening is None or not _PROPERTY_AHEAD.match(text, opening.end()) or not _CLOSE.search(text, opening.end() - 1):
        return ()
    start = text.index("---")
    where = (
        "exactly `---`, without spaces" if start == 0 else "the very first line of the note, without spaces before it"
    )
    message = f"these properties are not read, because the `---` that opens them is not {where}"
    return (Problem("frontmatter-unclosed", Span(start, start + 3), message),)


def _unclosed(text: str, inner: int) -> tuple[Problem, ...]:
    """The fence of a block that is never closed; a rule at the top of a note without properties is just a rule."""
    if not _PROPERTY_AHEAD.match(text, inner):
        return ()
    return (Problem("frontmatter-unclosed", Span(0, 3), "the properties opened here are never closed by a line `---`"),)


def _no_mapping(text: str, root: Node) -> Problem:
    words = text[slice(*root.span)].split("\n", 1)[0].rstrip()
    glued = re.match(r"[\w-]+:[^\s/]", words)
    if glued:
        message = f"a space is missing behind the colon in `{words[:40]}`"
    elif isinstance(root.value, list):
        message = "this is a list without a name; a property is written `name: value`"
    else:
        message = f"`{words[:40]}` is no property; a property is written `name: value`"
    return Problem(_RULES["syntax"], Span(root.span.start, root.span.start + len(words)), message)


class Place(NamedTuple):
    """Where a property or list item stands: its name, and its value as typed, quotes and brackets included.

    An empty value stands, empty, behind its colon. The `key` of a list item is the item itself.
    """

    key: Span
    value: Span
    source: str


class Places:
    """The places of all properties of a note. `insert_at` is where a new line `name: value` goes."""

    def __init__(self, text: str, root: Node | None, insert_at: int) -> None:
        self._text = text
        self._root = root
        self.insert_at = insert_at

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


def places(text: str, frontmatter: FrontMatter) -> Places:
    """Where the properties of `frontmatter` (read from this `text`) stand."""
    opening = _OPEN.match(text)
    if frontmatter.state == "none" or opening is None:
        return Places(text, None, 0)
    closing = frontmatter.span.end - 3
    if frontmatter.state != "valid":
        return Places(text, None, closing)
    return Places(text, compose(text, Span(opening.end(), closing)).root, closing)


def property_links(text: str, frontmatter: FrontMatter) -> tuple[Link, ...]:
    """The links among the properties: values and list items that are, whole, one wikilink.

    `span` is the wikilink without the quotes around it; `property` the path to it, joined by dots.
    """
    found = list(_links((), frontmatter.properties))
    if not found:
        return ()
    where = places(text, frontmatter)
    links = []
    for path, inner in found:
        place = where.get(*path)
        if place:
            at = place.source.find("[[")
            end = place.source.rfind("]]") + 2
            span = Span(place.value.start + at, place.value.start + end) if 0 <= at < end else place.value
            links.append(_link(inner, span, ".".join(map(str, path))))
    return tuple(links)


def _links(path: tuple[str | int, ...], value: Value) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        if value.startswith("[[") and (found := _WIKILINK.fullmatch(value)):
            yield path, found[1]
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _links((*path, name), item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _links((*path, index), item)


def _link(inner: str, span: Span, name: str) -> Link:
    """A wikilink's parts: the first pipe, but one at the very start, splits off the display, `#` the subpath."""
    pipe = inner.find("|", 1)
    display = inner[pipe + 1 :] if pipe > 0 else None
    path, sign, subpath = (inner[:pipe] if pipe > 0 else inner).partition("#")
    return Link("wikilink", path.strip(), sign + subpath.rstrip(), display, span, name)


def _of(properties: Mapping[str, Value], name: str) -> list[Value]:
    """The values under a name, whose letter case Obsidian ignores; one value counts as a list of one."""
    found: list[Value] = []
    for key, value in properties.items():
        if len(key) == len(name) and key.lower() == name:
            found.extend(value if isinstance(value, list) else [value])
    return found


def tags(properties: Mapping[str, Value]) -> tuple[str, ...]:
    """The tags among the properties, without `#`; text that is no tag (a space, a comma, digits only) is none."""
    found = (item.strip().removeprefix("#") for item in _of(properties, "tags") if isinstance(item, str))
    return tuple({item.lower(): item for item in reversed([tag for tag in found if _TAG.fullmatch(tag)])}.values())[
        ::-1
    ]


def aliases(properties: Mapping[str, Value]) -> tuple[str, ...]:
    """The note's other names: a list of texts; one text is one alias, commas and all."""
    found = (item.strip() for item in _of(properties, "aliases") if isinstance(item, str))
    return tuple(dict.fromkeys(alias for alias in found if alias))


def css_classes(properties: Mapping[str, Value]) -> tuple[str, ...]:
    """The style classes of the note; a class has no space in it, so spaces separate."""
    found = (item for item in _of(properties, "cssclasses") if isinstance(item, str))
    return tuple(dict.fromkeys(name for item in found for name in item.split()))
