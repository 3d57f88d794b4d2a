"""Where front matter begins and ends, and what a block that is none is called."""

import pytest

from vaultkit.model.text import Span
from vaultkit.parse.frontmatter import read


@pytest.mark.parametrize(
    ("text", "state", "end"),
    [
        ("", "none", 0),
        ("---", "none", 0),
        ("---\n", "none", 0),
        ("---\n---", "empty", 7),
        ("---\n---\nbody", "empty", 7),
        ("---\r\n---\r\n", "empty", 8),
        ("---\n\n---\n", "empty", 8),
        ("---\n# only a comment\n---\n", "empty", 24),
        ("---\na: 1\n---", "valid", 12),
        ("---\r\na: 1\r\n---\r\nbody", "valid", 14),
        ("---\n{}\n---\n", "valid", 10),
        ("---\na: |\n  x\n  ---\n---\n", "valid", 22),
        ("---\na: 1\n----\nb: 2\n---\n", "invalid", 22),
        ("\n---\na: 1\n---\n", "none", 0),
        (" ---\na: 1\n---\n", "none", 0),
        ("--- \na: 1\n---\n", "none", 0),
        ("----\na: 1\n----\n", "none", 0),
        ("Text\n\n---\na: 1\n---\n", "none", 0),
        ("---\na: 1\n...\n", "none", 0),
        ("---\na: 1\n--- \n", "none", 0),
        ("---\nonly words\n---\n", "invalid", 18),
        ("---\n- a\n- b\n---\n", "invalid", 15),
        ("---\n~\n---\n", "invalid", 9),
    ],
)
def test_the_state_of_a_block(text, state, end):
    frontmatter, _ = read(text)
    assert (frontmatter.state, frontmatter.span) == (state, Span(0, end))
    assert bool(frontmatter.properties) <= (state == "valid")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("---\ntitle: x\n\nBody.\n", 0, 3),
        ("---\r\ntitle:\r\n", 0, 3),
        ("---\nmy name: x", 0, 3),
        ("---\ntitle: x\n--- \nBody.\n", 0, 3),
        ("\n\n---\ntitle: x\n---\n", 2, 5),
        (" ---\ntitle: x\n---\n", 1, 4),
        ("---  \ntitle: x\n---\n", 0, 3),
        ('---\n{"title": "x"}\n', 0, 3),
    ],
)
def test_a_block_that_is_not_read_is_reported_at_its_fence(text, start, end):
    frontmatter, problems = read(text)
    assert frontmatter.state == "none"
    assert [(problem.rule, problem.span) for problem in problems] == [("frontmatter-unclosed", (start, end))]


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA rule at the top, then text.\n",
        "---\n# Heading\n",
        "---\n- a list\n",
        "---\nhttps://example.org\n",
        "\n---\n\nA rule.\n\n---\n",
        "Text\n\n---\nNote: this\n---\n",
        "\n---\ntitle: never closed, so a rule and text\n",
    ],
)
def test_a_rule_is_no_block(text):
    frontmatter, problems = read(text)
    assert frontmatter.state == "none"
    assert problems == ()
