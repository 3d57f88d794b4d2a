"""Reports show the exact place, whatever stands there, and let nothing from a note reach the terminal or the log."""

import base64
import json as standard
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit import registry
from vaultkit.model.diagnostic import CheckResult, Diagnostic, Fix, Origin, Related, Severity
from vaultkit.model.text import LineIndex, Span, TextEdit, apply_edits
from vaultkit.reports._look import Look, columns, show
from vaultkit.reports.github import github
from vaultkit.reports.json import json
from vaultkit.reports.text import text


def finding(note, part, path="a.md", **more):
    start = note.index(part)
    fields = {"severity": Severity.ERROR, "message": "a message", **more}
    return Diagnostic("some-rule", path, Span(start, start + len(part)), **fields)


def result(note, *found):
    return CheckResult(found, tuple({item.path for item in found}), lambda path: note)


def blocks(note, *found, **look):
    return text(result(note, *found), Look(**look))


def test_the_block_that_the_documentation_shows():
    note = "\n" * 10 + "# Take-aways\n"
    item = Diagnostic(
        "section-renamed",
        "Reading/attention.md",
        Span(12, 22),
        Severity.ERROR,
        "expected section `Takeaways`, found `Take-aways`",
        "rename to `Takeaways`",
        Origin("reading-note", "schemas/reading-note.yaml", 14),
        "what you will do differently",
        fix=Fix("rename to `Takeaways`", (TextEdit(Span(12, 22), "Takeaways"),), False),
    )
    assert blocks(note, item) == (
        "error[section-renamed]: expected section `Takeaways`, found `Take-aways`  [fixable: --unsafe-fixes]\n"
        "  --> Reading/attention.md:11:3\n"
        "   |\n"
        "11 | # Take-aways\n"
        "   |   ^^^^^^^^^^ rename to `Takeaways`\n"
        "   = schema `reading-note` (schemas/reading-note.yaml:14): what you will do differently\n"
    )
    shown = blocks(note, item._replace(label="", fix=Fix("write it as the schema does", (), True), origin=None))
    assert shown.splitlines()[-3:] == [
        "   |   ^^^^^^^^^^",
        "   = hint: what you will do differently",
        "   = help: write it as the schema does",
    ]


def test_another_place_is_shown_with_its_own_line():
    note = "title: One\n" + "\n" * 98 + "title: One\n"
    other = Related("b.md", Span(note.rindex("One"), len(note) - 1), "the other one")
    shown = blocks(note, finding(note, "One", related=(other,)), prefix="vault/")
    assert shown.splitlines()[1:] == [
        "   --> vault/a.md:1:8",
        "    |",
        "  1 | title: One",
        "    |        ^^^",
        "   --> vault/b.md:100:8",
        "    |",
        "100 | title: One",
        "    |        --- the other one",
    ]


@pytest.mark.parametrize(
    ("note", "part", "line", "signs"),
    [
        ("注意 here", "here", "注意 here", "     ^^^^"),
        ("a注意b", "注意", "a注意b", " ^^^^"),
        ("\tx\ty z", "y", "    x    y z", "         ^"),
        ("e\u0301 x", "x", "e\u0301 x", "  ^"),
        ("👨‍👩‍👧 x", "x", "👨‍👩‍👧 x", "   ^"),
        ("❤️ x", "x", "❤️ x", "   ^"),
        ("👍🏽👍 x", "👍 x", "👍🏽👍 x", "  ^^^^"),
        ("각각 x", "x", "각각 x", "     ^"),
        ("a\x1b[31mb", "b", "a␛[31mb", "      ^"),
        ("a\u202eb", "b", "a<U+202E>b", "         ^"),
        ("##[error]x", "x", "#\\#[error]x", "          ^"),
        ("", "", "", "^"),
        ("end", "", "end", "^"),
    ],
)
def test_the_signs_stand_under_the_place(note, part, line, signs):
    note = f"first\n{note}\n"
    start = note.index("\n") + 1 + note.split("\n")[1].index(part)
    item = Diagnostic("r", "a.md", Span(start, start + len(part)), Severity.ERROR, "m")
    assert blocks(note, item).splitlines()[3:5] == [f"2 | {line}".rstrip(), f"  | {signs}"]


