"""What each format says, to the letter."""

import json
from xml.etree import ElementTree

import pytest
from forms import expect_form

from vaultkit import registry
from vaultkit.model.diagnostic import CheckResult, Diagnostic, Fix, Origin, Related, Severity
from vaultkit.model.text import LineIndex, Position, Span, TextEdit, apply_edits
from vaultkit.reports._look import Look

NOTE = "\ufb01rst [x](y)\r\n\r\n# Take-aways\r\n[[Dnue]] and [[Dnue]]\r\n"


def finding(part, rule="link-broken", path="Reading/a b.md", note=NOTE, **more):
    start = note.index(part)
    fields = {"severity": Severity.ERROR, "message": "there is no note `Dnue`", **more}
    return Diagnostic(rule, path, Span(start, start + len(part)), **fields)


RENAMED = finding(
    "Take-aways",
    "section-renamed",
    message="expected section `Takeaways`, found `Take-aways`",
    label="rename to `Takeaways`",
    origin=Origin("reading-note", "schemas/reading-note.yaml", 14),
    hint="what you keep",
    fix=Fix(
        "rename to `Takeaways`", (TextEdit(Span(NOTE.index("Take"), NOTE.index("Take") + 10), "Takeaways"),), False
    ),
)
DEAD = finding("[[Dnue]]", related=(Related("b.md", Span(0, 5), "see [this](here)"),))
AGAIN = DEAD._replace(span=Span(NOTE.rindex("[[Dnue]]"), NOTE.rindex("[[Dnue]]") + 8), related=())
REMARK = finding("[x](y)", "tag-invalid", severity=Severity.INFO, message="a remark", hint="the author's words")


def report(name, *found, note=NOTE, paths=("Reading/a b.md", "clean.md"), **look):
    out = registry.load("vaultkit.reports", name)(CheckResult(found, paths, lambda path: note), Look(**look))
    expect_form(name, out)
    return out


def test_concise_is_a_line_each():
    assert report("concise", REMARK, RENAMED, DEAD, prefix="docs/") == (
        "docs/Reading/a b.md:1:6: info[tag-invalid]: a remark\n"
        "docs/Reading/a b.md:3:3: error[section-renamed]: expected section `Takeaways`, found `Take-aways`"
        "  [fixable: --unsafe-fixes]\n"
        "docs/Reading/a b.md:4:1: error[link-broken]: there is no note `Dnue`\n"
    )
    assert report("concise", REMARK, color=True).startswith(
        "Reading/a b.md:1:6: \x1b[1;36minfo[tag-invalid]\x1b[0m: a remark"
    )


def test_jsonl_is_the_findings_of_json():
    whole = json.loads(report("json", REMARK, RENAMED, DEAD))
    lines = report("jsonl", REMARK, RENAMED, DEAD).splitlines()
    assert [json.loads(line) for line in lines] == whole["findings"]
    assert report("jsonl") == ""


def test_gitlab_counts_equal_findings_and_forgets_the_lines():
    entries = json.loads(report("gitlab", REMARK, RENAMED, DEAD, AGAIN, prefix="notes/"))
    assert entries[1] == {
        "description": "expected section `Takeaways`, found `Take-aways` "
        "(schema `reading-note`, schemas/reading-note.yaml:14): what you keep",
        "check_name": "section-renamed",
        "fingerprint": entries[1]["fingerprint"],
        "severity": "major",
        "location": {"path": "notes/Reading/a b.md", "lines": {"begin": 3, "end": 3}},
    }
    assert (entries[0]["description"], entries[0]["severity"]) == ("a remark (hint: the author's words)", "info")
    one, other = (entry["fingerprint"] for entry in entries[2:])
    assert one.removesuffix(":1") == other.removesuffix(":2") != one

    moved = [
        item._replace(span=Span(item.span.start + 6, item.span.end + 6)) for item in (REMARK, RENAMED, DEAD, AGAIN)
    ]
    later = json.loads(report("gitlab", *moved, note="above\n" + NOTE))
    assert [entry["fingerprint"] for entry in later] == [entry["fingerprint"] for entry in entries]
    assert later[1]["location"]["lines"] == {"begin": 4, "end": 4}


