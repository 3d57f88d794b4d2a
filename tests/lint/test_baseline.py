"""What a baseline knows is put up with, as often as it is known and no oftener, and its text is the same every time."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.lint.baseline import compared, count, frozen, read, written
from vaultkit.model.diagnostic import CheckResult, Diagnostic, Severity
from vaultkit.model.text import Span

TEXTS = {"a.md": "one two one three", "b/c.md": "two two", "caf\udce9.md": "three"}
WORDS = [
    (path, Span(start, start + len(word)))
    for path, text in TEXTS.items()
    for word in set(text.split())
    for start in range(len(text))
    if text.startswith(word, start)
]
FINDINGS = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(["link-broken", "link-self"])), unique=True, max_size=12
)


def result(found):
    items = sorted(
        (Diagnostic(rule, path, span, Severity.ERROR, "words") for (path, span), rule in found),
        key=lambda item: item.order,
    )
    return CheckResult(tuple(items), tuple(sorted(TEXTS)), TEXTS.__getitem__)


def baseline(found):
    return frozen(result(found).diagnostics, TEXTS.__getitem__)


def meaning(items):
    return Counter((item.rule, item.path, TEXTS[item.path][slice(*item.span)]) for item in items)


@given(FINDINGS, FINDINGS)
def test_new_is_what_is_there_oftener_than_it_is_known(before, now):
    known, seen = baseline(before), result(now)
    new, kept = compared(known, seen)
    assert meaning(new.diagnostics) == meaning(seen.diagnostics) - meaning(result(before).diagnostics)
    assert count(kept) == len(seen.diagnostics) - len(new.diagnostics)
    assert new.paths == seen.paths
    assert list(new.diagnostics) == [item for item in seen.diagnostics if item in new.diagnostics]
    assert compared(kept, seen) == (new, kept), "what was struck out was not found anyway"
    assert all(kept[path][key] <= known[path][key] for path in kept for key in kept[path])


@given(FINDINGS)
def test_what_was_frozen_is_not_new_and_survives_being_written(found):
    known = baseline(found)
    assert read(written(known).encode("utf-8", "backslashreplace").decode("utf-8")) == known
    assert written(read(written(known))) == written(known)
    assert compared(known, result(found)).new.diagnostics == ()
    assert written(baseline(list(reversed(found)))) == written(known)


def test_one_finding_is_one_line():
    lines = written(baseline([(WORDS[0], "link-broken")])).splitlines()
    more = written(baseline([(WORDS[0], "link-broken"), (WORDS[0], "link-self")])).splitlines()
    assert len(more) == len(lines) + 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        "<<<<<<< ours",
        '{"version": true, "notes": {}}',
        '{"version": 1}',
        '{"version": 1, "notes": []}',
        '{"version": 1, "notes": {"a": []}}',
        '{"version": 1, "notes": {"a": {"b": 0}}}',
        '{"version": 1, "notes": {"a": {"b": true}}}',
        '{"version": 1, "notes": {"a": {"b": 1, "b": 1}}}',
        "[" * 100_000,
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"line|twice|write it|deeply|how often"):
        read(text)