def test_a_long_line_is_cut_around_the_place():
    note = "word " * 400 + "[[Dune]]" + " tail" * 400
    *_, line, signs = blocks(note, finding(note, "[[Dune]]"), width=60).splitlines()
    assert columns(line) <= 60
    assert line.startswith("1 | …") and line.endswith("…")
    assert line[signs.index("^") : signs.rindex("^") + 1] == "[[Dune]]"


@given(st.text(st.sampled_from("ab 注é👍🏽\u200d\u0301\ufe0f\t\x1b\u202e"), min_size=1, max_size=300), st.data())
def test_a_line_is_as_wide_as_the_terminal_at_most(line, data):
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, min(len(line), start + 9)))
    width = data.draw(st.integers(30, 90))
    item = Diagnostic("r", "a.md", Span(start, end), Severity.ERROR, "m", "opens nothing")
    *_, shown, signs = text(result(line, item), Look(width=width)).replace("\n  | opens nothing", "").splitlines()[:5]
    assert columns(shown) <= width
    assert columns(signs) <= width or "opens" not in signs


def test_a_line_that_is_cut_leaves_room_for_what_is_said():
    note = "word " * 14 + "[[Dune]]" + " tail" * 400
    *_, line, signs = blocks(note, finding(note, "[[Dune]]", label="opens nothing"), width=90).splitlines()
    assert signs.endswith("^^^^^^^^ opens nothing") and columns(signs) <= 90
    assert line.startswith("1 | …") and line[signs.index("^") :].startswith("[[Dune]]")


def test_what_is_said_stands_below_when_there_is_no_room_beside():
    note = "word " * 9 + "[[Dune]]"
    *_, signs, label = blocks(note, finding(note, "[[Dune]]", label="opens nothing"), width=60).splitlines()
    assert signs == f"  | {' ' * 45}^^^^^^^^"
    assert label == f"  | {' ' * 42}opens nothing"


def test_a_sign_of_several_characters_is_not_cut():
    note = "👨‍👩‍👧" * 40 + "x" + "e\u0301" * 99
    for width in range(25, 60):
        line = blocks(note, finding(note, "x"), width=width).splitlines()[3].removeprefix("1 | ")
        assert line.startswith("…👨") and "👨‍👩‍👧x" in line and line.endswith("\u0301…")


def test_a_place_over_several_lines_is_marked_to_the_end_of_its_first():
    note = "```python\ncode\n"
    assert blocks(note, finding(note, "```python\ncode")).splitlines()[-1] == "  | ^^^^^^^^^"


def test_a_whole_note_is_named_and_not_shown():
    other = Related("b.md", Span(0, 0), "this one fits as well")
    assert blocks("See [[b]].\n", finding("See [[b]].\n", "[[b]]", related=(other,))).splitlines()[4:] == [
        "  |     ^^^^^",
        " --> b.md",
        "  = this one fits as well",
    ]


def test_a_finding_says_which_option_mends_it():
    def head(*fix):
        return blocks("x", finding("x", "x", fix=fix and Fix("mend it", (), *fix))).splitlines()[0]

    assert head(True) == "error[some-rule]: a message  [fixable: --fix]"
    assert head(False) == "error[some-rule]: a message  [fixable: --unsafe-fixes]"
    assert head() == "error[some-rule]: a message"


def test_a_rule_opens_its_page_where_there_is_one():
    found = finding("x", "x")._replace(rule="link-broken")
    shown = blocks("x", found, pages="file://here/docs/rules/")
    assert shown.splitlines()[0] == (
        "error[\x1b]8;;file://here/docs/rules/link-broken.md\x1b\\link-broken\x1b]8;;\x1b\\]: a message"
    )
    assert "\x1b" not in blocks("x", found)
    assert "\x1b" not in blocks("x", finding("x", "x"), pages="file://here/docs/rules/"), "a rule of another package"