def test_junit_has_a_failure_for_each_finding_and_a_test_for_each_clean_note():
    suite = ElementTree.fromstring(report("junit", RENAMED, DEAD, AGAIN)).find("testsuite")
    assert (suite.get("tests"), suite.get("failures")) == ("4", "3")
    cases = [(case.get("classname"), case.get("name")) for case in suite.findall("testcase")]
    assert cases == [
        ("Reading/a b.md", "section-renamed"),
        ("Reading/a b.md", "link-broken"),
        ("Reading/a b.md", "link-broken 2"),
        ("clean.md", "no finding"),
    ]
    failure = suite.find("testcase/failure")
    sentence = (
        "expected section `Takeaways`, found `Take-aways` "
        "(schema `reading-note`, schemas/reading-note.yaml:14): what you keep"
    )
    assert (failure.get("type"), failure.get("message")) == ("error", sentence)
    assert failure.text == f"Reading/a b.md:3:3: {sentence}"


def test_sarif_says_everything():
    [run] = json.loads(report("sarif", REMARK, RENAMED, DEAD, AGAIN, prefix="notes/"))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["link-broken", "section-renamed", "tag-invalid"]
    assert rules[0]["shortDescription"] == {"text": "A link opens nothing."}
    assert (
        rules[0]["help"]["text"] == rules[0]["help"]["markdown"] == registry.load("vaultkit.rules", "link-broken").doc
    )
    assert rules[0]["defaultConfiguration"] == {"level": "error"}
    remark, renamed, dead, again = run["results"]
    assert [item["ruleIndex"] for item in run["results"]] == [2, 1, 0, 0]
    assert [item["level"] for item in run["results"]] == ["note", "error", "error", "error"]
    assert renamed["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "notes/Reading/a%20b.md", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3, "startColumn": 3, "endLine": 3, "endColumn": 13},
            }
        }
    ]
    assert "fixes" not in remark
    [related] = dead["relatedLocations"]
    assert related["message"] == {"text": r"see \[this\](here)"}
    names = [item["partialFingerprints"]["vaultkit/v1"] for item in (dead, again)]
    assert names[0].removesuffix(":1") == names[1].removesuffix(":2") != names[0]


def test_a_fix_in_sarif_is_the_fix():
    [run] = json.loads(report("sarif", RENAMED))["runs"]
    [fix] = run["results"][0]["fixes"]
    assert fix["description"] == {"text": "rename to `Takeaways`"} and fix["properties"] == {"safe": False}
    [change] = fix["artifactChanges"]
    index = LineIndex(NOTE)

    def edit(replacement):
        region = replacement["deletedRegion"]
        start, end = (
            index.offset(Position(region[f"{side}Line"], region[f"{side}Column"])) for side in ("start", "end")
        )
        return TextEdit(Span(start, end), replacement["insertedContent"]["text"])

    assert apply_edits(NOTE, map(edit, change["replacements"])) == NOTE.replace("Take-aways", "Takeaways")


def test_a_rule_that_is_off_by_default_is_so_in_sarif():
    [run] = json.loads(report("sarif", finding("Take", "link-self", severity=Severity.WARNING)))["runs"]
    assert run["tool"]["driver"]["rules"][0]["defaultConfiguration"] == {"enabled": False}
    assert run["results"][0]["level"] == "warning"


@pytest.mark.parametrize("name", registry.names("vaultkit.reports"))
def test_nothing_found_is_a_report_as_well(name):
    for paths in ((), ("a.md",)):
        out = report(name, paths=paths)
        assert out == "" or out.endswith("\n")


@pytest.mark.parametrize("name", registry.names("vaultkit.reports"))
def test_findings_keep_their_order_and_reports_their_bytes(name):
    found = (REMARK, RENAMED, DEAD, AGAIN)
    assert report(name, *found) == report(name, *found)
    if name != "statistics":
        out = report(name, *found).rpartition('"results"')[2]
        assert out.index("a remark") < out.index("expected section") < out.index("there is no note")
