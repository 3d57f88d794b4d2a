"""Mistakes that need more text than a case file should hold."""

import pytest

from vaultkit.parse.mistakes import MOST_DELIMITERS
from vaultkit.parse.note import parse

MANY = MOST_DELIMITERS + 10


@pytest.mark.parametrize("sign", ["*a ", "a** ", "_a ", "~~a ", "==a "])
def test_a_paragraph_with_too_many_signs_of_emphasis(sign):
    text = f"Before.\n\n{sign * MANY}\n\nBehind."
    (problem,) = parse(text).problems
    assert problem.rule == "too-complex"
    assert text[slice(*problem.span)] == (sign * MANY).rstrip() + " "
    assert str(MANY) in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "*a* **b**\n\n" * MANY,
        "- *a* **b**\n" * MANY,
        "1. *a* **b**\n   *c*\n" * MANY,
        "| *a* | **b** |\n| --- | --- |\n" + "| *c* | _d_ |\n" * MANY,
        "```\n" + "*a " * MANY + "\n```\n",
        "    " + "*a " * MANY,
        "$$\n" + "*a " * MANY + "\n$$\n",
        "*" * MANY,
        "snake_case_name " * MANY,
    ],
    ids=[
        "paragraphs",
        "items",
        "items of two lines",
        "rows",
        "fence",
        "indented",
        "formula",
        "one run",
        "inside words",
    ],
)
def test_many_signs_that_are_no_burden(text):
    assert parse(text).problems == ()
