"""What could hang, kill or poison the process is refused before anything is built of it."""

import sys

import pytest
import yaml

from vaultkit.parse import yaml12
from vaultkit.parse.frontmatter import read
from vaultkit.parse.yaml12 import MAX_BYTES, MAX_DEPTH, compose


def problem(block):
    frontmatter, problems = read(f"---\n{block}\n---\nbody\n")
    assert frontmatter.state == "invalid"
    assert frontmatter.properties == {}
    assert len(problems) == 1
    return problems[0].message


def bomb(levels):
    lines = ["a0: &a0 [" + ",".join(["x"] * 9) + "]"]
    lines += [f"a{level}: &a{level} [" + ",".join([f"*a{level - 1}"] * 9) + "]" for level in range(1, levels)]
    return "\n".join(lines)


def merge_bomb(levels):
    lines = ["a0: &a0 {" + ",".join(f"k{number}: 1" for number in range(10)) + "}"]
    lines += [f"a{level}: &a{level} {{<<: [" + ",".join([f"*a{level - 1}"] * 9) + "]}" for level in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize("block", [bomb(10), merge_bomb(9), "a: &a [*a]", "a: &a 1\nb: *a", "<<: {a: 1}", "a: &x"])
def test_references_and_merge_keys(block):
    assert "cannot begin with `&`" in problem(block) or "`<<` has a meaning in YAML" in problem(block)


@pytest.mark.parametrize(
    "block",
    [
        "a: " + "[" * 60000,
        "a: " + "[" * 30000 + "]" * 30000,
        "a: " + "{b: " * 15000,
        "- " * 30000 + "a",
        "? " * 30000 + "a",
        "".join(" " * depth + "a:\n" for depth in range(300)),
        "a: " + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
    ],
    ids=["open", "closed", "mappings", "dashes", "keys", "indents", "one too many"],
)
def test_depth(block):
    message = problem(block)
    assert f"more than {MAX_DEPTH} levels" in message or "a name cannot begin" in message


def test_depth_is_allowed_up_to_the_limit():
    text = "a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    assert compose(text).mistakes == ()
    assert compose("[" * MAX_DEPTH + "]" * MAX_DEPTH).mistakes == ()


@pytest.mark.parametrize(
    "block", ["a: " + "x" * MAX_BYTES, "a: " + "é" * (MAX_BYTES // 2), "#\n" * (MAX_BYTES // 2 + 1)]
)
def test_length(block):
    assert "longer than 64 KiB" in problem(block)


def test_length_is_allowed_up_to_the_limit():
    for letter in "xé":
        value = letter * ((MAX_BYTES - 4) // len(letter.encode()))
        assert read(f"---\na: {value}\n---\n")[0].properties == {"a": value}


@pytest.mark.parametrize(
    "value", [".nan", ".inf", "-.Inf", "1e999", "-1e999", "9" * 1001, "0x" + "f" * 1001, "[.inf]", "'a': .nan"]
)
def test_numbers_that_are_none(value):
    message = problem(f"a: {value}" if not value.startswith("'") else value)
    assert "is no number that can be kept" in message
    assert len(message) < 150


@pytest.mark.parametrize(
    "value",
    ["!!python/object/apply:os.system [id]", "!!binary aGk=", "!!timestamp 2024-01-01", "!!set {a}", "!x 1", "!!int x"],
)
def test_tags(value):
    assert "cannot begin with `!`" in problem(f"a: {value}")


def test_no_object_is_ever_built_by_pyyaml(monkeypatch):
    """Only events are asked for: no node is composed and nothing is constructed."""

    def forbidden(*args, **kwargs):
        raise AssertionError("PyYAML was asked to build something")

    for loader in {yaml.SafeLoader, yaml12._parser()[1]}:
        for name in ("get_single_node", "get_single_data", "get_node", "get_data", "construct_document"):
            monkeypatch.setattr(loader, name, forbidden, raising=False)
    assert read("---\na: {b: [c, !!str d]}\n---\n")[0].properties == {"a": {"b": ["c", "d"]}}


SHAPES = [
    "[a, ", "{a, ", "a: b: ", "'", '"', "- a\n", "a: 1\n", "[", "\t", " ", "|\n", "a:\n ", ":", "::", "&a ", "#", "? ",
    ",", "a\n", "\\u", "*a ", "!a ", "%", "@", "`", "\u2028", "{{a}} ", "...\n", "--- a\n", "- - ", "a: |\n", "-\t",
    "\r", "[[A]] ",
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_with_the_length_alone(shape):
    """Counted in lines of Python, so that a slow machine changes nothing: no more than 2.5 times for twice."""
    counts = [_steps("a: x\n" + shape * (length // len(shape))) for length in (8000, 16000)]
    assert counts[1] <= 2.5 * counts[0] + 1000


def _steps(block):
    steps = 0

    def count(frame, event, argument):
        nonlocal steps
        steps += 1
        return count

    text = f"---\n{block}\n---\n"
    read(text)
    sys.settrace(count)
    try:
        read(text)
    finally:
        sys.settrace(None)
    return steps
