"""New notes: their schema finds nothing wrong with them but what was said to be left to the author."""

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.note_checks import findings
from vaultkit.model.note import Note
from vaultkit.parse.note import parse
from vaultkit.schema.note_schema import load_schema
from vaultkit.schema.remaining import remaining
from vaultkit.schema.skeleton import PLACEHOLDERS, Words, file_name, plain_folder, skeleton
from vaultkit.vault import shipped

NOW = datetime(2024, 11, 21, 9, 30)


def schema(text):
    return load_schema(text, "schemas/talk.yaml")


def made(text, title="On tea"):
    return skeleton(schema(text), Words.of(title, NOW))


@pytest.mark.parametrize("name", shipped.names())
@pytest.mark.parametrize("title", ["On tea", 'A "b": c # d', "- x", "2024-11-21", "yes", "{a}", "\u202e\x07"])
def test_a_note_of_a_shipped_schema_has_nothing_wrong_but_empty_sections(name, title):
    known = load_schema(shipped.text(name), f"{shipped.SHOWN}/{name}.yaml")
    text = skeleton(known, Words.of(title, NOW)).text
    path = f"{file_name(known, title, NOW) or 'x'}.md"
    assert {item.rule for item in findings(text, known, path=path)} <= {"section-empty"}
    assert parse(text).properties.get("title", title) == title


PROPERTY = st.one_of(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["text", "number", "checkbox", "date", "datetime", "tags", "aliases", "list"])}
    ),
    st.fixed_dictionaries({"type": st.just("text"), "minLength": st.integers(0, 9)}),
    st.fixed_dictionaries({"type": st.just("text"), "enum": st.lists(st.sampled_from(["a", "b c", "#d"]), min_size=1)}),
    st.fixed_dictionaries({"type": st.just("text"), "format": st.sampled_from(["uri", "date", "date-time"])}),
    st.fixed_dictionaries({"type": st.just("number"), "minimum": st.integers(-5, 5)}),
    st.fixed_dictionaries({"type": st.just("number"), "maximum": st.integers(-5, 5)}),
    st.fixed_dictionaries({"type": st.just("list"), "minItems": st.integers(0, 3)}),
    st.fixed_dictionaries(
        {"type": st.just("list"), "items": st.sampled_from([{"type": "text"}, {"type": "number"}, {"type": "date"}])}
    ),
    st.fixed_dictionaries({"const": st.sampled_from(["x", 3, True])}),
)
SECTION = st.fixed_dictionaries(
    {"heading": st.sampled_from(["A", "B", "`C`", "D: e"])},
    optional={"required": st.booleans(), "description": st.sampled_from(["why %% so", "x\n\n# y"]),
              "sections": st.just({"items": [{"heading": "Z"}]})},
)  # fmt: skip


@given(
    st.dictionaries(st.sampled_from(["title", "a", "b: c", "tags", "no"]), st.tuples(PROPERTY, st.booleans())),
    st.lists(SECTION, unique_by=lambda item: item["heading"]),
    st.sampled_from(["any", 1, 3, 6]),
)
def test_what_is_made_is_what_was_asked_for(properties, sections, level):
    words = {name: {**value, "required": required} for name, (value, required) in properties.items()}
    known = schema(json.dumps({"properties": words, "sections": {"level": level, "items": sections}}))
    made = skeleton(known, Words.of("On tea", NOW))
    facts = parse(made.text)
    assert list(facts.properties) == list(words)
    for item in findings(made.text, known):
        if item.origin and item.rule.startswith("property"):
            assert item.message.split("`")[1] in made.guessed, item
        elif item.origin and level != 6:
            assert item.rule == "section-empty", item


def test_made_up_values_are_named_and_known_ones_are_not():
    text = """
properties:
  title: { type: text, required: true }
  day: { type: date, required: true }
  kind: { const: talk, required: true }
  done: { type: checkbox, required: true, default: false }
  rating: { type: number, required: true, minimum: 1 }
  room: { type: text, required: true, pattern: "^R[0-9]$" }
  note: { type: text }
"""
    assert made(text).guessed == ("rating", "room")
    assert made(text).text == (
        "---\ntitle: On tea\nday: 2024-11-21\nkind: talk\ndone: false\nrating: 1\nroom:\nnote:\n---\n"
    )


def test_a_title_that_is_too_short_is_left_to_the_author():
    words = "properties: { title: { type: text, required: true, minLength: 9 } }"
    assert made(words).guessed == ("title",)
    assert made(words, "On tea and time").guessed == ()


def test_what_is_left_is_said_once():
    known = schema(
        "properties: { a: { type: text, required: true } }\n"
        "sections: { items: [{ heading: Notes }, { heading: End, sections: { items: [{ heading: In }] } }] }"
    )
    made = skeleton(known, Words.of("x", NOW))
    assert remaining([known, known], Note("x.md", "", parse(made.text)), made) == "`a`; the sections `Notes`, `In`"


def test_a_title_that_must_agree_stands_as_a_heading_too():
    assert made("title: { from: [heading, filename], must-agree: true }").text == "# On tea\n"


def test_a_template_has_obsidians_words_for_what_is_not_known_yet():
    known = schema("properties: { title: { type: text, required: true }, at: { type: datetime, required: true } }")
    assert skeleton(known, PLACEHOLDERS).text == '---\ntitle: "{{title}}"\nat: "{{date}}"\n---\n'


@pytest.mark.parametrize(
    ("pattern", "title", "name"),
    [
        ("", "a/b: c?", "a b c"),
        ("", "...", ""),
        ("", "x" * 300, "x" * 200),
        ("", "é" * 150, "é" * 100),
        ("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "On tea", "2024-11-21"),
        ("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "2020-01-02", "2020-01-02"),
        ("^[0-9]{4}-[0-9]{2}-[0-9]{2} .+", "On tea", "2024-11-21 On tea"),
        ("^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}-[a-z-]+$", "On tea", "2024-11-21-on-tea"),
        ("^[a-z-]+$", "On tea", "on-tea"),
        ("^[0-9]{12} ", "On tea", "202411210930 On tea"),
        ("^[0-9]{4}-W[0-9]{2}$", "On tea", "2024-W47"),
        ("^[0-9]{4}-[0-9]{2}$", "On tea", "2024-11"),
        ("^Q", "On tea", "On tea"),
    ],
)
def test_the_file_is_called_by_the_title_or_the_day(pattern, title, name):
    known = schema(f"filename: {{ pattern: '{pattern}' }}" if pattern else "{}")
    assert file_name(known, title, NOW) == name


@pytest.mark.parametrize(
    ("glob", "folder"),
    [
        ("Reading/**", "Reading"), ("Reading/*", "Reading"), ("Reading/", "Reading"), ("Reading", "Reading"),
        ("a/b/*.md", "a/b"), ("a/**/*.md", "a"), ("**", ""), ("/*", ""), ("*.md", ""), ("a \\[b\\]/**", "a [b]"),
        ("a*/**", None), ("*/x", None), ("{a,b}/**", None), ("a/b.md", None), ("[ab]", None),
    ],
)  # fmt: skip
def test_the_folder_that_a_glob_names(glob, folder):
    assert plain_folder(glob) == folder
