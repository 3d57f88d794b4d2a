"""Small means for rules on mistune's blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from re import Match

from mistune import BlockParser, BlockState, Markdown

from vaultkit.render.rendering import Token

ParseBlock = Callable[[BlockParser, Match[str], BlockState], int | None]


def add_block_rule(md: Markdown, name: str, pattern: str, parse: ParseBlock, *, before: str) -> None:
    """A rule for blocks at the root, in quotes and in list items, tried before another, or last when that is ""."""
    md.block.register(name, pattern, parse, before=before)
    for rules in (md.block.block_quote_rules, md.block.list_rules):
        md.block.insert_rule(rules, name, before=before)


def siblings(tokens: list[Token]) -> Iterator[list[Token]]:
    """Every list of blocks that stand side by side, outer ones first."""
    stack = [tokens]
    while stack:
        tokens = stack.pop()
        yield tokens
        stack.extend(token["children"] for token in reversed(tokens) if "children" in token)
