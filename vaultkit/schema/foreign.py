"""What an importer makes of another tool's schema: a note schema, and what has no place in one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vaultkit.model.record import NamedTuple
from vaultkit.schema.pattern import PatternError, pattern_test
from vaultkit.schema.source import Node


class Lost(NamedTuple):
    """Something that could not be taken over: the line where it stands, and what it is, in words."""

    line: int
    words: str


class Imported(NamedTuple):
    """A note schema, as plain values in the order of writing, and what is lost."""

    schema: dict[str, Any]
    lost: tuple[Lost, ...]


class Importer:
    """Takes over value by value, and notes down what it cannot."""

    def __init__(self) -> None:
        self.lost: list[Lost] = []

    def lose(self, node: Node, words: str) -> None:
        """Note down that what stands at a node is not taken over."""
        self.lost.append(Lost(node.line, words))

    def entries(self, node: Node, what: str) -> dict[str, Node]:
        """The entries of a mapping; when it is something else, that is noted down."""
        if isinstance(node.value, dict):
            return node.value
        self.lose(node, f"{what} should be a mapping")
        return {}

    def items(self, node: Node) -> list[Node]:
        """The items of a list, or the one value."""
        return node.value if isinstance(node.value, list) else [node]

    def left(self, entries: dict[str, Node], known: Iterable[str], where: str = "") -> None:
        """Note down the entries that are not known."""
        for name in entries.keys() - set(known):
            self.lose(entries[name], f"`{name}`{where}")

    def pattern(self, node: Node, source: str) -> str | None:
        """A pattern that can be used here; None, noted down, for one that cannot."""
        try:
            pattern_test(source)
        except PatternError as error:
            self.lose(node, f"the pattern `{source}`: {error}")
            return None
        return source

    def result(self, schema: dict[str, Any]) -> Imported:
        """What came of it, the losses in order of lines."""
        return Imported(schema, tuple(sorted(self.lost)))
