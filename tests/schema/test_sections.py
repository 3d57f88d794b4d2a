"""Section matching against its promises: one thing said of each heading, and never more findings than it takes."""

import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.note_checks import findings, mended
from vaultkit.parse.note import parse
from vaultkit.schema.headings import FAR, closeness, normal
from vaultkit.schema.note_schema import load_schema
from vaultkit.schema.sections import match_sections

TITLES = ["Notes", "Takeaways", "Questions", "Sources"]
SCHEMA = "sections: { items: [{ heading: Notes, aliases: [Raw notes] }, { heading: Takeaways }, " + (
    "{ heading: Questions }, { heading: Sources, required: false }] }"
)
STRICT = load_schema(SCHEMA, "strict.yaml")
CLOSED = load_schema(SCHEMA.replace("items", "additional: false, items", 1), "closed.yaml")
ANY = load_schema(SCHEMA.replace("items", "order: any, items", 1), "any.yaml")
NESTED = (
    "sections: { items: [{ heading: Day, repeat: { max: null }, sections: { items: [{ heading: Seen },"
    " { heading: Eaten, required: false }] } }, { heading: Costs }] }"
)
DEEP = load_schema(NESTED, "deep.yaml")


def written(headings):
    return "".join(f"{'#' * level} {title}\n\nText.\n\n" for level, title in headings)


def matched(schema, headings):
    return match_sections(schema, parse(written(headings)))


def longest_run(numbers):
    """The length of the longest rising part, by trying all."""
    return max(
        size
        for size in range(len(numbers) + 1)
        for part in combinations(numbers, size)
        if all(a < b for a, b in pairwise(part))
    )


@given(st.lists(st.sampled_from([*TITLES, "Other"]), max_size=8))
def test_as_many_findings_as_it_takes_and_no_more(titles):
    match = matched(STRICT, [(1, title) for title in titles])
    known = [TITLES.index(title) for title in titles if title in TITLES]
    distinct = set(known)
    assert len(match.missing) == len({0, 1, 2} - distinct)
    assert len(match.repeated) == len(known) - len(distinct)
    assert len(match.moved) == len(distinct) - longest_run(known)
    assert not (match.renamed or match.misleveled or match.unexpected)


_headings = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.sampled_from(
            [*TITLES, "Raw notes", "notes:", "Take-aways", "Question", "Other", "Day", "Seen", "Eaten", "Costs"]
        ),
    ),
    max_size=9,
)


@given(_headings, st.sampled_from([STRICT, CLOSED, ANY, DEEP]))
def test_one_thing_is_said_of_a_heading(headings, schema):
    match = matched(schema, headings)
    lists = (match.found, match.renamed, match.misleveled, match.moved, match.repeated, match.unexpected)
    said = [item.heading for found in lists for item in found]
    assert len(said) == len(set(said))
    for item in match.found:
        assert item.heading < item.stop <= len(headings)
        level = headings[item.heading][0]
        assert all(deeper > level for deeper, _ in headings[item.heading + 1 : item.stop])


@given(_headings, st.sampled_from([STRICT, CLOSED, ANY, DEEP]))
def test_markup_case_and_colons_change_nothing(headings, schema):
    dressed = [(level, f"**{title.upper()}**: ##") for level, title in headings]
    one, other = matched(schema, headings), matched(schema, dressed)
    for name in ("found", "missing", "renamed", "misleveled", "moved", "repeated", "unexpected"):
        plain = [getattr(item, "heading", None) for item in getattr(one, name)]
        assert plain == [getattr(item, "heading", None) for item in getattr(other, name)], name


FIRST = [load_schema(text.replace("items", "level: 1, items", 1), "first.yaml") for text in (SCHEMA, NESTED)]


@given(_headings, st.sampled_from(FIRST), st.sampled_from(["\n", "\r\n"]))
def test_moving_and_adding_loses_nothing_and_ends(headings, schema, ending):
    text = written(headings).replace("\n", ending)
    for rule in ("section-order", "section-missing", "section-level", "section-renamed"):
        found = [item for item in findings(text, schema) if item.rule == rule]
        after = mended(text, found)
        left = [item for item in findings(after, schema) if item.rule == rule]
        if rule in ("section-order", "section-missing"):
            assert [item.message for item in left if rule == "section-missing"] == []
            assert set(text.split()) <= set(after.split())
            assert after.count("Text.") == text.count("Text.")
        said, still = ([item.message for item in items] for items in (found, left))
        assert after == text or all(still.count(message) < said.count(message) for message in said)
        text = after


@given(st.permutations(TITLES), st.sampled_from(["", "\n", "\n\n", "\n\n\n"]))
def test_sections_in_any_order_are_put_right_at_once(titles, end):
    text = "Before.\n\n" + "\n\n".join(f"# {title}\n\nText of {title}." for title in titles) + end
    after = mended(text, findings(text, STRICT))
    assert findings(after, STRICT) == []
    right = "Before.\n\n" + "\n\n".join(f"# {title}\n\nText of {title}." for title in TITLES)
    assert re.sub(r"\n{3,}", "\n\n", after).rstrip("\n") == right


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Notes", "**Notes**"),
        ("Notes", "  notes :"),
        ("Notes", "[[Notes]]"),
        ("Notes", "[[a/b|Notes]]"),
        ("Notes", "[Notes](https://example.org)"),
        ("Notes", "`Notes`"),
        ("Notes", "==NOTES=="),
        ("Notes and more", "Notes  and\u00a0more"),
        ("Caf\u00e9", "Cafe\u0301"),
        ("Notes", "Notes：") ,
    ],
)  # fmt: skip
def test_what_counts_as_the_same(one, other):
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("name", "wanted", "slips"),
    [
        ("take-aways", "takeaways", 0),
        ("notes & takeaways", "notes and takeaways", 0),
        ("takeways", "takeaways", 1),
        ("question", "questions", 1),
        ("noets", "notes", 1),
        ("qeustion", "questions", 2),
        ("quotes", "notes", FAR),
        ("lot", "log", FAR),
        ("takeaways of ann", "takeaways", FAR),
        ("", "notes", FAR),
        ("!!", "??", FAR),
    ],
)
def test_how_near_two_names_are(name, wanted, slips):
    assert closeness(name, wanted) == slips


@given(st.text(alphabet="abc", max_size=9), st.text(alphabet="abc", min_size=4, max_size=9))
def test_nearness_goes_both_ways_for_long_names(name, wanted):
    if len(name) >= 8 and len(wanted) >= 8:
        assert closeness(name, wanted) == closeness(wanted, name)
    assert (closeness(name, wanted) == 0) == (name == wanted)
