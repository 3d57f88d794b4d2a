"""The engine of fixes alone, on rules made up for it: words that should be other words."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile import read_cases
from vaultkit.lint.fix import Fixing, with_fixes
from vaultkit.model.diagnostic import Diagnostic, Fix, Severity
from vaultkit.model.text import Span, TextEdit

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "fixes.md"


def finding(span, edits, rule="word", message="wrong", safe=True):
    return Diagnostic(rule, "a.md", Span(*span), Severity.ERROR, message, fix=Fix("mend it", tuple(edits), safe))


def words(rules):
    """A check that wants other words: a finding for every place where one of the `rules` (pattern: word) fits."""

    def check(text):
        found = [
            finding(match.span(), [TextEdit(Span(*match.span()), new)], rule=old, message=f"{old} should be {new}")
            for old, new in rules.items()
            for match in re.finditer(old, text)
        ]
        return tuple(sorted(found, key=lambda item: item.order))

    return check


def fix(text, check, wanted=lambda text, item: True):
    fixing = Fixing(text, check, wanted)
    fixing.go_on(check(text))
    return fixing


def test_all_is_fixed_and_nothing_else_touched():
    fixing = fix("one tow one tow tow\r\n", words({"tow": "two"}))
    assert fixing.text == "one two one two two\r\n"
    assert len(fixing.fixed) == 3


def test_of_two_that_overlap_the_first_comes_first_and_the_other_is_looked_at_again():
    asked = []

    def wanted(text, item):
        asked.append((text, text[slice(*item.span)]))
        return True

    assert fix("xaby", words({"ab": "cb", "by": "bz"}), wanted).text == "xcbz"
    assert asked == [("xaby", "ab"), ("xcby", "by")]


def test_edits_that_meet_are_made_one_after_the_other():
    def check(text):
        lacking = [name for name in ("a", "b", "c") if name not in text]
        return tuple(finding((0, 0), [TextEdit(Span(4, 4), f"{name}\n")], message=name) for name in lacking)

    assert fix("---\n---\n", check).text == "---\nc\nb\na\n---\n"


def test_a_fix_that_several_findings_share_is_made_once_and_asked_about_once():
    edit, asked = TextEdit(Span(0, 1), "b"), []

    def check(text):
        return tuple(finding((0, 1), [edit], message=name) for name in "xyz") if text == "a" else ()

    def wanted(text, item):
        asked.append(item.message)
        return True

    fixing = fix("a", check, wanted)
    assert (fixing.text, len(fixing.fixed), asked) == ("b", 3, ["x"])


def test_an_edit_that_two_fixes_have_in_common_is_made_once():
    both, one, other = TextEdit(Span(4, 5), ""), TextEdit(Span(0, 1), ""), TextEdit(Span(2, 3), "")

    def check(text):
        return (finding((0, 1), [one, both]), finding((2, 3), [other, both])) if text == "a b c" else ()

    fixing = fix("a b c", check)
    assert (fixing.text, len(fixing.fixed)) == ("  ", 2)


def test_a_fix_that_does_no_good_is_taken_back():
    for rules in ({"a": "a"}, {"a": "aa"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": "a"}):
        fixing = fix("x a y", words(rules))
        assert (fixing.text, fixing.fixed) == ("x a y", ()), rules
    assert fix("a tow", words({"a": "ba", "tow": "two"})).text == "a two"


def test_a_fix_that_breaks_another_rule_leaves_it_to_that_rule_once():
    assert fix("a", words({"a": "b", "b": "c"})).text == "c"


def test_growth_without_end_ends():
    def check(text):
        return (finding((0, 0), [TextEdit(Span(0, 0), "+")], message=f"{len(text)} is too short"),)

    assert len(fix("", check).text) == 200


@pytest.mark.parametrize(("answers", "text"), [((True, False), "two, tow, x"), ((False, True), "tow, two, x")])
def test_a_refused_fix_is_not_asked_about_again_and_its_twin_is(answers, text):
    left = iter(answers)
    check = words({"tow": "two", "y": "x"})
    assert fix("tow, tow, y", check, lambda text, item: item.rule == "y" or next(left)).text == text


def test_edits_outside_of_the_text_or_over_each_other_are_never_made():
    for spans in ([(0, 9)], [(2, 1)], [(0, 2), (1, 3)]):
        item = finding((0, 0), [TextEdit(Span(*span), "x") for span in spans])
        assert fix("abc", lambda text, item=item: (item,)).text == "abc"


def test_new_lines_end_as_the_lines_of_the_note_do():
    def added(text):
        return with_fixes(text, [finding((0, 0), [TextEdit(Span(0, 0), "a\nb\r\n")])])

    assert added("x\r\ny\r\n") == "a\r\nb\r\nx\r\ny\r\n"
    assert added("x\ny") == "a\nb\nx\ny"
    assert added("x\r") == "a\rb\rx\r"
    assert added("x\ry\n") == "a\nb\r\nx\ry\n"
    assert added("x") == "a\nb\r\nx"


LETTERS = st.text("abcd.\r\n", max_size=12)


@given(LETTERS, st.dictionaries(st.text("abcd", min_size=1, max_size=3), LETTERS, max_size=5))
def test_it_always_ends_and_says_what_it_did(text, rules):
    check = words(rules)
    steps = []

    def watched(new):
        steps.append(new)
        return check(new)

    fixing = fix(text, watched)
    assert (fixing.text == text) or fixing.fixed
    assert not steps or steps[-1] == fixing.text, "the last text that was checked is the one that stands"


@given(st.text("abcd xyz\r\n", max_size=60), st.booleans())
def test_only_the_spans_of_the_findings_change(text, upper):
    """Wrong words become right ones; what stands between them is the very same."""
    rules = {"a+": "A" if upper else "xx", "b": "", "cd": "c-d"}
    fixing = fix(text, words(rules))
    wrong = re.compile("|".join(rules))
    right = {"a": rules["a+"], "b": "", "c": "c-d"}
    apart = not re.search(r"(?:a|b|cd){2}", text)
    if apart and not re.search("cb+d", text):
        assert fixing.text == wrong.sub(lambda match: right[match[0][0]], text)
        assert len(fixing.fixed) == len(wrong.findall(text))
    again = fix(fixing.text, words(rules))
    assert again.text == fixing.text


def offers():
    """The rules whose fixes are seen in the case files, with the cases, and whether the fixes are safe."""
    found = {}
    for case in read_cases("rules"):
        for line in case.findings.lines if case.findings else ():
            if not line.startswith(" "):
                name = re.search(r"\[([a-z0-9-]+)\]", line)[1]
            elif line.startswith("  fix:") and name == case.rule:
                found.setdefault(name, []).append((case, line.endswith("(safe)")))
    return found


def test_a_rule_that_offers_a_fix_shows_what_the_fix_does():
    shown = {case.rule for case in read_cases("rules") if case.fixed}
    assert set(offers()) - shown == set()
    assert len(offers()) > 20


def test_the_table_of_fixes_says_what_is_safe():
    rows = re.findall(r"^\|(?: (`.*?`))? \| .*? \| (yes|no) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    said, names = {}, []
    for rules, safe in rows:
        names = re.findall("`([a-z-]+)`", rules) or names
        for name in names:
            said.setdefault(name, set()).add(safe == "yes")
    seen = {name: {safe for _, safe in found} for name, found in offers().items() if name in said}
    assert said == seen
    assert len(said) > 20
