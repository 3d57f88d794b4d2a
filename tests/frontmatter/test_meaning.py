"""What Obsidian makes of tags, aliases, style classes and links among the properties."""

import pytest

from vaultkit.parse.frontmatter import aliases, css_classes, property_links, read, tags


def properties(block):
    frontmatter, problems = read(f"---\n{block}\n---\n")
    assert problems == ()
    return frontmatter.properties


@pytest.mark.parametrize(
    ("block", "found"),
    [
        ("tags: [a, b/c, d-e, f_g]", ("a", "b/c", "d-e", "f_g")),
        ("tags:\n- a\n- A\n- b", ("a", "b")),
        ("tags: one", ("one",)),
        ("tags: one, two", ()),
        ("tags: one two", ()),
        ("tags: ''", ()),
        ("tags:", ()),
        ("tags: []", ()),
        ('tags: "#one"', ("one",)),
        ('tags: ["#one", "##two", " three "]', ("one", "three")),
        ("tags:\n- #one\n- two", ("two",)),
        ("tags: [2024, y2024, true, ~, [nested], two words, '2024', 2024/05]", ("y2024", "2024/05")),
        (
            "tags: [a.b, a:b, 'a,b', \"it's\", caf\u00e9, 港, \U0001f600, a\u2014b, \uff0c]",
            ("café", "港", "\U0001f600", "\uff0c"),
        ),
        ("tags: {a: b}", ()),
        ("TAGS: [a]\ntags: [b, A]", ("a", "b")),
        ("tag: a", ()),
        ("other: '#a'", ()),
    ],
)
def test_tags(block, found):
    assert tags(properties(block)) == found


@pytest.mark.parametrize(
    ("block", "found"),
    [
        ("aliases:\n- The Old Pier\n- Pier, eastern", ("The Old Pier", "Pier, eastern")),
        ("aliases: Pier", ("Pier",)),
        ("aliases: Pier, eastern", ("Pier, eastern",)),
        ("aliases:", ()),
        ("aliases: [' a ', a, '', 1, ~]", ("a",)),
        ("Aliases: [a]", ("a",)),
        ("alias: Pier", ()),
    ],
)
def test_aliases(block, found):
    assert aliases(properties(block)) == found


@pytest.mark.parametrize(
    ("block", "found"),
    [
        ("cssclasses: [wide, quiet]", ("wide", "quiet")),
        ("cssclasses: wide quiet", ("wide", "quiet")),
        ("cssclasses:", ()),
        ("cssclasses: [wide, wide, 1]", ("wide",)),
        ("cssclass: wide", ()),
    ],
)
def test_css_classes(block, found):
    assert css_classes(properties(block)) == found


@pytest.mark.parametrize(
    ("block", "found"),
    [
        ('up: "[[A]]"', [("up", "[[A]]", "A", "", None)]),
        ("up: '[[A#h|b]]'", [("up", "[[A#h|b]]", "A", "#h", "b")]),
        ('up: "[[#h]]"', [("up", "[[#h]]", "", "#h", None)]),
        (
            'see:\n  - "[[A]]"\n  - text\n  - "[[B|x]]"',
            [("see.0", "[[A]]", "A", "", None), ("see.2", "[[B|x]]", "B", "", "x")],
        ),
        ('see: ["[[A]]", "[[A]]"]', [("see.0", "[[A]]", "A", "", None), ("see.1", "[[A]]", "A", "", None)]),
        ('a:\n  b:\n    - c: "[[A]]"', [("a.b.0.c", "[[A]]", "A", "", None)]),
        ('# up: "[[A]]"\nup: "[[A]]"  # up', [("up", "[[A]]", "A", "", None)]),
        ('x: y "[[A]]"\nup: "[[A]]"', [("up", "[[A]]", "A", "", None)]),
        ('x: |\n  "[[A]]"\nup: >-\n  [[A]]', [("up", "[[A]]", "A", "", None)]),
        ("up: '[[It''s]]'", [("up", "[[It''s]]", "It's", "", None)]),
        ('up: "[[\\u00e9]]"', [("up", "[[\\u00e9]]", "é", "", None)]),
        ('{"up": "[[A]]"}', [("up", "[[A]]", "A", "", None)]),
        ("up: [[A]]", []),
        ('up: "![[A]]"', []),
        ('up: "[[A]] and [[B]]"', []),
        ('up: "see [[A]]"', []),
        ('up: "[other](Other.md)"', []),
        ('up: "[[]]"', []),
        ('up: "[[a [[B]]"', []),
        ("up: https://example.org/[[A]]", []),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_links(block, found, end):
    text = f"---\nfirst: \U0001f600\n{block}\n---\n".replace("\n", end)
    if block.startswith("{"):
        text = text.replace("first: \U0001f600" + end, "")
    links = property_links(text, read(text)[0])
    assert [
        (link.property, text[slice(*link.span)], link.target, link.subpath, link.display) for link in links
    ] == found
    assert all(link.kind == "wikilink" for link in links)


def test_each_link_stands_where_it_was_typed():
    """The quick way to the places must not take a comment or a longer text for the link."""
    text = '---\na: "[[X]]"  # c\n# "[[X]]"\nb: "[[X]]"\n---\n'
    assert [link.span.start for link in property_links(text, read(text)[0])] == [8, text.index('b: "') + 4]
