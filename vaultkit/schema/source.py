"""YAML that a person wrote to set vaultkit up, with the place of every value, made into clauses.

Values have YAML 1.2 core meaning. Whatever is wrong is one SetupError: file, line, what, and a did-you-mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from vaultkit.errors import SetupError
from vaultkit.model.clause import Clause
from vaultkit.model.record import NamedTuple
from vaultkit.model.text import LineIndex, Span
from vaultkit.registry import suggest

if TYPE_CHECKING:
    from vaultkit.parse import yaml12

_C = TypeVar("_C", bound=Clause)


class Node(NamedTuple):
    """A value and where it was written: a scalar, a list of nodes, or a dict of nodes. The line counts from 1; that of
    a mapping's entry is its key's."""

    value: Any
    file: str
    line: int

    def at(self, path: Iterable[str | int]) -> Node:
        """The node at a path, or the nearest one above it that was written."""
        node = self
        for part in path:
            inner = node.value
            known = range(len(inner)) if isinstance(inner, list) else inner if isinstance(inner, dict) else ()
            if part in known:
                node = inner[part]
        return node

    def files(self) -> frozenset[str]:
        """The files that the node and all in it were read from."""
        value = self.value
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return frozenset((self.file,)).union(*(node.files() for node in inner))


def plain(node: Node) -> Any:
    """The value without places."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


class Unfit(ValueError):
    """What a clause raises that cannot be: what is wrong, where below the clause, and what to `do`."""

    def __init__(self, what: str, *path: str | int, do: str = "") -> None:
        super().__init__(what)
        self.path = path
        self.do = do


def mistake(what: str, node: Node, do: str = "") -> SetupError:
    """The error for a mistake at a node."""
    return SetupError(what, where=f"{node.file}:{node.line}", do=do)


def read_yaml(text: str, file: str) -> Node:
    """The document in `text`; an empty one is an empty mapping.

    Raises SetupError for YAML that cannot be read or is no mapping, with the line.
    """
    from vaultkit.parse.yaml12 import Node as Composed
    from vaultkit.parse.yaml12 import compose

    composed = compose(text)
    lines = LineIndex(text)
    for wrong in composed.mistakes:
        raise SetupError(wrong.message, where=f"{file}:{lines.position(wrong.span.start).line}")
    root = composed.root or Composed({}, Span(0, 0))
    if not isinstance(root.value, dict):
        line = lines.position(root.span.start).line
        raise SetupError("this file holds `name: value` lines, and here is something else", where=f"{file}:{line}")
    return _placed(root, file, lines, lines.position(root.span.start).line)


def _placed(node: yaml12.Node, file: str, lines: LineIndex, line: int) -> Node:
    inner = {
        name: _placed(part.node, file, lines, lines.position(part.key.start).line) for name, part in node.parts.items()
    }
    if isinstance(node.value, dict):
        return Node(inner, file, line)
    return Node(list(inner.values()) if isinstance(node.value, list) else node.value, file, line)


# Merging ---------------------------------------------------------------------------------------------------------


def merged(base: Node, over: Node, by_name: str) -> Node:
    """`over` laid on `base`: mappings merge key by key, a null removes, anything else replaces.

    Lists under the key `items` merge entry by entry, known by their key `by_name`: a new entry stands behind the one it
    was written behind, and an entry written `Name: null` removes. Raises SetupError where there is nothing to remove.
    """
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    found = dict(base.value)
    for key, node in over.value.items():
        if node.value is None:
            if key not in found:
                raise _nothing_to_remove(key, node, found)
            del found[key]
        elif key not in found:
            found[key] = node
        elif key == "items" and isinstance(found[key].value, list) and isinstance(node.value, list):
            found[key] = node._replace(value=_merged_items(found[key].value, node.value, by_name))
        else:
            found[key] = merged(found[key], node, by_name)
    return over._replace(value=found)


def _merged_items(base: Sequence[Node], over: Sequence[Node], by_name: str) -> list[Node]:
    found = list(base)
    behind = len(found)
    for node in over:
        removed, name = _named(node, by_name)
        names = [_named(other, by_name)[1] for other in found]
        if name in names:
            place = names.index(name)
            found[place : place + 1] = [] if removed else [merged(found[place], node, by_name)]
            behind = place if removed else place + 1
        elif removed:
            raise _nothing_to_remove(name, node, names)
        else:
            found.insert(behind, node)
            behind += 1
    return found


def _named(node: Node, by_name: str) -> tuple[bool, str]:
    """Whether an entry is written to be removed, and its name."""
    if not isinstance(node.value, dict):
        return False, ""
    if by_name in node.value:
        return False, str(node.value[by_name].value)
    entries = list(node.value.items())
    removed = len(entries) == 1 and entries[0][1].value is None
    return removed, entries[0][0] if removed else ""


def _nothing_to_remove(name: str, node: Node, known: Iterable[str]) -> SetupError:
    return mistake(f"there is no `{name}` to remove in what this extends", node, suggest(name, known))


# Building --------------------------------------------------------------------------------------------------------


def build(kind: type[_C], node: Node) -> _C:
    """The clause that a document is.

    Raises SetupError for the first mistake in it, at its line; a key that is not known before what is missing.
    """
    from vaultkit.schema.exact import exactly

    made = exactly(kind, plain(node))
    if made is not None:
        return made
    from vaultkit.schema.validated import built

    return built(kind, node)
