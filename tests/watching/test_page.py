"""The page about reliability names tests that there are, and every row of what is to be tried."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
PAGE = TESTS.parent / "docs" / "reference" / "reliability.md"
ROWS = (("W", 20), ("P", 12), ("I", 6), ("S", 7), ("H", 1))


def test_every_row_has_tests_that_there_are():
    rows = dict(re.findall(r"^\| (\w+) \| .* \| (.*) \|$", PAGE.read_text(), re.MULTILINE))
    assert {f"{kind}{number}" for kind, count in ROWS for number in range(1, count + 1)} <= rows.keys()
    for row, cell in rows.items():
        for name in re.findall(r"`([^`]+)`", cell):
            path, _, function = name.partition("::")
            tree = ast.parse((TESTS / path).read_text())
            assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, (row, name)
