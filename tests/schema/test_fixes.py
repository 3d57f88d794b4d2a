"""Fixes of properties: whatever was typed, a fix mends its own finding, loses nothing, and touches nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.note_checks import findings
from vaultkit.model.text import apply_edits
from vaultkit.parse.note import parse
from vaultkit.parse.scalars import resolve
from vaultkit.schema.note_schema import load_schema
from vaultkit.schema.repair import as_yaml, quoted

SCHEMA = load_schema(
    """
properties:
  title: { type: text }
  rating: { type: number }
  done: { type: checkbox }
  date: { type: date }
  list: { type: list, items: { type: [text, number] } }
  tags: { type: tags }
  aliases: { type: aliases }
  up: { type: link }
  status: { type: text, enum: [draft, in review, "yes"] }
  kept: { type: text, required: true, default: "a: b" }
""",
    "schemas/all.yaml",
)
NAMES = [*SCHEMA.properties, "tag", "alias", "cssclass", "cssclasses", "free"]

_scalars = st.one_of(
    st.sampled_from(
        [
            "a", "a b", "a, b", "a [b] c", "{a", "0123", "1.10", "true", "yes", "~", '""', "''", '"8"', "'it''s'",
            "2024-3-1", "2024/03/01", "20240301", "'2024-3-1'", "2024-02-30", "In Review", "'DRAFT'", "drafft",
            '"a \\" b"', "[[Note]]", '"[[Note]]"', "Note", "a #b", "é\u0301", "a: b", "- a", "#tag", '"#tag"',
            "Ja, nein", "1e3", "-", "0x1F", "\\",
        ]
    ),
    st.text(alphabet="ab \"'[],{}:#-&*!|>%@`é0", max_size=6),
)  # fmt: skip
_values = st.one_of(
    _scalars,
    st.lists(_scalars, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    st.lists(_scalars, min_size=1, max_size=3).map(lambda items: "".join(f"\n  - {item}" for item in items)),
    st.lists(_scalars, min_size=1, max_size=2).map(lambda items: "".join(f"\n- {item} # why" for item in items)),
    _scalars.map(lambda item: f"|\n  {item}\n  more"),
    _scalars.map(lambda item: f"{{ a: {item} }}"),
)
_blocks = st.lists(st.tuples(st.sampled_from(NAMES), _values, st.sampled_from(["", "  # so"])), max_size=5).map(
    lambda lines: "".join(f"{name}: {value}{comment}\n" for name, value, comment in lines)
)


@given(_blocks, st.sampled_from(["\n", "\r\n"]))
def test_a_fix_mends_its_finding_and_nothing_else(block, ending):
    text = f"---\n{block}---\nBody [[a]].\n".replace("\n", ending)
    before = parse(text).properties
    for found in [item for item in findings(text, SCHEMA) if item.fix and item.rule.startswith("property")]:
        after = apply_edits(text, found.fix.edits)
        facts = parse(after)
        assert facts.frontmatter.state == "valid", found
        assert after.endswith(f"---{ending}Body [[a]].{ending}")
        changed = {name for name in before.keys() | facts.properties if before.get(name) != facts.properties.get(name)}
        if found.rule != "property-deprecated":
            assert len(changed) <= 2, found
        said = [[(item.rule, item.message, item.label) for item in findings(body, SCHEMA)] for body in (text, after)]
        same = (found.rule, found.message, found.label)
        assert said[1].count(same) < said[0].count(same), found
        if found.fix.safe:
            _kept(before, facts.properties, changed)


def _kept(before, after, changed):
    """Whatever a safe fix changed still says the same, in another type or under another name."""
    words = {word for name in changed for word in _words(before.get(name))}
    left = {word for value in after.values() for word in _words(value)}
    assert words <= left


def _words(value):
    if isinstance(value, list):
        return [word for item in value for word in _words(item)]
    if isinstance(value, dict):
        return [word for item in value.values() for word in _words(item)]
    text = "" if value is None else str(value).lower()
    return [word.lstrip("0") for word in "".join(char if char.isalpha() else " " for char in text).split()]


@given(st.text(max_size=20))
def test_any_text_can_be_quoted(text):
    text = "".join(char for char in text if not 0xD800 <= ord(char) < 0xE000)
    note = parse(f"---\na: {quoted(text)}\nb: [{quoted(text)}, x]\n---\n")
    assert note.properties == {"a": text, "b": [text, "x"]}


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.text(alphabet="ab é-:#,'\"[]{}yno\n\t", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(alphabet="ab :#", min_size=1, max_size=3), inner, max_size=2)
    ),
    max_leaves=5,
)


@given(_json)
def test_a_default_is_read_back_as_it_was_meant(value):
    assert parse(f"---\na: {as_yaml(value)}\nb: 1\n---\n").properties == {"a": value, "b": 1}


@pytest.mark.parametrize(
    "word", ["yes", "No", "on", "OFF", "null", "true", "1", "1.0", "0x1F", "~", "", "-", "a: b", "#a", "a,b"]
)
def test_what_some_reader_takes_for_something_else_is_quoted(word):
    assert as_yaml(word) == f'"{word}"'
    assert resolve("plain") == as_yaml("plain") == "plain"
