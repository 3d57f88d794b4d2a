"""Canvases and bases: what they hold, where it stands, and that nothing in them can break the reader."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.parse import bases, canvas

BOARD = """{
  "nodes": [
    {"id": "a", "type": "text", "text": "a \\"quoted\\" \\ud83d\\ude00 [[Dune#^x|the book]]\\nand [t](Other.md)"},
    {"id": "b", "type": "file", "file": "caf\\u00e9/Dune.md", "subpath": "#Plot", "x": 0},
    {"id": "c", "type": "link", "url": "https://example.org", "x": 0},
    {"id": "d", "type": "group", "label": "[[No]]"},
    {"id": "e", "type": "text", "file": "not-a-file.md", "text": "plain"}
  ],
  "edges": [{"id": "e", "fromNode": "a", "toNode": "b"}],
  "more": {"nodes": [{"type": "file", "file": "no.md"}]}
}"""


def test_what_a_canvas_holds():
    board = canvas.read(BOARD)
    assert board.problem is None
    assert board.kinds == {"text": 2, "file": 1, "link": 1, "group": 1}
    assert board.edges == 1
    assert [(card.kind, card.value, card.subpath) for card in board.cards if card.kind != "text"] == [
        ("file", "café/Dune.md", "#Plot"),
        ("url", "https://example.org", ""),
    ]


def test_links_stand_where_they_are_typed():
    facts = canvas.facts(BOARD)
    assert [(link.kind, link.target, link.subpath, BOARD[slice(*link.span)]) for link in facts.links] == [
        ("wikilink", "Dune", "#^x", "[[Dune#^x|the book]]"),
        ("markdown", "Other.md", "", "[t](Other.md)"),
        ("path", "café/Dune.md", "#Plot", "caf\\u00e9/Dune.md"),
    ]
    assert [(item.url, BOARD[slice(*item.span)]) for item in facts.external] == [("https://example.org",) * 2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nodes: []",
        "[]",
        "3",
        '{"nodes": {}}',
        '{"nodes": [1]}',
        '{"edges": null}',
        '{"nodes": [NaN]}',
        "[" * 100000,
    ],
)
def test_no_canvas(text):
    assert canvas.read(text).problem
    assert canvas.facts(text).links == ()


@pytest.mark.parametrize("text", ["{}", '{"nodes": []}', '{"nodes": [{}], "edges": [{}]}', '{"nodes": [{"type": 3}]}'])
def test_little_is_enough(text):
    assert canvas.read(text).problem is None


json_values = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(max_size=5), st.sampled_from(["nodes", "file", "[[A]]"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["nodes", "edges", "type", "file", "text", "url", "subpath"]), inner, max_size=4
        ),
    ),
    max_leaves=12,
)
cards = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "file", "link", "group"])},
    optional={
        name: st.one_of(json_values, st.text(max_size=8)) for name in ("file", "text", "url", "subpath", "nodes")
    },
)
boards = st.one_of(
    json_values, st.fixed_dictionaries({"nodes": st.lists(cards, max_size=4)}, optional={"x": json_values})
)


@given(boards, st.booleans())
def test_every_card_stands_where_its_span_says(value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only)
    for card in canvas.read(text).cards:
        assert json.loads(f'"{text[slice(*card.span)]}"') == card.value
    for link in canvas.facts(text).links:
        assert 0 < link.span.start <= link.span.end < len(text)


@given(st.text('{}[]",:\\ nodesfilt19', max_size=40))
def test_nothing_breaks_the_reader(text):
    canvas.facts(text)
    bases.read(text)


@pytest.mark.parametrize(
    ("text", "views", "formulas"),
    [
        ("", (), ()),
        ("# only a comment\n", (), ()),
        ("views:\n  - type: table\n    name: T\n  - type: cards\n", (("table", "T"), ("cards", "")), ()),
        ("formulas:\n  a: 1 + 1\n  b: 'x'\nfilters: \"a == 1\"\n", (), ("a", "b")),
    ],
)
def test_a_base(text, views, formulas):
    assert bases.read(text) == bases.Base(None, views, formulas)


@pytest.mark.parametrize(
    "text", ["- a\n", "views: [\n", "plain words", "views: 3\n", "formulas: [a]\n", "a: 1\na: 2\n"]
)
def test_no_base(text):
    assert bases.read(text).problem
