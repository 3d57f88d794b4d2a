"""Facts as JSON text and back, for the cache and for other processes. Nothing in it can run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, get_type_hints

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
    """The facts as one line of ASCII JSON: lists in the order of the fields."""
    return _encode(facts)


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
    return _READERS[_LINKS - 1](rows) if rows else ()


def unpack(packed: str) -> Facts:
    """The facts that were packed. Raises ValueError, TypeError or LookupError for anything `pack` did not make."""
    front, *lists = json.loads(packed)
    if len(lists) != len(_READERS):
        raise ValueError("not the facts of this version")
    matter = FrontMatter(front[0], Span._make(front[1]), front[2])
    return Facts(matter, *[read(rows) if rows else () for read, rows in zip(_READERS, lists, strict=True)])


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


_READERS = [_reader(_KINDS[name]) for name in Facts._fields[1:]]
_LINKS = Facts._fields.index("links")
