"""Fixes of white space and line ends: whatever a note holds, it says the same afterwards and is clean."""

from hypothesis import given, settings
from hypothesis import strategies as st

from schema.note_checks import findings, mended
from vaultkit import registry
from vaultkit.lint.rule import ActiveRule, RuleSet
from vaultkit.model.diagnostic import Severity
from vaultkit.parse.note import parse

_pieces = st.sampled_from(
    [
        "text", "# Heading", "- ", "- [ ]", "- [x] done", "> ", "> quoted", "```", "    code", "| a | b |", "|-|-|",
        "---", "%%", "$$", "\\", "`", "", "^id", "===", "1. one", "[^1]: note", "**", "[[a]]", "> [!note]", "tag: x",
        "-", "#",
    ]
)  # fmt: skip
_spaces = st.sampled_from(["", "", " ", "  ", "   ", "\t", " \t", "\t  "])
_lines = st.lists(st.tuples(_pieces, _spaces).map("".join), max_size=8)


def only(name):
    return RuleSet([ActiveRule(name, Severity.WARNING, registry.load("vaultkit.rules", name).traits)])


def told(text):
    """What a note says, its places aside."""
    facts = parse(text)
    return (
        facts.frontmatter.state,
        facts.properties,
        [(item.level, " ".join(item.text.split())) for item in facts.headings],
        [(item.target, item.subpath) for item in facts.links],
        [item.state for item in facts.tasks],
        [item.name for item in facts.tags],
        [(item.id, item.kind) for item in facts.blocks],
        [(item.kind, item.language) for item in facts.code],
        [item.type for item in facts.callouts],
        [(item.columns, item.rows) for item in facts.tables],
        [item.kind for item in facts.math],
        [(item.kind, item.closed) for item in facts.comments],
    )


@settings(max_examples=600, deadline=None)
@given(_lines)
def test_white_space_at_line_ends(lines):
    text = "\n".join(lines) + "\n"
    rules = only("trailing-whitespace")
    now = mended(text, findings(text, rules=rules))
    assert told(now) == told(text)
    assert findings(now, rules=rules) == []
    assert [line.rstrip(" \t") for line in now.split("\n")] == [line.rstrip(" \t") for line in text.split("\n")]


@given(st.lists(st.tuples(st.sampled_from(["a", "", "[[b]]"]), st.sampled_from(["\n", "\r\n", "\r"])), max_size=8))
def test_line_ends(lines):
    text = "".join(map("".join, lines))
    rules = only("mixed-line-endings")
    now = mended(text, findings(text, rules=rules))
    assert now.splitlines() == text.splitlines()
    assert findings(now, rules=rules) == []
    assert (
        len({end for end in ("\r\n", "\n", "\r") if end in now.replace("\r\n", "" if end != "\r\n" else "\r\n")}) <= 1
    )


@given(st.text("ab \r\n", max_size=12))
def test_the_last_line(text):
    rules = only("final-newline")
    now = mended(text, findings(text, rules=rules))
    assert now.startswith(text) and len(now) - len(text) <= 2
    assert now == "" or now.endswith(("\n", "\r"))
