"""Facts as JSON text and back, for the cache and for other processes. Nothing in it can run."""

from __future__ import annotations

import json
from collections.abc import Callable
from operator import attrgetter
from typing import Any, cast, get_type_hints

from vaultkit.model.note import (
    Block,
    Callout,
    Code,
    Comment,
    External,
    Facts,
    Footnote,
    FrontMatter,
    Heading,
    Link,
    Math,
    Problem,
    Suppression,
    Table,
    Tag,
    Task,
    Value,
)
from vaultkit.model.text import Span

_make = tuple.__new__
_decode = json.JSONDecoder().raw_decode
_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False, allow_nan=False).encode
_KINDS = {
    "headings": Heading,
    "links": Link,
    "tags": Tag,
    "blocks": Block,
    "callouts": Callout,
    "tasks": Task,
    "code": Code,
    "math": Math,
    "tables": Table,
    "comments": Comment,
    "footnotes": Footnote,
    "external": External,
    "problems": Problem,
    "suppressions": Suppression,
}


def pack(facts: Facts) -> str:
    """The facts as one line of ASCII: JSON lists of the lists that most rules look at, and of the others."""
    return f"{_encode(_often(facts))}\t{_encode(_seldom(facts))}"


def unpack_properties(packed: str) -> dict[str, Value]:
    """The properties among packed facts, without unpacking the rest. Raises as `unpack` does."""
    front, _ = _decode(packed, 1)
    properties: dict[str, Value] = front[2]
    return properties


def unpack_links(packed: str) -> tuple[Link, ...]:
    """The links among packed facts, likewise."""
    at = 1
    for _ in range(_LINKS):
        _, at = _decode(packed, at)
        at += 1
    rows, _ = _decode(packed, at)
    return _READERS["links"](rows) if rows else ()


def unpack(packed: str) -> Facts:
    """The facts that were packed. Raises ValueError, TypeError or LookupError for anything `pack` did not make."""
    often, _, seldom = packed.partition("\t")
    front, *lists = json.loads(often)
    rows = {**dict(zip(_OFTEN, lists, strict=True)), **dict(zip(_SELDOM, json.loads(seldom), strict=True))}
    made = {name: _READERS[name](some) for name, some in rows.items() if some}
    return Facts(FrontMatter(front[0], Span._make(front[1]), front[2]), **made)


def unpack_when_asked(packed: str) -> Facts:
    """The same for one look at them: a list is made when somebody asks for it, and few rules ask for the long ones."""
    return cast(Facts, _Asked(packed))


class _Asked:
    """Has what facts have, and is equal to none."""

    def __init__(self, packed: str) -> None:
        often, _, self._seldom = packed.partition("\t")
        front, *lists = _decode(often)[0]
        self._rows = dict(zip(_OFTEN, lists, strict=True))
        self.frontmatter = FrontMatter(front[0], Span._make(front[1]), front[2])
        self.properties = self.frontmatter.properties

    def __getattr__(self, name: str) -> tuple[Any, ...]:
        if name not in _READERS:
            raise AttributeError(name)
        if name not in self._rows:
            self._rows.update(zip(_SELDOM, _decode(self._seldom)[0], strict=True))
        rows = self._rows[name]
        made = self.__dict__[name] = _READERS[name](rows) if rows else ()
        return made


def _reader(kind: Any) -> Callable[[list[list[Any]]], tuple[Any, ...]]:
    """A function from rows to facts of a kind, their spans made spans again."""
    types = get_type_hints(kind)
    spans = [number for number, name in enumerate(kind._fields) if types[name] is Span]
    size = {len(kind._fields)}

    def read(rows: list[list[Any]]) -> tuple[Any, ...]:
        if set(map(len, rows)) != size:
            raise ValueError("not the facts of this version")
        for number in spans:
            for row in rows:
                start, end = row[number]
                row[number] = _make(Span, (start, end))
        return tuple([_make(kind, row) for row in rows])

    return read


_READERS = {name: _reader(_KINDS[name]) for name in Facts._fields[1:]}
_SELDOM = ("tasks", "code", "math", "tables", "comments", "external")
_OFTEN = tuple(name for name in _KINDS if name not in _SELDOM)
_often = attrgetter("frontmatter", *_OFTEN)
_seldom = attrgetter(*_SELDOM)
_LINKS = 1 + _OFTEN.index("links")
