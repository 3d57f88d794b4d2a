"""Patterns mean the same in every Python, also in those whose possessive groups give back what they have."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import vaultkit.parse
from vaultkit.model import expression
from vaultkit.model.expression import atomic

PROJECT = Path(__file__).parent.parent.parent
SHAPES = Path(__file__).with_name("shapes.txt").read_text(encoding="utf-8")
SET = re.compile(r"\[\^?\]?(?:\\.|[^\\\]])*\]|\\.")
NAMES = [f"vaultkit.parse.{item.name}" for item in pkgutil.iter_modules(vaultkit.parse.__path__)]
PATTERNS = {
    f"{module.__name__}.{name}": thing
    for module in map(importlib.import_module, NAMES)
    for name, thing in vars(module).items()
    if isinstance(thing, expression._Expression)
}


@pytest.mark.parametrize(
    ("source", "same"),
    [
        ("(?:a|b)*+c", "(?>(?:a|b)*)c"),
        (r"x(a(?:b|[)]*+)++\))?+", r"x(?>(a(?>(?:b|[)]*+)+)\))?)"),
        (r"[]()*+]\)*+[^]]++(b)+", r"[]()*+]\)*+[^]]++(b)+"),
        (r"(?<!a)(b)++", r"(?<!a)(?>(b)+)"),
    ],
)
def test_a_possessive_group_becomes_an_atomic_one(source, same):
    assert atomic(source) == same


def test_a_group_keeps_what_it_has():
    assert not re.match(atomic(r"%%(?:[^%\n]++|%(?!%))*+(?!%%)"), "%% a comment %%")


@pytest.mark.skipif(not expression._KEEPS_GROUPS, reason="in this Python they are not the same: that is why")
@pytest.mark.parametrize("name", PATTERNS)
def test_the_same_is_found_either_way(name):
    pattern = PATTERNS[name]
    text = SHAPES + "".join(path.read_text() for path in sorted((PROJECT / "docs" / "example").rglob("*.md")))
    mine, other = re.compile(pattern._source, pattern._flags), re.compile(atomic(pattern._source), pattern._flags)
    assert [found.regs for found in mine.finditer(text)] == [found.regs for found in other.finditer(text)]


def test_such_patterns_are_made_by_what_knows():
    def direct(tree):
        called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node) == "re.compile" and node not in called:
                yield "(handed on)++"
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
                yield from (part.value for part in ast.walk(node) if isinstance(part, ast.Constant))

    for module in (PROJECT / "vaultkit").rglob("*.py"):
        sources = [text for text in direct(ast.parse(module.read_text())) if isinstance(text, str)]
        assert [text for text in sources if re.search(r"\)[*+?]\+", SET.sub("x", text))] == [], module
