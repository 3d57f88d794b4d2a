"""Nothing that stands in a note or in a file's name reaches a terminal, a build server or a web page as more than text,
in any format; and every format stays what its schema says."""

import json
import re
import unicodedata
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import pytest
from forms import expect_form
from hypothesis import given
from hypothesis import strategies as st

from vaultkit import registry
from vaultkit.model.diagnostic import CheckResult, Diagnostic, Fix, Origin, Related, Severity
from vaultkit.model.text import Span, TextEdit
from vaultkit.reports._look import Look

NAMES = registry.names("vaultkit.reports")
REPORTS = {name: registry.load("vaultkit.reports", name) for name in NAMES}

ATTACKS = [
    "\x1b[2J\x1b]8;;https://example.org\x07",
    "\u202eright to left\u2066",
    "::error file=x::",
    "  ::stop-commands::x",
    "\n::set-output name=a::b\n",
    "##[error]no",
    "##vso[task.setvariable variable=a]b",
    "]]></failure><script>alert(1)</script>&amp;",
    "\ufffe\uffff\U0001ffff\x00\x0b\x7f\x9b",
    "\udce9\ud800",
    "[click](https://example.org) ![](x) `x` <b>",
    "{0} {{1}}",
    "\x85\u2028\u2029\r",
    '"\\" \' --',
]
anything = (
    st.text(st.characters(), max_size=40)
    | st.text(st.sampled_from("\t\x1b\r\n#[]:%a注é<&>{}\u0301\u202e\udce9\x9b\uffff"), max_size=40)
    | st.sampled_from(ATTACKS)
    | st.lists(st.sampled_from(ATTACKS), max_size=3).map("".join)
)


def as_path(text):
    """The text as a path that a file system can give: no NUL, and no half character but those for bytes."""
    return re.sub("[\x00\ud800-\udc7f\udd00-\udfff]", "", text).strip("/") or "a.md"


paths = anything.map(as_path)


@st.composite
def findings(draw):
    note, path, other, words = draw(anything), draw(paths), draw(paths), draw(anything)
    start = draw(st.integers(0, len(note)))
    span = Span(start, draw(st.integers(start, len(note))))
    return note, Diagnostic(
        draw(st.sampled_from(["link-broken", "tag-invalid", "no-such-rule"])), path, span,
        draw(st.sampled_from(Severity)), words or "m", draw(anything),
        draw(st.none() | st.just(Origin(words, words, 1))), draw(anything),
        (Related(other, Span(0, 0), words), Related(path, span, words))[: draw(st.integers(0, 2))],
        draw(st.none() | st.just(Fix(words, (TextEdit(span, words),), bool(start % 2)))),
    )  # fmt: skip


def reported(name, found, width=100):
    note, *items = found
    return REPORTS[name](CheckResult(tuple(items), (items[0].path, "fine.md"), lambda path: note), Look(width=width))


def expect_harmless(name, text):
    """No control characters, no signs that turn the writing, and no command at the start of a line or after `##`."""
    odd = {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert odd <= set("\n\u200c\u200d")
    assert not re.search(r"##[A-Za-z-]*\[", text)
    own = ("::error ", "::warning ", "::notice ") if name == "github" else ()
    commands = [line for line in text.splitlines() if line.lstrip().startswith("::")]
    assert [line for line in commands if not line.startswith(own)] == []
    if name in ("json", "jsonl", "sarif", "gitlab"):
        assert text.isascii() and "<" not in text
    text.encode("utf-8")


@pytest.mark.parametrize("name", NAMES)
@given(findings(), st.integers(1, 90))
def test_nothing_from_a_note_gets_through(name, found, width):
    out = reported(name, found, width)
    expect_harmless(name, out)
    expect_form(name, out)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_known_attacks(name, attack):
    item = Diagnostic(
        "link-broken", as_path(attack), Span(0, 3), Severity.ERROR, attack, attack, Origin(attack, attack, 1), attack,
        (Related(as_path(attack), Span(0, 1), attack),), Fix(attack, (TextEdit(Span(0, 1), attack),), True),
    )  # fmt: skip
    out = reported(name, (attack, item))
    expect_harmless(name, out)
    expect_form(name, out)


@given(findings())
def test_json_gives_back_what_stands_there(found):
    _, item = found
    [finding] = json.loads(reported("json", found))["findings"]
    assert finding == json.loads(reported("jsonl", found))

    def kept(text):
        return text.encode("utf-8", "replace").decode()

    assert finding["message"] == kept(item.message) and finding["label"] == kept(item.label)
    if item.fix:
        assert finding["fix"]["edits"][0]["text"] == kept(item.fix.edits[0].text)


@given(findings())
def test_xml_is_read_by_any_parser_and_holds_the_words(found):
    _, item = found
    suite = ElementTree.fromstring(reported("junit", found)).find("testsuite")
    failed, passed = suite.findall("testcase")
    assert failed.get("classname") == Look().path(item.path) and failed.get("name") == item.rule
    assert failed.find("failure").text.endswith(failed.find("failure").get("message"))
    assert passed.get("classname") == "fine.md" and not list(passed)
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")


@given(findings())
def test_a_message_makes_no_link_in_sarif_and_a_path_is_an_address(found):
    _, item = found
    [log] = json.loads(reported("sarif", found))["runs"]
    [outcome] = log["results"]
    text = outcome["message"]["text"]
    assert not re.search(r"(?<!\\)(\\\\)*[\[\]]", text)
    assert not re.search(r"(?<!\{)(\{\{)*\{(?!\{)", text)
    uri = outcome["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9/._~%-]+", uri)
    assert unquote_to_bytes(uri) == item.path.encode("utf-8", "surrogateescape")
