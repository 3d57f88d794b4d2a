"""Suppressions: what is hidden is only what was meant, and removing what has no effect changes nothing else."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schema.note_checks import findings
from vaultkit.model.text import apply_edits
from vaultkit.parse.note import parse

OWN = ("suppression-unused", "suppression-unknown")
RULES = ["link-broken", "callout-unknown", "link-malformed", "tag-invalid"]

_names = st.lists(st.sampled_from([*RULES, "link-brokn", "nonsense x"]), max_size=3).map(", ".join)
_kinds = st.sampled_from(["disable-line", "disable-next-line", "disable", "enable", "disable-file", "disable-lien"])
_comments = st.builds(
    "{0[0]} vaultkit-{1} {2}{3} {0[1]}".format,
    st.sampled_from([("%%", "%%"), ("<!--", "-->")]),
    _kinds,
    _names,
    st.sampled_from(["", ": why, link-broken", ":"]),
)
_words = st.sampled_from(
    ["[[Nowhere]]", "[[Gone", "> [!notte]", "#tag #12", "text", "", "", "# Heading", "- item", "a: b"]
)
_lines = st.one_of(
    _words, _comments, st.tuples(_words, _comments).map(" ".join), st.tuples(_comments, _words).map("".join)
)
_fronts = st.sampled_from(
    [
        "", "", "---\nvaultkit: { disable: [link-broken, nonsense] }\n---\n",
        "---\nvaultkit:\n  disable: callout-unknown\n---\n", "---\nvaultkit: { disable: true }\n---\n",
    ]
)  # fmt: skip
notes = st.builds(
    lambda front, lines, end: (front + "\n".join(lines) + "\n").replace("\n", end),
    _fronts,
    st.lists(_lines, max_size=8),
    st.sampled_from(["\n", "\n", "\r\n"]),
)


def others(found):
    return [(item.rule, item.message) for item in found if item.rule not in OWN]


def silent(text):
    """The text with suppressions that are none."""
    return text.replace("vaultkit-", "waultkit-").replace("vaultkit:", "waultkit:")


@settings(max_examples=300, deadline=None)
@given(notes)
def test_what_is_hidden_was_found_before(text):
    loud, hushed = others(findings(silent(text))), others(findings(text))
    assert not set(hushed) - set(loud)


KEPT = "<!-- vaultkit-disable tag-invalid -->[[Nowhere]]\n%% vaultkit-enable link-broken, tag-invalid %%\n#tag #12\n"
"""A comment that cannot be taken away from where it stands, and what ends it."""


@settings(max_examples=400, deadline=None)
@given(notes)
@example(KEPT)
def test_without_the_useless_the_same_is_found_and_nothing_useless_is_left(text):
    before = findings(text)
    now = text
    for _ in range(4):
        found = [item for item in findings(now) if item.rule in OWN]
        edits = {edit for item in found if item.fix for edit in item.fix.edits}
        if not edits:
            break
        now = apply_edits(now, edits)
    after = findings(now)
    assert others(after) == others(before)
    assert [item.rule for item in after if item.rule in OWN and item.fix] == []
    assert headings(now) == headings(text)


def headings(text):
    return [(item.level, re.sub(r"(%%|<!--).*", "", item.text).split()) for item in parse(text).headings]


def rules_found(text):
    return [item.rule for item in findings(text)]


def test_what_ends_a_suppression_does_not_go_without_it():
    text = "%% vaultkit-disable %%> [!notte]\n%% vaultkit-enable %%\n[[Nowhere]]\n"
    assert rules_found(text) == ["suppression-unused", "link-broken"]
    assert [item.fix for item in findings(text) if item.rule == "suppression-unused"] == [None]


@pytest.mark.parametrize("around", ["> [!notte]\n{}", "{}> [!notte]\n", "some words\n{}", "> a\n> {}"])
def test_what_would_become_a_part_of_its_neighbours_stays_behind_a_comment(around):
    """HTML that begins a line is a block of its own, with all that is behind it on the line."""
    found = findings(around.format("<!-- vaultkit-disable-line -->text\n"))
    assert [item.fix for item in found if item.rule == "suppression-unused"] == [None]


def test_what_ends_a_suppression_of_all_rules_for_one_of_them_stays():
    """It ends a useless suppression of that rule too, which goes without it."""
    named = [f"%% vaultkit-{kind} link-malformed %%\n" for kind in ("disable", "enable")]
    text = f"%% vaultkit-disable %%\n[[a]]\n{''.join(named)}[[b\n"
    found = findings(text)
    (useless,) = (item for item in found if item.rule == "suppression-unused")
    assert useless.fix and others(findings(apply_edits(text, useless.fix.edits))) == others(found)
    assert [name for name, _ in others(found)] == ["link-malformed"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%% vaultkit-disable %%\n[[a]]\n%% vaultkit-enable link-broken %%\n[[b]]\n#t #12\n", ["link-broken"]),
        ("%% vaultkit-disable link-broken %%\n[[a]]\n%% vaultkit-enable tag-invalid %%\n", ["suppression-unused"]),
        ("%% vaultkit-disable link-broken %%[[a]]%% vaultkit-enable %%[[b]]\n", ["link-broken"]),
        ("[[a]]%% vaultkit-disable link-broken %%\n", ["link-broken", "suppression-unused"]),
        ("[[a]] %%\nvaultkit-disable-line link-broken\n%% [[b]]\n", []),
        ("%% vaultkit-disable-next-line %%\n\n\n%% vaultkit-disable-next-line %%\n\n[[a]]\n[[b]]\n", ["link-broken"]),
        ("%% vaultkit-disable-next-line link-broken", ["comment-unclosed"]),
        ("`x` %% vaultkit-disable-file suppression-unused %%\n", ["suppression-unused"]),
        ("%% vaultkit-disable-file suppression-unknown, nonsense %%\n", ["suppression-unused", "suppression-unknown"]),
        ("%%vaultkit-disable-line%%[[a]]<!--vaultkit-disable-line-->\n", []),
        ("---\nvaultkit: [disable]\n---\n[[a]]\n", ["link-broken"]),
        ("---\nvaultkit: { disable: false }\n---\n[[a]]\n", ["link-broken"]),
    ],
)  # fmt: skip
def test_what_holds_where(text, found):
    assert rules_found(text) == found


@pytest.mark.parametrize(
    "unit",
    [
        "%% vaultkit-disable-next-line link-broken %%\n",
        "%%vaultkit-disable-line link-broken%% [[x]] ",
        "%% vaultkit-disable link-broken %%\n%% vaultkit-enable link-broken %%\n",
        "%% vaultkit-disable-file link-broken %%\n[[x]]\n",
        "%% vaultkit-disable-line a, b, c, d %%\n",
        "%% vaultkit-disable-next-line %%" + "\n" * 40,
    ],
)
def test_a_note_full_of_suppressions_comes_to_an_end(unit):
    count = 300_000 // len(unit)
    assert len(parse(unit * count).suppressions) >= count
    assert {item.rule for item in findings(unit * count)} <= {*OWN, "link-broken"}
