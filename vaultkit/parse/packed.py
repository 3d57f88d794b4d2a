"""Facts as JSON text and back, for the cache and for other processes. Nothing in it can run."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

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
_KINDS = (
    FrontMatter,
    Heading,
    Link,
    Tag,
    Block,
    Callout,
    Task,
    Code,
    Math,
    Table,
    Comment,
    Footnote,
    External,
    Problem,
    Suppression,
)
_LINKS = Facts._fields.index("links")

_few = iter(range(100))
"""So many notes are packed and unpacked step by step: for fewer it does not pay to load what is quick at it."""


def pack(facts: Facts) -> str:
    """The facts as one line: a JSON list of their lists, everything in the order of its fields. Properties are ASCII.

    Raises ValueError for a property that is no number in JSON.
    """
    if next(_few, None) is not None:
        return _encode(facts)
    (state, span, properties), *lists = facts
    values = _encode(properties)  # so that what is no number in JSON, or half a character, is not lost silently
    encode, _, raw, _ = _quick()
    try:
        return encode(((state, span, raw(values)), *lists)).decode()
    except UnicodeEncodeError:
        return _encode(facts)


def unpack(packed: str) -> Facts:
    """The facts that were packed. Raises ValueError, TypeError or LookupError for anything `pack` did not make."""
    if next(_few, None) is None:
        _, decode, _, error = _quick()
        try:
            return decode(packed)
        except error:
            pass  # half a character, or no facts at all
    front, *lists = json.loads(packed)
    made = [_reader(kind)(some) if some else () for kind, some in zip(_KINDS[1:], lists, strict=True)]
    return Facts(_reader(FrontMatter)([front])[0], *made)


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
    return _reader(Link)(rows) if rows else ()


@cache
def _quick() -> tuple[Callable[[Any], bytes], Callable[[str], Facts], Callable[[str], Any], type[Exception]]:
    """What packs, what unpacks, what stands for text that is packed already, and how it is told that it cannot."""
    from msgspec import MsgspecError, Raw
    from msgspec.json import Decoder, Encoder

    return Encoder().encode, Decoder(Facts).decode, Raw, MsgspecError


@cache
def _reader(kind: Any) -> Callable[[list[list[Any]]], tuple[Any, ...]]:
    """A function from rows to facts of a kind, their spans made spans again."""
    spans = [number for number, name in enumerate(kind._fields) if kind.__annotations__[name] == Span.__name__]
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
