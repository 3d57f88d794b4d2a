"""A schema as it is after all that it extends was merged in, with the place that each part comes from."""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.schema.note_schema import NoteSchema
from vaultkit.schema.repair import as_yaml
from vaultkit.schema.source import Node, plain

_WIDTH = 88


def merged_lines(schema: NoteSchema) -> Iterator[str]:
    """The lines of the schema as YAML, each with the file and line where it is written."""
    yield from _mapping({"name": Node(schema.name, schema.file, schema.origin("name").line), **schema.parts}, "")


def _mapping(parts: dict[str, Node], indent: str) -> Iterator[str]:
    for key, node in parts.items():
        yield from _entry(f"{indent}{as_yaml(key)}:", node, indent + "  ", deep=bool(indent))


def _entry(head: str, node: Node, indent: str, deep: bool) -> Iterator[str]:
    """A key, or the dash of a list, and what stands behind it: on one line, when it comes from one line or is short."""
    short = f"{head} {as_yaml(plain(node))}"
    if not node.value or not isinstance(node.value, dict | list) or (deep and len(short) <= _WIDTH and _is_one(node)):
        yield f"{short}  # {node.file}:{node.line}"
    elif isinstance(node.value, dict):
        yield head
        yield from _mapping(node.value, indent)
    else:
        yield head
        for item in node.value:
            yield from _item(item, indent)


def _item(item: Node, indent: str) -> Iterator[str]:
    """An item of a list; the first key of a mapping stands behind the dash."""
    if not isinstance(item.value, dict) or not item.value:
        yield from _entry(f"{indent}-", item, indent + "  ", deep=True)
        return
    first, *rest = _mapping(item.value, indent + "  ")
    yield f"{indent}- {first[len(indent) + 2 :]}"
    yield from rest


def _is_one(node: Node) -> bool:
    """Whether all of a value comes from one file, and it is no list of mappings, which would be hard to read."""
    listed = isinstance(node.value, list) and any(isinstance(item.value, dict) for item in node.value)
    return not listed and len({part.file for part in _all(node)}) == 1


def _all(node: Node) -> Iterator[Node]:
    yield node
    inner = node.value.values() if isinstance(node.value, dict) else node.value if isinstance(node.value, list) else ()
    for part in inner:
        yield from _all(part)
