"""What holds for every text: nothing raises, every span is where it says, line ends do not matter."""

import math
import re
import sys
from collections import Counter
from itertools import pairwise, repeat
from unittest import mock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vaultkit.model.note import NO_FACTS
from vaultkit.parse import blocks, packed
from vaultkit.parse.inline import plain, without_comments
from vaultkit.parse.note import parse
from vaultkit.parse.reading import highlights, visible

PIECES = (
    """
# |## |####### |> |>> |>[!note] |> [!tip]- x|- |* |+ |-|1. |2) |- [ ] |- [x] |---|===|***|```|````|~~~|```js|    |	|  |
[[|]]|[[a]]|[[a|b]]|[[a#b]]|![[|![[a.png|10]]|[|]|](|)|[t](u)|![i](u)|[t](<a b>)|(|<|>|<div>|</div>|<b>|<!--|-->|<a b="|
%%|%|$|$$|$x$|`|``|`c`|\\|\\[|\\||==|~~|**|*|_|__|^|^id|^a_b|[^1]|[^1]:|^[|#tag|#1|https://e.org|<https://e.org>|&amp;|
| |---|---|a | b|é|🌊|\u200b|\u00a0|\u2028|\x0b|\x0c|\x85|\ufeff|\0|\r|word|x
""".strip("\n")
    .replace("\n", "")
    .split("|")
)
TEXTS = st.lists(
    st.sampled_from([*PIECES, "\n", "\n", "\n", "\n\n", " ", "|", "| a | b |\n| - | - |\n"]), max_size=30
).map("".join)


def spans(facts):
    """All facts but the front matter's, with the place that says where they are."""
    for name, group in facts._asdict().items():
        if name != "frontmatter":
            for fact in group:
                yield name, fact


@given(TEXTS)
@example("a ^x\n\n```")
@example("- [`x`] a")
@example("<!-- a\n%%")
def test_nothing_raises_and_spans_lie_inside(text):
    facts = parse(text)
    for name, fact in spans(facts):
        start, end = fact.span
        assert 0 <= start <= end <= len(text), (name, fact)
    visible(text, facts)
    highlights(text, facts)
    without_comments(text, facts)
    plain(text)


@given(TEXTS)
@example("- a\n- b\n\n^id\n")
@example("1. [[a]]\n2. b ^x\n# c\n")
@example("- a\n- [ ]")
def test_lists_are_read_alike_at_once_and_line_by_line(text):
    with mock.patch.object(blocks, "_few", repeat(0)):
        by_line = parse(text)
    with mock.patch.object(blocks, "_few", iter(())):
        assert parse(text) == by_line


@given(st.text(max_size=200))
def test_nothing_raises_on_any_text(text):
    facts = parse(text)
    visible(text, facts)
    plain(text)


@given(TEXTS)
def test_a_span_holds_what_the_fact_says(text):
    facts = parse(text)
    for heading in facts.headings:
        assert text[slice(*heading.text_span)] == heading.text
        assert heading.span.start <= heading.text_start and heading.text_span.end <= heading.span.end
    for link in facts.links:
        raw = text[slice(*link.span)]
        assert re.fullmatch(r"!?\[\[.*\]\]|!?\[.*\]\(.*\)", raw, re.DOTALL), raw
        assert raw.startswith("!") == (link.kind == "embed")
        assert link.target or link.subpath
        assert raw.startswith(("[[", "![[")) or link.display is not None
    for tag in facts.tags:
        assert text[slice(*tag.span)] == "#" + tag.name
    for block in facts.blocks:
        assert text[slice(*block.id_span)] == "^" + block.id
        assert block.span.start <= block.id_span.start and text[block.span.start] not in "\r\n"
    for comment in facts.comments:
        sign, close = ("%%", "%%") if comment.kind == "percent" else ("<!--", "-->")
        raw = text[slice(*comment.span)]
        assert raw.startswith(sign)
        assert not comment.closed or raw.endswith(close)
    for formula in facts.math:
        sign = "$$" if formula.kind == "block" else "$"
        raw = text[slice(*formula.span)]
        assert raw.startswith(sign) and raw.endswith(sign)
    for code in facts.code:
        if code.kind != "indented":
            assert text[code.span.start] in "`~"
    for footnote in facts.footnotes:
        assert footnote.text in text[slice(*footnote.span)]


