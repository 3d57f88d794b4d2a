"""Where names and values stand: exact in characters, whatever the line ends, comments and alphabets."""

import itertools

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from frontmatter.yaml_texts import blocks
from vaultkit.model.text import apply_edits
from vaultkit.parse.frontmatter import places, read
from vaultkit.parse.yaml12 import compose

TEXT = """---
title: "Dune: \U0001f600 the book"  # a comment
\U0001f600 name: é x
empty:
nothing: ~
tags: [a, "b c", {d: 1}]
authors:
  - name: Frank
    born: 1920
  # between
  - name: 'Brian'
  -
lit: |
  one
    two

fold: >-
  three

  four

# a comment behind
plain: goes
  on
last: x
---
body
"""

SOURCES = [
    (("title",), "title", '"Dune: \U0001f600 the book"'),
    (("\U0001f600 name",), "\U0001f600 name", "é x"),
    (("empty",), "empty", ""),
    (("nothing",), "nothing", "~"),
    (("tags",), "tags", '[a, "b c", {d: 1}]'),
    (("tags", 0), "a", "a"),
    (("tags", 1), '"b c"', '"b c"'),
    (("tags", 2), "{d: 1}", "{d: 1}"),
    (("tags", 2, "d"), "d", "1"),
    (("authors",), "authors", None),
    (("authors", 0, "name"), "name", "Frank"),
    (("authors", 0, "born"), "born", "1920"),
    (("authors", 1, "name"), "name", "'Brian'"),
    (("authors", 2), "", ""),
    (("lit",), "lit", "|\n  one\n    two"),
    (("fold",), "fold", ">-\n  three\n\n  four"),
    (("plain",), "plain", "goes\n  on"),
    (("last",), "last", "x"),
]


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("path", "key", "source"), SOURCES)
def test_a_place(path, key, source, end):
    text = TEXT.replace("\n", end)
    place = places(text, read(text)[0]).get(*path)
    assert text[slice(*place.key)] == key
    assert text[slice(*place.value)] == place.source
    if source is not None:
        assert place.source == source.replace("\n", end)


def test_an_empty_value_stands_behind_its_colon_or_dash():
    where = places(TEXT, read(TEXT)[0])
    assert where.get("empty").value.start == TEXT.index("empty:") + len("empty:")
    assert where.get("authors", 2).value.start == TEXT.index("  -\n") + len("  -")


def test_a_list_runs_from_its_first_dash_to_its_last_item():
    text = "---\na:\n  - x  # c\n  - y  # d\n\n# e\nb: 1\n---\n"
    assert places(text, read(text)[0]).get("a").source == "- x  # c\n  - y"


def test_what_is_not_there():
    where = places(TEXT, read(TEXT)[0])
    for path in ((), ("nope",), ("tags", 3), ("tags", "a"), ("title", 0), ("authors", 0, "nope"), ("authors", "0")):
        assert where.get(*path) is None
    assert where.keys() == (
        "title",
        "\U0001f600 name",
        "empty",
        "nothing",
        "tags",
        "authors",
        "lit",
        "fold",
        "plain",
        "last",
    )


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("", "---\nx: 1\ny:\n---\n"),
        ("Body\n", "---\nx: 1\ny:\n---\nBody\n"),
        ("Body\r\n", "---\r\nx: 1\r\ny:\r\n---\r\nBody\r\n"),
        ("---\n---\nBody", "---\nx: 1\ny:\n---\nBody"),
        ("---\n# c\n---\n", "---\n# c\nx: 1\ny:\n---\n"),
        ("---\r\na: 1\r\n---", "---\r\na: 1\r\nx: 1\r\ny:\r\n---"),
        ("---\na: |\n  b\n\n---\n", "---\na: |\n  b\n\nx: 1\ny:\n---\n"),
        ("---\n{a: 1}\n---\n", None),
        ("---\na: b: c\n---\n", None),
    ],
)
def test_adding_lines(text, after):
    edit = places(text, read(text)[0]).insertion(["x: 1", "y:"])
    assert (apply_edits(text, [edit]) if edit else None) == after
    if after:
        properties = read(after)[0].properties
        assert (properties["x"], properties["y"]) == (1, None)


def _walk(node, path=()):
    for step, part in node.parts.items():
        yield (*path, step), part
        yield from _walk(part.node, (*path, step))


@settings(max_examples=400)
@given(blocks, st.sampled_from(["", "\U0001f600: é\n", "first: [\U0001f600]\r\n"]))
def test_a_scalar_read_again_from_its_place_is_the_same(block, before):
    """The source at a place, alone, says what the value is; and places nest and do not overlap."""
    text = f"---\n{before}{block}\n---\n"
    frontmatter, _ = read(text)
    if frontmatter.state != "valid":
        return
    root = compose(text, (4, frontmatter.span.end - 3)).root
    for path, part in _walk(root):
        place = places(text, frontmatter).get(*path)
        value = frontmatter.properties
        for step in path:
            value = value[step]
        assert place.value == part.node.span
        if isinstance(value, dict | list):
            inner = [item.node.span for item in part.node.parts.values()]
            assert all(place.value.start <= span.start <= span.end <= place.value.end for span in inner)
            assert all(left.end <= right.start for left, right in itertools.pairwise(inner))
        elif place.source and place.source[0] not in "|>" and "\n" not in place.source and "\r" not in place.source:
            alone = f"k: {place.source}" if place.source != "-" else "k: [-]"  # a list begins with it outside brackets
            assert repr(compose(alone).root.value) == repr({"k": value if place.source != "-" else [value]})


@given(
    st.dictionaries(
        st.sampled_from(["a", "b c", "é", "\U0001f600"]),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-99, 99)
            | st.text(st.sampled_from("aé\U0001f600 :'\"#-\n"), max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["x", "y z"]), inner, max_size=2)
            ),
            max_leaves=8,
        ),
        min_size=1,
    ),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, '"', "'", "|"]),
)
def test_what_pyyaml_writes_is_found_where_it_was_written(value, flow, style):
    """Spans against PyYAML's own nodes for what PyYAML's emitter writes in many styles."""
    block = yaml.safe_dump(value, allow_unicode=True, default_flow_style=flow, default_style=style, sort_keys=False)
    if "!!" in block:
        return
    root = compose(block).root
    node = yaml.compose(block, yaml.SafeLoader)
    _compare(root, node)


def _compare(ours, theirs):
    if isinstance(theirs, yaml.MappingNode):
        for part, (key, child) in zip(ours.parts.values(), theirs.value, strict=True):
            assert part.key == (key.start_mark.index, key.end_mark.index)
            _compare(part.node, child)
    elif isinstance(theirs, yaml.SequenceNode):
        for part, child in zip(ours.parts.values(), theirs.value, strict=True):
            _compare(part.node, child)
    elif theirs.style in ("|", ">"):
        assert ours.span.start == theirs.start_mark.index
        assert ours.span.end <= theirs.end_mark.index
    else:
        assert ours.span == (theirs.start_mark.index, theirs.end_mark.index)
