"""Which values of a mapping are other objects than before. Whoever takes over what holds can be compared by identity,
at the speed of a copy."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import compress
from operator import is_not
from typing import TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def renewed(before: Mapping[_Key, object], after: Mapping[_Key, object]) -> list[_Key]:
    """The keys of `after` with another object than before, or with one where none was, in order."""
    if before is after:
        return []
    there = before.values() if _alike(before, after) else map(before.get, after)
    return list(compress(after, map(is_not, after.values(), there)))


def in_order_of(before: Mapping[_Key, object], after: dict[_Key, _Value]) -> dict[_Key, _Value]:
    """The same with its keys in order; `before` is one that has them so."""
    if _alike(before, after):
        return after
    if before.keys() == after.keys():
        return {**dict.fromkeys(before), **after}  # type: ignore[dict-item]
    keys = sorted(after)  # type: ignore[type-var]
    return after if keys == [*after] else {key: after[key] for key in keys}


def _alike(one: Mapping[_Key, object], other: Mapping[_Key, object]) -> bool:
    """Whether two mappings have the same keys in the same order. Lists of the same objects are told at once."""
    return len(one) == len(other) and [*one] == [*other]
