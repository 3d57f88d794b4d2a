"""What holds for every text: nothing raises, every span is where it says, line ends do not matter."""

import re
from collections import Counter
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from vaultkit.parse.inline import plain, visible, without_comments
from vaultkit.parse.note import parse
from vaultkit.parse.packed import pack, unpack, unpack_when_asked

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
    without_comments(text, facts)
    plain(text)


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
        assert block.span.start <= block.id_span.start
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


@given(TEXTS.map("---\nup: [a, 1]\n---\n{}".format) | TEXTS)
def test_packed_facts_are_the_same_facts(text):
    facts = parse(text)
    packed = pack(facts)
    assert packed.isascii() and "\n" not in packed
    assert unpack(packed) == facts
    asked = unpack_when_asked(packed)
    assert all(getattr(asked, name) == value for name, value in facts._asdict().items())
    assert asked.properties == facts.properties
    assert not hasattr(asked, "path")
