"""What was read to set vaultkit up, as JSON text and back, for the cache. Nothing in it can run.

Plain values stay what they are; a list, a tuple, a place in a file and a clause are lists that begin with their kind.
"""

from __future__ import annotations

import json
from typing import Any

from vaultkit.model.clause import Clause
from vaultkit.schema.clauses import KINDS
from vaultkit.schema.source import Node

_BY_NAME = {kind.__name__: kind for kind in KINDS}
_encode = json.JSONEncoder(separators=(",", ":")).encode


def pack(value: Any) -> str:
    """Clauses, nodes, and lists, tuples and mappings of such, as one line of ASCII JSON. Raises TypeError or ValueError
    for anything else."""
    return _encode(_plain(value))


def unpack(packed: str) -> Any:
    """What was packed. Raises ValueError, TypeError or LookupError for anything `pack` did not make."""
    return _made(json.loads(packed))


def _plain(value: Any) -> Any:
    if isinstance(value, Node):
        return ["node", _plain(value.value), value.file, value.line]
    if isinstance(value, Clause):
        return [type(value).__name__, {name: _plain(part) for name, part in value.kept().items()}]
    if isinstance(value, list | tuple):
        return ["list" if isinstance(value, list) else "tuple", *map(_plain, value)]
    if isinstance(value, dict):
        if not all(isinstance(name, str) for name in value):
            raise TypeError("only names can be packed")
        return {name: _plain(part) for name, part in value.items()}
    return value


def _made(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _made(part) for name, part in value.items()}
    if not isinstance(value, list):
        return value
    kind, *parts = value
    if kind == "node":
        inner, file, line = parts
        return Node(_made(inner), file, line)
    if kind in _BY_NAME:
        (fields,) = parts
        return _BY_NAME[kind](**_made(fields))
    made = map(_made, parts)
    return list(made) if kind == "list" else tuple(made)
