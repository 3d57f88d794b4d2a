"""YAML as Obsidian reads it: values by the 1.2 core schema, every node with its place, and nothing dangerous built.

PyYAML's parser (libyaml when there is one) yields events; this module makes values of them by its own rules, because
PyYAML means YAML 1.1 (`no` is false, `12:30` is 750, a date is an object) and lets keys repeat. While the events come
in, anchors, aliases, merge keys, deep nesting, repeated keys, and numbers that are none are refused, so a bomb is
never unfolded. The core schema: https://yaml.org/spec/1.2.2/#103-core-schema
"""

from __future__ import annotations

import math
import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal

from vaultkit.model.expression import expression
from vaultkit.model.note import Value
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import LineIndex, Span
from vaultkit.parse.scalars import MAX_BYTES, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 20
TOO_DEEP = f"this is nested more than {MAX_DEPTH} levels deep"
SHOWN_LENGTH = 40

_CORE_TAGS = {"int": int, "float": float, "bool": bool, "null": type(None)}

_UNPRINTABLE = expression("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_GLUED_HEADER = expression(r"[|>][-+0-9]*#")
_LINE_END = expression(r"[\r\n]")
_NOT_A_BREAK = expression("[\x85\u2028\u2029]")
_SURROGATES = expression(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_BLANKS = expression(r"(?<![ \t])[ \t]++(?=[\r\n]|\Z)|^[ \t]++(?=#)", re.MULTILINE)


class Mistake(NamedTuple):
    """Something wrong in the YAML, in words for the person who typed it."""

    kind: Literal["syntax", "duplicate"]
    span: Span
    message: str


class Part(NamedTuple):
    """An entry of a mapping (its key as typed) or an item of a list (`key` is the item itself)."""

    key: Span
    node: Node


class Node(NamedTuple):
    """A value and where it stands as typed, quotes and brackets included. An empty value stands behind its colon.

    `parts` holds what a mapping or list is made of, by name or index, in order; `flow`: it is written in brackets.
    """

    value: Value
    span: Span
    parts: dict[str | int, Part] = {}  # noqa: RUF012  (never written to)
    flow: bool = False


class Composed(NamedTuple):
    """What a text says: `root` is None when it says nothing or when there is a mistake that hides the rest."""

    root: Node | None
    mistakes: tuple[Mistake, ...]


def key_name(value: Value) -> str:
    """How a key that is not text is called (as JavaScript would: `true`, `1`, empty for null)."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def on_one_line(text: str, span: Span) -> Span:
    """The part of a span that is on its first line, without blanks at the end; at least one character if it can be."""
    end = _LINE_END.search(text, span.start, span.end)
    words = text[span.start : end.start() if end else span.end].rstrip(" ")
    return Span(span.start, span.start + max(len(words), min(1, len(text) - span.start)))


def shortened(words: str) -> str:
    """Words of a note as a message quotes them."""
    return words if len(words) <= SHOWN_LENGTH else f"{words[: SHOWN_LENGTH - 3]}..."


def text_below(sign: str) -> str:
    """What is wrong with a value that begins with `|` or `>` and goes on on the same line."""
    return f"`{sign}` at the start of a value means text on the lines below; put the value in quotes"


def compose(text: str, span: Span | None = None) -> Composed:
    """Read the YAML in `span` of `text` (all of it by default). Never raises; linear in time; spans are into `text`."""
    start, end = span or Span(0, len(text))
    source = text[start:end]
    if len(source) > MAX_BYTES // 4 and len(source.encode("utf-8", "replace")) > MAX_BYTES:
        message = (
            f"this is longer than {MAX_BYTES // 1024} KiB, more than anybody writes; is its end where it should be?"
        )
        return Composed(None, (Mistake("syntax", on_one_line(text, Span(start, end)), message),))
    odd = _UNPRINTABLE.search(source)
    if odd:
        at = start + odd.start()
        message = f"there is an invisible character (U+{ord(odd[0]):04X}) here; remove it"
        return Composed(None, (Mistake("syntax", Span(at, at + 1), message),))
    return _Composer(text, start, source).compose()


@cache
def _parser() -> tuple[Any, Callable[[str], Any]]:
    """The yaml package, and its parser: libyaml's, else the slower one in Python that agrees with it."""
    import yaml

    return yaml, yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class _Refused(Exception):
    """Nothing after this mistake can be understood."""

    def __init__(self, start: int, end: int, message: str) -> None:
        super().__init__(message)
        self.start, self.end, self.message = start, end, message


def _joined(pair: re.Match[str]) -> int:
    """The character that two UTF-16 escapes stand for."""
    return 0x10000 + ((int(pair[1], 16) & 0x3FF) << 10) + (int(pair[2], 16) & 0x3FF)


class _Composer:
    """One reading of one text."""

    def __init__(self, text: str, start: int, source: str) -> None:
        self.text = text
        self.start = start
        self.source = source
        self.duplicates: list[Mistake] = []
        self.yaml, self.parser = _parser()
        self.restore: dict[int, str] = {}
        self.brackets = 0

    def compose(self) -> Composed:
        try:
            try:
                root = self._document(self._without_breaks(self.source))
            except self.yaml.MarkedYAMLError:
                lenient = self._lenient(self.source)
                if lenient == self.source:
                    raise
                self.duplicates.clear()
                self.brackets = 0
                root = self._document(self._without_breaks(lenient))
        except _Refused as refused:
            return self._wrong(Span(refused.start, refused.end), refused.message)
        except self.yaml.MarkedYAMLError as error:
            from vaultkit.parse.yaml_mistakes import explain

            span, message = explain(self.text, Span(self.start, self.start + len(self.source)), error)
            return self._wrong(span, message)
        if self.duplicates:
            return Composed(None, tuple(self.duplicates))
        return Composed(root, ())

    def _wrong(self, span: Span, message: str) -> Composed:
        return Composed(None, (Mistake("syntax", on_one_line(self.text, span), message),))

    def _private(self, meaning: str) -> str:
        """A character that the text does not have, to stand in the source for what the parser would take amiss."""
        code = next(
            code for code in range(0xF0000, 0x10FFFE) if chr(code) not in self.source and code not in self.restore
        )
        self.restore[code] = meaning
        return chr(code)

    def _without_breaks(self, source: str) -> str:
        """The source without what YAML 1.1 alone takes for line breaks."""
        for character in set(_NOT_A_BREAK.findall(source)):
            source = source.replace(character, self._private(character))
        return source

    def _lenient(self, source: str) -> str:
        """The source without what YAML 1.2 allows and the parser does not; no offset changes.

        Tabs where nothing follows, and two escapes for one character beyond the basic plane, as JSON writes an emoji.
        """
        source = _BLANKS.sub(lambda match: " " * len(match[0]), source)
        if _SURROGATES.search(source):
            filler = self._private("") * 2
            source = _SURROGATES.sub(lambda pair: f"\\U{_joined(pair):08X}{filler}", source)
        return source

    def _document(self, source: str) -> Node | None:
        self.next = self.parser(source).get_event
        self.next()
        event = self.next()
        if isinstance(event, self.yaml.StreamEndEvent):
            return None
        root = self._node(self.next(), 0)
        self.next()
        event = self.next()
        if not isinstance(event, self.yaml.StreamEndEvent):
            at = self._offset(event.start_mark)
            line = self.text[slice(*on_one_line(self.text, Span(at, len(self.text))))]
            more = "more" if line.rstrip() != "---" else "spaces"
            raise _Refused(at, len(self.text), f"this `---` has {more} behind it, so it does not close the properties")
        return root

    def _offset(self, mark: Any) -> int:
        return self.start + int(mark.index)

    def _node(self, event: Any, depth: int) -> Node:
        start, end = self._offset(event.start_mark), self._offset(event.end_mark)
        if isinstance(event, self.yaml.AliasEvent) or event.anchor is not None:
            raise self._sign(start, end)
        if depth > MAX_DEPTH:
            raise _Refused(start, end, TOO_DEEP)
        if isinstance(event, self.yaml.ScalarEvent):
            return self._scalar(event, start, end)
        if event.tag and not event.tag.endswith((":map", ":seq")):
            raise self._sign(start, end)
        if isinstance(event, self.yaml.SequenceStartEvent):
            return self._sequence(event, start, depth)
        return self._mapping(event, start, depth)

    def _scalar(self, event: Any, start: int, end: int) -> Node:
        value: Value = event.value.translate(self.restore) if self.restore else event.value
        if event.style in ("|", ">"):
            if _GLUED_HEADER.match(self.text, start):
                raise self._value(start, end, text_below(self.text[start]))
            end = start + len(self.text[start:end].rstrip())
        elif event.style:
            self._end_before_comment(start, end)
        if event.tag:
            value = self._tagged(event.tag, value, start, end)
        elif event.implicit[0]:
            value = resolve(value)
        if isinstance(value, float) and not math.isfinite(value):
            typed = self.text[start:end]
            raise self._value(
                start, end, f"`{typed[:40]}` is no number that can be kept; put it in quotes if it is text"
            )
        return Node(value, Span(start, end))

    def _end_before_comment(self, start: int, end: int) -> None:
        """PyYAML takes a `#` glued to what ends here for a comment, YAML 1.2 does not."""
        if self.text.startswith("#", end):
            raise self._value(start, end + 1, "a space is missing before the `#`, or the value must be put in quotes")

    def _tagged(self, tag: str, text: str, start: int, end: int) -> Value:
        short = tag.removeprefix("tag:yaml.org,2002:")
        value = text if short == "str" else resolve(text)
        if short == "str" or (short in _CORE_TAGS and type(value) is _CORE_TAGS[short]):
            return value
        raise self._sign(start, end)

    def _sign(self, start: int, end: int) -> _Refused:
        """A value begins with a sign that YAML keeps for references (`&`, `*`) and tags (`!`)."""
        return self._value(start, end, f"a value cannot begin with `{self.text[start]}`; put it in quotes")

    def _value(self, start: int, end: int, message: str) -> _Refused:
        """A whole value is wrong: all the rest of its line, unless it stands in brackets."""
        return _Refused(start, end if self.brackets else len(self.text), message)

    def _sequence(self, event: Any, start: int, depth: int) -> Node:
        parts: dict[str | int, Part] = {}
        value: list[Value] = []
        end = start
        self.brackets += bool(event.flow_style)
        while not isinstance(item := self.next(), self.yaml.SequenceEndEvent):
            node = self._node(item, depth + 1)
            parts[len(value)] = Part(node.span, node)
            value.append(node.value)
            end = node.span.end
        if event.flow_style:
            self.brackets -= 1
            end = self._offset(item.end_mark)
            self._end_before_comment(start, end)
        return Node(value, Span(start, end), parts, bool(event.flow_style))

    def _mapping(self, event: Any, start: int, depth: int) -> Node:
        parts: dict[str | int, Part] = {}
        value: dict[str, Value] = {}
        end = start
        self.brackets += bool(event.flow_style)
        while not isinstance(item := self.next(), self.yaml.MappingEndEvent):
            name, span = self._key(item, depth)
            node = self._node(self.next(), depth + 1)
            if name in value:
                self._repeated(name, span, parts[name].key)
            else:
                parts[name] = Part(span, node)
                value[name] = node.value
            end = node.span.end
        if event.flow_style:
            self.brackets -= 1
            end = self._offset(item.end_mark)
            self._end_before_comment(start, end)
        return Node(value, Span(start, end), parts, bool(event.flow_style))

    def _key(self, event: Any, depth: int) -> tuple[str, Span]:
        start = self._offset(event.start_mark)
        if not isinstance(event, self.yaml.ScalarEvent | self.yaml.AliasEvent):
            if self.text.startswith("{{", start - 1):
                end = self.text.find("}}", start) + 2
                self.brackets -= 1
                raise self._value(start - 1, max(end, start + 1), "a placeholder must be put in quotes")
            raise _Refused(start, start + 1, "a name cannot begin with a bracket; put it in quotes")
        node = self._node(event, depth)
        if event.value == "<<" and event.implicit[0]:
            raise _Refused(*node.span, "`<<` has a meaning in YAML that properties cannot have; put it in quotes")
        return key_name(node.value), node.span

    @cached_property
    def lines(self) -> LineIndex:
        return LineIndex(self.text)

    def _repeated(self, name: str, span: Span, first: Span) -> None:
        line = self.lines.position(first.start).line
        message = f"`{name}` is already on line {line}; a name can be used only once"
        self.duplicates.append(Mistake("duplicate", span, message))
