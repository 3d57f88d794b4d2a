"""The link text that is written opens the file it was written for, and an edit changes nothing but the target."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.index.link_text import LinkStyle, encoded, retargeted, target_span, write_link
from vaultkit.index.outline import heading_in_link
from vaultkit.index.resolve import strip
from vaultkit.index.vault_index import VaultIndex
from vaultkit.model.note import NO_FACTS, Heading, Link, Note
from vaultkit.model.text import Span, apply_edits
from vaultkit.parse.grammar import destination, markdown, wikilink

names = (
    st.text("ab A()%2é.'&+,", min_size=1, max_size=6).map(str.strip).filter(lambda name: name.strip(". ") == name != "")
)
folders = st.sampled_from(("", "x/", "x/y/", "y/", "My notes/"))
paths = st.builds(lambda folder, name, end: folder + name + end, folders, names, st.sampled_from((".md", ".png")))
styles = st.builds(LinkStyle, st.sampled_from(("shortest", "relative", "absolute")), st.booleans())


def opened(index, source, text):
    """The file that a link text opens."""
    if "[[" in text:
        inner = wikilink(text.removeprefix("!")[2:-2])
        kind, target, subpath = "wikilink", inner.target, inner.subpath
    else:
        at = text.index("](") + 2
        found = destination(text, at, len(text))
        assert found and found[1] == len(text), text
        kind, (target, subpath, _) = "markdown", markdown(found[0])
    return index.view().resolve(Link(kind, target, subpath, None, Span(0, len(text))), source).path


@given(st.lists(paths, min_size=1, max_size=6, unique_by=str.lower), paths, styles, st.data())
def test_what_is_written_opens_the_file(files, source, style, data):
    index = VaultIndex([*files, source])
    to = data.draw(st.sampled_from(files))
    assert opened(index, source, write_link(index, source, to, style)) == to


@pytest.mark.parametrize(
    ("style", "source", "to", "more", "expected"),
    [
        (LinkStyle(), "Note.md", "a/Other.md", {}, "[[Other]]"),
        (LinkStyle(), "Note.md", "b/Twin.md", {}, "[[b/Twin]]"),
        (LinkStyle(), "Note.md", "a/Other.md", {"display": "that"}, "[[Other|that]]"),
        (LinkStyle(), "Note.md", "a/Other.md", {"display": "Other"}, "[[Other]]"),
        (LinkStyle(), "Note.md", "a/Other.md", {"embed": True}, "![[Other]]"),
        (LinkStyle(), "Note.md", "img/my pic.png", {}, "![[my pic.png]]"),
        (LinkStyle(), "Note.md", "a/Other.md", {"subpath": "Day 3: a|b"}, "[[Other#Day 3 a b]]"),
        (LinkStyle(), "Note.md", "a/Other.md", {"subpath": "#S1#E2"}, "[[Other#S1#E2]]"),
        (LinkStyle(), "Note.md", "a/Other.md", {"subpath": "#C# or F#"}, "[[Other#C or F]]"),
        (LinkStyle(), "Note.md", "a/Other.md", {"subpath": "^one"}, "[[Other#^one]]"),
        (LinkStyle(), "Note.md", "Note.md", {"subpath": "Here"}, "[[#Here]]"),
        (LinkStyle("absolute"), "Note.md", "a/Other.md", {}, "[[a/Other]]"),
        (LinkStyle("relative"), "b/Twin.md", "a/Other.md", {}, "[[../a/Other]]"),
        (LinkStyle("relative"), "a/Twin.md", "a/Other.md", {}, "[[Other]]"),
        (LinkStyle("relative"), "Note.md", "a/Other.md", {}, "[[a/Other]]"),
        (LinkStyle("relative"), "a/Twin.md", "a/Note.md", {}, "[[./Note]]"),
        (LinkStyle("shortest", True), "Note.md", "a/Other.md", {}, "[Other](Other.md)"),
        (LinkStyle("absolute", True), "Note.md", "img/my pic.png", {}, "![](img/my%20pic.png)"),
        (
            LinkStyle("shortest", True),
            "Note.md",
            "a/Other.md",
            {"subpath": "Day 3"},
            "[Other > Day 3](Other.md#Day%203)",
        ),
        (LinkStyle("shortest", True), "Note.md", "a/Other.md", {"display": "a [b]"}, r"[a \[b\]](Other.md)"),
    ],
)
def test_examples(style, source, to, more, expected):
    headings = (Heading(1, "C# or F#", Span(0, 10), 2),)
    files = ["Note.md", "a/Twin.md", "b/Twin.md", "img/my pic.png"]
    index = VaultIndex(files, [Note("a/Other.md", "", NO_FACTS._replace(headings=headings))])
    assert write_link(index, source, to, style, **more) == expected


@given(st.text("aB :#|^\\%[]\n&é", max_size=12))
def test_a_heading_is_found_by_what_is_written_for_it(heading):
    assert strip(heading_in_link(heading)) == strip(heading.replace("%%", " "))


@pytest.mark.parametrize(
    ("text", "kind", "target", "subpath", "expected"),
    [
        ("a [[ Old #S|x]] b", "wikilink", "Old", "#S", "a [[ New#S|x]] b"),
        ("![[Old]]", "embed", "Old", "", "![[New]]"),
        (r"| [[Old\|x]] |", "wikilink", "Old", "", r"| [[New\|x]] |"),
        ("[[Old|a [b] ]]", "wikilink", "Old", "", "[[New|a [b] ]]"),
        ("[t](Old.md 'a title')", "markdown", "Old.md", "", "[t](New 'a title')"),
        ("[t](<My Old.md>)", "markdown", "My Old.md", "", "[t](<New>)"),
        ("[t](My%20Old.md#A%20B)", "markdown", "My Old.md", "#A B", "[t](New#A%20B)"),
        ("[![](Old.md)](Old.md)", "markdown", "Old.md", "", "[![](Old.md)](New)"),
        ("![](a(b).png)", "embed", "a(b).png", "", "![](New)"),
    ],
)
def test_only_the_target_changes(text, kind, target, subpath, expected):
    start = min(at for at in (text.find("["), text.find("!")) if at >= 0)
    end = len(text) - text[::-1].index("]" if "[[" in text else ")")
    link = Link(kind, target, subpath, None, Span(start, end))
    assert apply_edits(text, [retargeted(text, link, "New")]) == expected


def test_no_edit_where_the_target_does_not_fit():
    link = Link("wikilink", "Old", "", None, Span(0, 7))
    assert retargeted("[[Old]]", link, "a|b") is None
    quoted = link._replace(property="up")
    assert retargeted("[[Old]]", quoted, "it's") is None
    assert target_span("[t][ref]", Link("markdown", "Old", "", None, Span(0, 8))) is None


def test_encoded():
    assert encoded("a b(c).md") == "a%20b(c).md"
    assert encoded("a)b(.md") == "a%29b%28.md"
    assert encoded("100%25 100%.md") == "100%2525%20100%.md"