@given(TEXTS)
def test_facts_are_in_order(text):
    facts = parse(text)
    for name, group in facts._asdict().items():
        if name != "frontmatter":
            places = [(fact.id_span if name == "blocks" else fact.span) for fact in group]
            assert places == sorted(places), name


@given(TEXTS)
def test_visible_facts_do_not_overlap(text):
    """Code, formulas and comments hide what is in them, so no other of their kind begins there."""
    facts = parse(text)
    hiding = sorted(
        fact.span
        for group in (facts.code, facts.math, [item for item in facts.comments if item.closed])
        for fact in group
    )
    for (_, end), (start, _) in pairwise(hiding):
        assert end <= start
    for name, fact in spans(facts):
        if name in ("links", "tags") and not fact.hidden:
            assert not any(start <= fact.span.start < end for start, end in hiding), (name, fact)


def without_offsets(text):
    """The facts with what stands at their places, line ends made equal."""
    facts = parse(text)
    return Counter(
        (name, field, str(text[slice(*value)] if isinstance(value, tuple) else value).replace("\r\n", "\n"))
        for name, fact in spans(facts)
        for field, value in fact._asdict().items()
        if field != "text_start"
    )


@given(TEXTS.filter(lambda text: "\r" not in text))
def test_windows_line_ends_change_nothing(text):
    assert without_offsets(text) == without_offsets(text.replace("\n", "\r\n"))


@given(TEXTS.filter(lambda text: "---" not in text[:4]), st.integers(1, 3))
def test_empty_lines_before_a_note_change_nothing(text, count):
    assert without_offsets(text) == without_offsets("\n" * count + text)


@given(TEXTS.filter(lambda text: "---" not in text[:4]))
def test_front_matter_only_moves_the_body(text):
    before, after = parse(text), parse("---\na: 1\n---\n" + text)
    assert [item.text for item in before.headings] == [item.text for item in after.headings]
    assert [(item.target, item.span.start + 13) for item in before.links] == [
        (item.target, item.span.start) for item in after.links
    ]


@pytest.mark.parametrize("few", [0, sys.maxsize])
@given(text=TEXTS.map("---\nup: [a, 1]\n---\n{}".format) | TEXTS)
def test_packed_facts_are_the_same_facts(few, text):
    facts = parse(text)
    with mock.patch.object(packed, "_few", iter(range(few))):
        line = packed.pack(facts)
        assert "\n" not in line
        assert packed.unpack(line) == facts
    assert packed.unpack(packed.pack(facts)) == facts
    assert packed.unpack_links(line) == facts.links
    assert packed.unpack_properties(line) == facts.properties


@pytest.mark.parametrize("few", [0, sys.maxsize])
@pytest.mark.parametrize("value", ["\ud800", "é", 10**30, -(10**30), 1e300, -0.0, 1.0, True, None, [{"É": []}]])
def test_any_value_of_a_property_comes_back(few, value):
    facts = parse("# é [[É]] %%\x7f%%")
    facts = facts._replace(frontmatter=facts.frontmatter._replace(properties={"a": value, "\ud801": 1}))
    with mock.patch.object(packed, "_few", iter(range(few))):
        line = packed.pack(facts)
        line.encode()
        assert packed.unpack(line) == facts
        assert repr(packed.unpack(line).properties) == repr(facts.properties)


@pytest.mark.parametrize("few", [0, sys.maxsize])
def test_what_was_not_packed_is_refused(few):
    whole = packed.pack(parse("# One\n[[two]]"))
    endless = NO_FACTS._replace(frontmatter=NO_FACTS.frontmatter._replace(properties={"a": math.inf}))
    with mock.patch.object(packed, "_few", iter(range(few))):
        for line in ("", "5", "[]", "{}", whole[:-1], whole.replace("[]", "[1]"), whole[:-1] + ",[]]"):
            with pytest.raises((ValueError, TypeError, LookupError)):
                packed.unpack(line)
        with pytest.raises(ValueError, match="JSON"):
            packed.pack(endless)