def test_without_a_text_only_the_place_is_named():
    shown = blocks("", finding("", "", label="here"))
    assert shown == "error[some-rule]: a message\n --> a.md:1:1\n  = here\n"


def test_colours_only_when_asked():
    note = "# Notes\n"
    assert "\x1b" not in blocks(note, finding(note, "Notes"))
    assert "\x1b[1;31merror[some-rule]\x1b[0m" in blocks(note, finding(note, "Notes"), color=True)


def test_json_says_everything_exactly():
    note = "---\ntitle: x\n---\n# Take-aways\n"
    span = Span(note.index("Take"), note.index("Take") + 10)
    item = finding(
        note,
        "Take-aways",
        path="caf\udce9/a.md",
        label="rename",
        hint="a hint",
        origin=Origin("s", "s.yaml", 3),
        related=(Related("b.md", Span(0, 3), "there"),),
        fix=Fix("rename it", (TextEdit(span, "Takeaways"),), True),
    )
    document = standard.loads(json(result(note, item), Look(prefix="ignored/")))
    assert document["version"] == 1
    assert document["summary"] == {"notes": 1, "notes_with_findings": 1, "error": 1, "warning": 0, "info": 0}
    [found] = document["findings"]
    assert base64.b64decode(found["path_b64"]) == b"caf\xe9/a.md"
    assert found["path"] == "caf\N{REPLACEMENT CHARACTER}/a.md"
    assert found["start"] == {"line": 4, "column": 3, "offset": 19}
    assert found["end"] == {"line": 4, "column": 13, "offset": 29}
    assert found["expected_by"] == {"schema": "s", "file": "s.yaml", "line": 3}
    assert found["related"][0]["path"] == "b.md"
    [edit] = found["fix"]["edits"]
    change = TextEdit(Span(edit["start"]["offset"], edit["end"]["offset"]), edit["text"])
    assert apply_edits(note, [change]) == note.replace("Take-aways", "Takeaways")


def test_github_gets_one_command_a_finding_and_no_other():
    note = "a\nb: 100%\n"
    evil = "x,file=y::\n::set-env name=A::b\r"
    item = finding(note, "b: 100%", path=f"{evil}.md", message=f"100% {evil}", hint="two\nlines")
    out = github(result(note, item), Look(prefix="docs/"))
    assert out.count("\n") == 1
    command, properties, message = re.fullmatch(r"::(\w+) (.*?)::(.*)\n", out).groups()
    assert command == "error"
    assert [pair.partition("=")[0] for pair in properties.split(",")] == [
        *("file", "line", "endLine", "col", "endColumn", "title"),
    ]
    assert "line=2,endLine=2,col=1,endColumn=7" in properties
    assert "100%25 x,file=y::" in message and message.endswith("%0Atwo␊lines")


def test_github_names_no_columns_over_several_lines():
    note = "a\nb\n"
    assert (
        "col" not in github(result(note, finding(note, "a\nb")), Look()).lower().partition("::error")[2].split("::")[0]
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.data())
def test_the_signs_are_as_wide_as_what_they_mark(line, data):
    line = line.replace("\r", "").replace("\n", "")
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    out = text(result(line, Diagnostic("r", "a.md", Span(start, end), Severity.ERROR, "m")), Look(width=100_000))
    if not line:
        return
    _, _, _, shown, signs = out.split("\n")[:5]
    before, marked = show(line[:start]), show(line[start:end])
    if "\t" in line or "##" in line:  # what a tab or a sign becomes depends on what stands around it
        return
    assert signs == f"  | {' ' * columns(before)}{'^' * max(1, columns(marked))}"
    assert shown == f"1 | {show(line)}".rstrip()


def test_counts_are_sorted():
    note = "x"
    found = [finding(note, "x", severity=Severity.INFO)] + [finding(note, "x")._replace(rule="other")] * 12
    assert registry.load("vaultkit.reports", "statistics")(result(note, *found), Look()) == (
        "12  error    other\n 1  info     some-rule\n"
    )


def test_positions_are_lines_and_characters():
    assert LineIndex("a\r\nb\u2028c\rd").position(7) == (3, 1)
