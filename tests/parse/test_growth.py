"""The scanner's time grows with the text alone, whatever its shape.

Every shape is read at two sizes, the second eight times the first. Time that grows with the text alone gives a ratio
of eight, time that grows with its square one of sixty-four. The best of several runs counts, and the bound lies well
between the two, so that a busy machine does not fail the test.
"""

import itertools
import random
import time
from pathlib import Path

import pytest

from vaultkit.parse.blocks import read_blocks
from vaultkit.parse.inline import plain
from vaultkit.parse.note import parse
from vaultkit.parse.reading import highlights, visible
from vaultkit.parse.scanner import Scanner

TIMES = 8
BOUND = 24
SIGNS, LINES = (
    part.strip("\n").replace("␠", " ").split("\n")
    for part in (Path(__file__).parent / "shapes.txt")
    .read_text(encoding="utf-8")
    .partition("\n\n")[2]
    .split("\n----\n")
)
NESTED = {
    "quotes": lambda n: "> " * n + "a\n" + "b\n" * n,
    "tight quotes": lambda n: ">" * n + "a\n" + ">\n" * n,
    "items and empty lines": lambda n: "- " * n + "x" + "\n" * n + "y",
    "a quote, items, empty quotes": lambda n: "> " + "- " * n + "x\n" + ">\n" * n,
    "items and lazy lines": lambda n: "- " * n + "x\n" + "  y\n" * n,
    "items of stars": lambda n: "* " * n + "a",
    "items of all marks": lambda n: "- * + 1. " * n + "a",
    "numbered items": lambda n: "1. " * n + "a",
    "nested brackets": lambda n: "[" * n + "a" + "]" * n,
    "nested labels": lambda n: "[" * n + "a" + "](b)" * n,
    "nested images": lambda n: "![" * n + "a" + "](b)" * n,
    "nested footnotes": lambda n: "^[" * n + "a" + "]" * n,
    "parentheses": lambda n: "[a](" + "(" * n + ")" * n + ")",
    "runs of backticks": lambda n: "".join("e" + "`" * size for size in range(int(n**0.5) * 3)),
    "backticks in a comment": lambda n: "`a %%`b #x%% " * n,
    "fences of all lengths": lambda n: "\n".join("`" * size for size in range(int(n**0.5) * 3, 3, -1)),
    "stairs of items": lambda n: "\n".join("  " * level + "- a" for level in range(int(n**0.5))),
    "stairs of quotes": lambda n: "\n".join("> " * level + "a" for level in range(int(n**0.5))),
    "spaces": lambda n: "a" + " " * n + "b",
    "lines of spaces": lambda n: ("a" + " " * 100 + "\n") * (n // 50),
    "a wide table": lambda n: "|" + "x|" * n + "\n|" + "-|" * n + "\n|" + "y|" * n,
    "a long row of hyphens": lambda n: "| a |\n|" + "-" * n + "\n",
    "ids in one paragraph": lambda n: "a ^x\n" * n,
    "paragraphs with ids": lambda n: "a ^x\n\n" * n,
    "comments in one paragraph": lambda n: "x `a\n<!--\n-->\n" * n,
    "emphasis of all kinds": lambda n: "*a **b _c __d " * n + "e* f** g_ h__ " * n,
    "closing emphasis": lambda n: "*a" * n + " b_" * n,
}


def read(text):
    """Seconds to read a text, without what the front matter's reader takes."""
    started = time.process_time()
    Scanner(read_blocks(text, 0))
    return time.process_time() - started


def growth(shape, size, read=read):
    """How many times as long a shape takes that is eight times as large; if that seems much, the best of some runs."""
    small, large = shape(size), shape(size * TIMES)
    ratio = read(large) / read(small)
    if ratio < BOUND:
        return ratio
    return min(read(large) for _ in range(4)) / min(read(small) for _ in range(12))


def repeated(unit, size):
    return unit * (size // len(unit) + 1)


def unescaped(unit):
    return unit.encode("latin-1", "backslashreplace").decode("unicode_escape")


@pytest.mark.parametrize("unit", SIGNS)
def test_signs_repeated(unit):
    assert growth(lambda size: repeated(unescaped(unit), size), 3000) < BOUND
    assert growth(lambda size: repeated(unescaped(unit) + " ", size), 3000) < BOUND


@pytest.mark.parametrize("unit", LINES)
def test_lines_repeated(unit):
    text = unescaped(unit) + "\n"
    assert growth(lambda size: repeated(text, size), 3000) < BOUND


@pytest.mark.parametrize("name", NESTED)
def test_shapes(name):
    assert growth(NESTED[name], 1000) < BOUND


def shapes(seed):
    """Two random pieces, one after the other, each many times over."""
    rng = random.Random(seed)
    pieces = [*map(unescaped, SIGNS), *(unescaped(unit) + "\n" for unit in LINES), "\n", "\n\n", "a ", " "]
    first, second = ("".join(rng.choices(pieces, k=rng.randint(1, 4))) for _ in range(2))
    yield first, lambda size: repeated(first, size)
    yield (first, second), lambda size: repeated(first, size // 2) + repeated(second, size // 2)
    yield (second, first), lambda size: second + repeated(first, size)


@pytest.mark.parametrize("seeds", [range(start, start + 8) for start in range(0, 24, 8)], ids=str)
def test_random_shapes(seeds):
    for name, shape in itertools.chain.from_iterable(map(shapes, seeds)):
        assert growth(shape, 2000) < BOUND, name


@pytest.mark.parametrize("unit", SIGNS)
def test_what_a_reader_sees(unit):
    def seen(text):
        started = time.process_time()
        plain(text)
        facts = parse(text)
        visible(text, facts)
        highlights(text, facts)
        return time.process_time() - started

    assert growth(lambda size: repeated(unescaped(unit), size), 1000, seen) < BOUND
