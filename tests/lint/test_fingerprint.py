"""A finding is known by what it says and where it points, not by the line it stands on."""

from hypothesis import given
from hypothesis import strategies as st

from vaultkit.lint.fingerprint import fingerprint
from vaultkit.model.diagnostic import Diagnostic, Severity
from vaultkit.model.text import Span


def finding(text, words, rule="link-broken", path="Note.md", message="there is no such note"):
    start = text.index(words)
    return Diagnostic(rule, path, Span(start, start + len(words)), Severity.ERROR, message)


@given(st.text(max_size=50), st.text(max_size=50))
def test_edits_above_and_below_do_not_change_it(above, below):
    before = "A [[Dune]] link.\n"
    after = f"{above.replace('[[Dune]]', '')}{before}{below}"
    assert fingerprint(finding(before, "[[Dune]]"), before) == fingerprint(finding(after, "[[Dune]]"), after)


def test_each_part_changes_it():
    text = "A [[Dune]] and a [[Dunes]]."
    known = {
        fingerprint(finding(text, "[[Dune]]"), text),
        fingerprint(finding(text, "[[Dunes]]"), text),
        fingerprint(finding(text, "[[Dune]]", rule="link-case"), text),
        fingerprint(finding(text, "[[Dune]]", path="Other.md"), text),
    }
    assert len(known) == 4


def test_what_points_at_nothing_is_known_by_its_message():
    one, other = (finding("text", "", message=f"`{name}` is missing") for name in ("Notes", "Questions"))
    assert fingerprint(one, "text") != fingerprint(other, "text")


def test_spacing_and_letter_case_do_not_count():
    one, other = "# Take  aways", "# take aways"
    assert fingerprint(finding(one, one), one) == fingerprint(finding(other, other), other)
